//! The unmet rules of the password policy. Their codes are a public contract.

use serde::{Deserialize, Serialize};

/// One violation, in the order in which a user should see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Violation {
    /// Fewer than `min` characters.
    TooShort { min: u32 },
    /// More than `max` characters.
    TooLong { max: u32 },
    /// Fewer than `min` character classes.
    CharacterTypes { min: u32 },
    /// Characters outside printable ASCII where the policy forbids them.
    UnsupportedCharacters,
    /// On a list of leaked or common passwords.
    Pwned,
    /// Mostly one character repeated.
    Repetition,
    /// Mostly keyboard or alphabet sequences.
    Sequence,
    /// Mostly the operator's own words.
    Words,
    /// Mostly the user's own name or address.
    UserInfo,
}

impl Violation {
    /// One of each kind, in order, with sample bounds: for the gallery, and for tests that must cover all.
    pub const EXAMPLES: [Self; 9] = [
        Self::TooShort { min: 12 },
        Self::TooLong { max: 40 },
        Self::CharacterTypes { min: 3 },
        Self::UnsupportedCharacters,
        Self::Pwned,
        Self::Repetition,
        Self::Sequence,
        Self::Words,
        Self::UserInfo,
    ];

    /// The stable code; with dots and underscores replaced by dashes it is the locale key.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password_rejected.too_short",
            Self::TooLong { .. } => "password_rejected.too_long",
            Self::CharacterTypes { .. } => "password_rejected.character_types",
            Self::UnsupportedCharacters => "password_rejected.unsupported_characters",
            Self::Pwned => "password_rejected.pwned",
            Self::Repetition => "password_rejected.restricted.repetition",
            Self::Sequence => "password_rejected.restricted.sequence",
            Self::Words => "password_rejected.restricted.words",
            Self::UserInfo => "password_rejected.restricted.user_info",
        }
    }

    /// The bound that the message mentions, if any.
    pub const fn bound(self) -> Option<u32> {
        match self {
            Self::TooShort { min } | Self::CharacterTypes { min } => Some(min),
            Self::TooLong { max } => Some(max),
            _ => None,
        }
    }
}
