//! As much of an account as a message to its owner needs. It is not the account: whoever is asked about
//! before they have proved anything is read like this, because reading a person of whom much is known takes
//! longer than finding nobody, and tells that there is one (no_oracle).

use super::super::identifier::Identifier;
use super::super::ids::UserId;
use super::super::message::Address;

/// Whom a message may be for.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Recipient {
    /// The account's id.
    pub id: UserId,
    /// The verified address, in its canonical spelling.
    pub email: Option<String>,
    /// The verified number, digits only.
    pub phone: Option<String>,
    /// The language messages are written in when the page's is unknown.
    pub locale: Option<String>,
    /// An administrator has switched the account off.
    pub is_suspended: bool,
}

impl Recipient {
    /// The stored address behind an identifier of this account; none for a username.
    pub fn address_for(&self, identifier: &Identifier) -> Option<Address> {
        address_of(identifier, self.email.as_ref(), self.phone.as_ref())
    }
}

pub(super) fn address_of(
    identifier: &Identifier,
    email: Option<&String>,
    phone: Option<&String>,
) -> Option<Address> {
    match identifier {
        Identifier::Email(_) => email.cloned().map(Address::Email),
        Identifier::Phone(_) => phone.cloned().map(Address::Phone),
        Identifier::Username(_) => None,
    }
}
