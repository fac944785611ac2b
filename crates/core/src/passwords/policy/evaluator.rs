//! Checks a new password against the operator's policy, the same for every API and page; it uses no store and
//! no breach service. With `nonAscii` on, lengths are UTF-16 units and results equal Logto's exactly; with it
//! off (the default) they are code points of the composed text, and every character is allowed.

use crate::passwords::password::MAX_BYTES;
use crate::passwords::policy::characters::{ALL, Alphabet, OTHER, class};
use crate::passwords::policy::restricted_phrases::{self, PersonalData};
use crate::passwords::policy::word_list::WordList;
use crate::settings::password_policy::PasswordPolicy;
use crate::types::error::violation::Violation;
use crate::users::user::User;

/// Personal data that a password must not be made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserContext<'a> {
    /// The full name.
    pub name: Option<&'a str>,
    /// The username.
    pub username: Option<&'a str>,
    /// The whole address; only the part before the `@` counts.
    pub email: Option<&'a str>,
    /// The phone number; only its digits count.
    pub phone: Option<&'a str>,
}

impl<'a> UserContext<'a> {
    /// The data of an account.
    pub(super) fn from_user(user: &'a User) -> Self {
        Self {
            name: user.name.as_deref(),
            username: user.username.as_deref(),
            email: user.email.as_deref(),
            phone: user.phone.as_deref(),
        }
    }
}

/// A policy with precomputed tables, so that a check is fast however many words it has.
#[derive(Clone, Debug)]
pub struct PolicyEvaluator {
    policy: PasswordPolicy,
    alphabet: Alphabet,
    words: WordList,
}

impl PolicyEvaluator {
    /// Prepares a policy.
    pub fn new(policy: PasswordPolicy) -> Self {
        let alphabet = Alphabet { is_strict: policy.rejects.non_ascii };
        let words = WordList::new(policy.rejects.words.iter().map(|word| alphabet.folded(word)));
        Self { policy, alphabet, words }
    }

    /// The policy it was built from.
    pub const fn policy(&self) -> &PasswordPolicy {
        &self.policy
    }

    /// All violations of the password, in the order in which to show them; empty when it is accepted.
    /// `is_leaked` is the result of the breach check.
    pub fn violations(&self, password: &str, about: &UserContext, is_leaked: bool) -> Vec<Violation> {
        let policy = &self.policy;
        if password.len() > MAX_BYTES {
            // Nobody chooses a password of this size: it is not worth any work.
            return vec![Violation::TooLong { max: policy.length.max.min(MAX_BYTES as u32) }];
        }
        let text = self.alphabet.text(password);
        let units = self.alphabet.units(text.expose(), |letter| letter);
        let mut found = Vec::new();
        found.extend(check_length(policy, units.len()));
        found.extend(check_characters(policy, text.expose()));
        found.extend((policy.rejects.pwned && is_leaked).then_some(Violation::Pwned));
        let folded = self.alphabet.folded(text.expose());
        let personal = if policy.rejects.user_info { *about } else { UserContext::default() };
        let personal = PersonalData::new(&personal, self.alphabet);
        let finds_rows = policy.rejects.repetition_and_sequence;
        found.extend(restricted_phrases::find(&units, &folded, finds_rows, &self.words, &personal));
        found
    }
}

impl Default for PolicyEvaluator {
    fn default() -> Self {
        Self::new(PasswordPolicy::default())
    }
}

fn check_length(policy: &PasswordPolicy, length: usize) -> Option<Violation> {
    let min = policy.length.min;
    let max = policy.length.max;
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    if length < min {
        return Some(Violation::TooShort { min });
    }
    (length > max).then_some(Violation::TooLong { max })
}

fn check_characters(policy: &PasswordPolicy, text: &str) -> Option<Violation> {
    let classes = text.chars().fold(0, |seen, letter| seen | class(letter));
    if policy.rejects.non_ascii && classes & OTHER != 0 {
        return Some(Violation::UnsupportedCharacters);
    }
    let min = policy.character_types.min;
    ((classes & ALL).count_ones() < min).then_some(Violation::CharacterTypes { min })
}
