//! The kinds of identifiers, the channels that reach them, and why a text is none.

use serde::{Deserialize, Serialize};

/// Why a text is no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierError {
    /// It is malformed.
    Malformed,
    /// It contains an invisible character.
    Hidden,
    /// A new username mixes letters that look alike.
    Mixed,
}

impl IdentifierError {
    /// What was expected, to follow the name of the field; `form` describes a well-formed value.
    pub const fn expected(self, form: &'static str) -> &'static str {
        match self {
            Self::Malformed => form,
            Self::Hidden => "expected no sign that can't be seen; type it instead of pasting it",
            Self::Mixed => "expected letters of one script: those of two look alike",
        }
    }
}

/// Which of the three an identifier is; settings name them so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum IdentifierKind {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A name.
    Username,
}

impl IdentifierKind {
    /// The name in settings and APIs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Username => "username",
        }
    }

    /// The channel for this kind; a username has none.
    pub const fn channel(self) -> Option<Channel> {
        match self {
            Self::Email => Some(Channel::Email),
            Self::Phone => Some(Channel::Phone),
            Self::Username => None,
        }
    }
}

/// The channel of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Email.
    Email,
    /// SMS.
    Phone,
}
