//! Where a message goes: an email address or a phone number.

use serde::{Deserialize, Serialize};

use crate::types::identifier::Identifier;

/// The recipient's address: the stored one, never the one that was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// An email address.
    Email(String),
    /// A phone number: digits with the country code, no plus.
    Phone(String),
}

impl Address {
    /// Its kind and canonical form, as in an identifier's key.
    pub fn to_key(&self) -> Option<String> {
        let identifier = match self {
            Self::Email(text) => Identifier::parse(text),
            Self::Phone(digits) => Some(Identifier::Phone(digits.clone())),
        };
        identifier.map(|identifier| identifier.to_key())
    }
}
