//! The part of an account that a message to its owner needs. Before a caller has proved anything only this is
//! read, because reading a full account takes longer than finding none, which would reveal that it exists
//! (no_oracle).

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
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
        match identifier {
            Identifier::Email(_) => self.email.clone().map(Address::Email),
            Identifier::Phone(_) => self.phone.clone().map(Address::Phone),
            Identifier::Username(_) => None,
        }
    }
}

/// A row of an identifier's index.
#[derive(sqlx::FromRow)]
struct IndexRow {
    key: String,
    #[sqlx(flatten)]
    recipient: Recipient,
}

/// The user with this identifier. A row is always read, the user's own or else the next in order,
/// which is dropped: reading none would be faster, and reveal that the identifier has no account (no_oracle).
pub async fn by_identifier(tx: &mut Tx, identifier: &Identifier) -> Result<Option<Recipient>> {
    let (sql, wanted) = match identifier {
        Identifier::Email(key) => (
            "select email_key as key, id, email, phone, locale, is_suspended from users \
             where email_key >= $1 order by email_key limit 1",
            key,
        ),
        Identifier::Phone(digits) => (
            "select phone as key, id, email, phone, locale, is_suspended from users where phone >= $1 order by phone limit 1",
            digits,
        ),
        Identifier::Username(key) => (
            "select username_key as key, id, email, phone, locale, is_suspended from users \
             where username_key >= $1 order by username_key limit 1",
            key,
        ),
    };
    let place: Option<IndexRow> = tx.maybe(sql, args![wanted]).await?;
    Ok(place.filter(|place| place.key == *wanted).map(|place| place.recipient))
}
