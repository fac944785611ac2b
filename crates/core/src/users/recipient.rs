//! The part of an account that a message to its owner needs. Before a caller has proved anything only this is
//! read, because reading a full account takes longer than finding none, which would reveal that it exists
//! (no_oracle).

use crate::types::identifier::Identifier;
use crate::types::identifier::address::Address;
use crate::types::ids::UserId;

/// The possible recipient of a message.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Recipient {
    /// The account's id.
    pub id: UserId,
    /// The verified email address, in its canonical spelling.
    pub email: Option<String>,
    /// The verified phone number, digits only.
    pub phone: Option<String>,
    /// The language of messages when that of the page is unknown.
    pub locale: Option<String>,
    /// Whether an administrator has suspended the account.
    pub is_suspended: bool,
}

impl Recipient {
    /// The stored address for an identifier of this account; none for a username.
    pub fn address_for(&self, identifier: &Identifier) -> Option<Address> {
        address_of(identifier, self.email.as_ref(), self.phone.as_ref())
    }
}

pub(crate) fn address_of(
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
