//! Where a message goes: an email address or a phone number. An account has one of each at most.

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
        self.to_identifier().map(|identifier| identifier.to_key())
    }

    /// The identifier that it is.
    pub fn to_identifier(&self) -> Option<Identifier> {
        match self {
            Self::Email(text) => Identifier::parse(text),
            Self::Phone(digits) => Some(Identifier::Phone(digits.clone())),
        }
    }
}

/// The addresses of an account, as the keys of its identifiers.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// The email address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
}

impl Addresses {
    /// The email address, or a value that matches nothing.
    pub fn email_or_unmatched(&self) -> &str {
        self.email.as_deref().unwrap_or_default()
    }

    /// The phone number, or a value that matches nothing.
    pub fn phone_or_unmatched(&self) -> &str {
        self.phone.as_deref().unwrap_or_default()
    }
}
