//! The password policy as operators configure it. It is evaluated in
//! `crate::passwords::policy::evaluator`. The format and the codes are a public contract.

use serde::{Deserialize, Serialize};

use crate::settings::validation::ValidationErrors;

/// What a new password must be like. Every part has a default, so a partial document is complete.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PasswordPolicy {
    /// How long.
    pub length: Length,
    /// How many of: capitals, small letters, digits, symbols.
    pub character_types: CharacterTypes,
    /// What is refused whatever its length.
    pub rejects: Rejects,
    /// Whether the operator knows what it means to take passwords of fewer than 8 characters; such a policy
    /// is refused without.
    #[serde(skip_serializing_if = "is_false")]
    #[schema(nullable = false)]
    pub acknowledge_weak: bool,
}

/// The smallest minimum length that needs no acknowledgement (decision 8).
pub(super) const MIN_UNACKNOWLEDGED_LENGTH: u32 = 8;

impl PasswordPolicy {
    /// Whether it allows passwords shorter than recommended.
    pub(super) const fn is_short(&self) -> bool {
        self.length.min < MIN_UNACKNOWLEDGED_LENGTH
    }

    /// All problems, as `path: what was expected`.
    pub(super) fn validation_errors(&self) -> Vec<String> {
        let mut found = ValidationErrors::default();
        found.check_range("length.max", self.length.max, 1, 4096);
        found.check_range("length.min", self.length.min, 1, self.length.max.clamp(1, 4096));
        found.check_range("characterTypes.min", self.character_types.min, 1, 4);
        let words = &self.rejects.words;
        found.add_unless(words.len() <= 10_000, "rejects.words", "at most 10000 words");
        if let Some(odd) = words.iter().position(|word| !is_word(word)) {
            found.add(&format!("rejects.words[{odd}]"), "a word of 1 to 128 visible characters");
        }
        found.0
    }
}

/// A word that can be typed: an invisible one would refuse passwords for no visible reason.
fn is_word(word: &str) -> bool {
    !word.trim().is_empty() && word.chars().count() <= 128 && !word.chars().any(char::is_control)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Bounds in characters (code points, decision 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PasswordLength)]
#[serde(default, deny_unknown_fields)]
pub struct Length {
    /// At least; 1 or more.
    pub min: u32,
    /// At most; not below `min`.
    pub max: u32,
}

/// A number of character classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CharacterTypes {
    /// At least; 1 to 4.
    pub min: u32,
}

/// The switches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PasswordRejectionRules)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Rejects {
    /// Passwords known from breaches or lists of common ones.
    pub pwned: bool,
    /// Runs of one character and rows of a keyboard or alphabet.
    pub repetition_and_sequence: bool,
    /// Parts of the person's name, username, address or number.
    pub user_info: bool,
    /// The operator's own words, case-insensitive.
    pub words: Vec<String>,
    /// Anything but printable ASCII (decision 9; off by default).
    pub non_ascii: bool,
}

/// What happens to a new password when the breach server does not answer (decision 10). It is a server
/// setting, not part of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnUnavailable {
    /// It is accepted, counted and audited.
    Allow,
    /// It is refused, counted and audited.
    Reject,
}

impl OnUnavailable {
    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Reject => "reject",
        }
    }
}

impl Default for Length {
    fn default() -> Self {
        Self { min: 8, max: 256 }
    }
}

impl Default for CharacterTypes {
    fn default() -> Self {
        Self { min: 1 }
    }
}

impl Default for Rejects {
    fn default() -> Self {
        Self {
            pwned: true,
            repetition_and_sequence: true,
            user_info: true,
            words: Vec::new(),
            non_ascii: false,
        }
    }
}
