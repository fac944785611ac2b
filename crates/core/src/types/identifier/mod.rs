//! Identifiers as typed into the one field: an email address, a phone number or a username. Parsing tells
//! which it is and gives the canonical key, not whether there is an account.

pub mod address;
pub mod characters;
pub mod email;
mod kind;
pub mod phone;
mod username;

use serde::{Deserialize, Serialize};

use crate::types::identifier::address::Address;
use crate::types::identifier::characters::MAX_INPUT_BYTES;
use crate::types::identifier::email::Email;
use crate::types::identifier::phone::Phone;

pub use crate::types::identifier::kind::{Channel, IdentifierError, IdentifierKind};
pub use crate::types::identifier::username::{displayed_username, username_key, username_skeleton};

/// A well-formed identifier in canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identifier {
    /// The canonical address.
    Email(String),
    /// The digits of the phone number.
    Phone(String),
    /// The folded username.
    Username(String),
}

impl Identifier {
    /// Parses what was typed: an at sign means an email address, else digits mean a phone number, else it is
    /// a username.
    pub fn parse(text: &str) -> Option<Self> {
        Self::try_parse(text).ok()
    }

    /// The same, with the reason for a refusal.
    pub fn try_parse(text: &str) -> Result<Self, IdentifierError> {
        if text.contains('@') {
            return Self::try_parse_as(IdentifierKind::Email, text);
        }
        Self::try_parse_as(IdentifierKind::Phone, text)
            .or_else(|_| Self::try_parse_as(IdentifierKind::Username, text))
    }

    /// Parses a text as this kind; a phone number may omit the plus.
    pub fn parse_as(kind: IdentifierKind, text: &str) -> Option<Self> {
        Self::try_parse_as(kind, text).ok()
    }

    /// The same, with the reason for a refusal.
    pub fn try_parse_as(kind: IdentifierKind, text: &str) -> Result<Self, IdentifierError> {
        if text.len() > MAX_INPUT_BYTES {
            return Err(IdentifierError::Malformed);
        }
        match kind {
            IdentifierKind::Email => Email::try_parse(text).map(|email| Self::Email(email.key().to_owned())),
            IdentifierKind::Phone => {
                Phone::try_parse(text).map(|phone| Self::Phone(phone.digits().to_owned()))
            }
            IdentifierKind::Username => username::try_parse_key(text).map(Self::Username),
        }
    }

    /// Why this cannot be a new identifier; the rules for new usernames are stricter than those for existing
    /// ones.
    pub fn validate_new(&self) -> Result<(), IdentifierError> {
        match self {
            Self::Username(key) if !username::is_allowed_for_new(key) => Err(IdentifierError::Mixed),
            _ => Ok(()),
        }
    }

    /// Its kind.
    pub const fn kind(&self) -> IdentifierKind {
        match self {
            Self::Email(_) => IdentifierKind::Email,
            Self::Phone(_) => IdentifierKind::Phone,
            Self::Username(_) => IdentifierKind::Username,
        }
    }

    /// The channel on which this identifier can be reached; a username has none.
    pub const fn channel(&self) -> Option<Channel> {
        self.kind().channel()
    }

    /// The canonical address; a username has none.
    pub fn address(&self) -> Option<Address> {
        match self {
            Self::Email(key) => Some(Address::Email(key.clone())),
            Self::Phone(digits) => Some(Address::Phone(digits.clone())),
            Self::Username(_) => None,
        }
    }

    /// The canonical text without its kind.
    pub fn text(&self) -> &str {
        match self {
            Self::Email(text) | Self::Phone(text) | Self::Username(text) => text,
        }
    }

    /// Kind and text in one key, unique across kinds.
    pub fn to_key(&self) -> String {
        format!("{}:{}", self.kind().name(), self.text())
    }

    /// Parses what `to_key` wrote.
    pub fn from_key(text: &str) -> Option<Self> {
        let (kind, key) = text.split_once(':')?;
        let variant = match kind {
            "email" => Self::Email,
            "phone" => Self::Phone,
            "username" => Self::Username,
            _ => return None,
        };
        Some(variant(key.to_owned()))
    }

    /// The form shown to users: phone numbers with a plus.
    pub fn display(&self) -> String {
        match self {
            Self::Email(key) | Self::Username(key) => key.clone(),
            Self::Phone(digits) => format!("+{digits}"),
        }
    }

    /// Enough for the owner to recognise, not enough for a stranger to learn it: `a•••@example.com`,
    /// `•••0134`.
    pub fn masked(&self) -> String {
        let first: String = self.text().chars().take(1).collect();
        match self {
            Self::Email(key) => {
                format!("{first}•••@{}", key.split_once('@').map_or("", |(_, domain)| domain))
            }
            Self::Phone(digits) => {
                format!("•••{}", digits.get(digits.len().saturating_sub(4)..).unwrap_or(""))
            }
            Self::Username(_) => format!("{first}•••"),
        }
    }
}

#[cfg(test)]
mod tests;
