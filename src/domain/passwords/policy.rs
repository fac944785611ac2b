//! Judges a new password against the operator's policy, the same for every face. It judges and nothing else: no store, no
//! breach service. The surprise: with `nonAscii` on, lengths are UTF-16 units and results equal Logto's to the letter;
//! with it off (the default) they are code points of the composed text, and no character is unsupported.

use zeroize::Zeroizing;

use crate::model::password::{LONGEST, composed};
use crate::model::policy::{PasswordPolicy, Violation};
use crate::model::secret::Secret;
use crate::model::user::User;

mod phrases;

/// What is known about the person, so that a password is not made of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// The full name.
    pub name: Option<&'a str>,
    /// The name to sign in with.
    pub username: Option<&'a str>,
    /// The whole address; the part before the `@` counts.
    pub email: Option<&'a str>,
    /// The number; its digits count.
    pub phone: Option<&'a str>,
}

impl<'a> About<'a> {
    /// What the account says.
    pub fn of(user: &'a User) -> Self {
        Self {
            name: user.name.as_deref(),
            username: user.username.as_deref(),
            email: user.email.as_deref(),
            phone: user.phone.as_deref(),
        }
    }
}

/// Everything that is wrong with the password, in the order in which to say it; nothing means welcome.
/// `is_leaked` is what the screening said of it.
pub fn judge(policy: &PasswordPolicy, password: &str, about: &About, is_leaked: bool) -> Vec<Violation> {
    if password.len() > LONGEST {
        // Whoever sends this much is not choosing a password: no work for them.
        return vec![Violation::TooLong { max: policy.length.max.min(LONGEST as u32) }];
    }
    let alphabet = Alphabet { is_strict: policy.rejects.non_ascii };
    let text = alphabet.text(password);
    let units = alphabet.units(text.expose(), |letter| letter);
    let mut found = Vec::new();
    found.extend(length(policy, units.len()));
    found.extend(characters(policy, text.expose()));
    if policy.rejects.pwned && is_leaked {
        found.push(Violation::Pwned);
    }
    let folded = alphabet.units(text.expose(), fold);
    let restricted = phrases::Restricted::new(&policy.rejects, about, alphabet);
    found.extend(restricted.found_in(&units, &folded));
    found
}

fn length(policy: &PasswordPolicy, length: usize) -> Option<Violation> {
    let (min, max) = (policy.length.min, policy.length.max);
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    if length < min {
        return Some(Violation::TooShort { min });
    }
    (length > max).then_some(Violation::TooLong { max })
}

const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const DIGIT: u8 = 4;
const SYMBOL: u8 = 8;
const OTHER: u8 = 16;

fn characters(policy: &PasswordPolicy, text: &str) -> Option<Violation> {
    let classes = text.chars().fold(0, |seen, letter| seen | class(letter));
    if policy.rejects.non_ascii && classes & OTHER != 0 {
        return Some(Violation::UnsupportedCharacters);
    }
    let min = policy.character_types.min;
    (classes.count_ones() < min).then_some(Violation::CharacterTypes { min })
}

const fn class(letter: char) -> u8 {
    match letter {
        'a'..='z' => SMALL,
        'A'..='Z' => CAPITAL,
        '0'..='9' => DIGIT,
        ' '..='~' => SYMBOL,
        _ => OTHER,
    }
}

/// What one character is: a UTF-16 unit as in Logto, or a code point of the composed text.
#[derive(Clone, Copy)]
struct Alphabet {
    is_strict: bool,
}

impl Alphabet {
    fn text(self, raw: &str) -> Secret {
        if self.is_strict { Secret::from(raw) } else { composed(raw) }
    }

    /// The characters as numbers; wiped after use, with room for all so that no half-grown copy stays in memory.
    fn units(self, text: &str, shape: fn(char) -> char) -> Zeroizing<Vec<u32>> {
        let mut units = Zeroizing::new(Vec::with_capacity(text.len()));
        for letter in text.chars().map(shape) {
            if self.is_strict {
                units.extend(letter.encode_utf16(&mut [0; 2]).iter().map(|unit| u32::from(*unit)));
            } else {
                units.push(u32::from(letter));
            }
        }
        units
    }
}

/// The small letter, when it is one character of the same size: positions in the folded text stay those of the original.
fn fold(letter: char) -> char {
    let mut small = letter.to_lowercase();
    match (small.next(), small.next()) {
        (Some(one), None) if one.len_utf16() == letter.len_utf16() => one,
        _ => letter,
    }
}

#[cfg(test)]
mod tests;
