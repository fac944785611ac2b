//! Every table with sealed data, in one form: an id and a sealed text. The content is known only to the
//! modules that seal it.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;

/// A table with sealed rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedTable {
    /// Connectors.
    Connectors,
    /// Webhooks.
    Hooks,
    /// The signing keys.
    SigningKeys,
    /// Waiting messages.
    Outbox,
    /// Stored responses of the SDK.
    Replies,
    /// The proof that an instance has the right secret key.
    KeyChecks,
}

/// A sealed row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SealedRow {
    /// Its id.
    pub id: String,
    /// The sealed text.
    pub sealed: String,
}

impl SealedTable {
    /// All tables.
    pub const ALL: [Self; 6] =
        [Self::Connectors, Self::Hooks, Self::SigningKeys, Self::Outbox, Self::Replies, Self::KeyChecks];

    /// Whether operators configured the rows, so that they have to configure them again if a key is lost.
    pub(super) const fn is_set_by_operators(self) -> bool {
        matches!(self, Self::Connectors | Self::Hooks)
    }

    /// The context that a text of this row is bound to.
    pub(super) fn sealing_context(self, id: &str) -> String {
        let kind = match self {
            Self::Connectors => "connector",
            Self::Hooks => "hook",
            Self::SigningKeys => "signing-key",
            Self::Outbox => "outbox",
            Self::Replies => "reply",
            Self::KeyChecks => "key-check",
        };
        format!("{kind}:{id}")
    }

    const fn list_sql(self) -> &'static str {
        match self {
            Self::Connectors => "select id, sealed from connectors where id > $1 order by id limit $2",
            Self::Hooks => "select id, sealed from hooks where id > $1 order by id limit $2",
            Self::SigningKeys => "select id, sealed from signing_keys where id > $1 order by id limit $2",
            Self::Outbox => {
                "select id, sealed from outbox where id > $1 and state = 'pending' order by id limit $2"
            }
            Self::Replies => {
                "select id, answer as sealed from replies where id > $1 and answer is not null order by id limit $2"
            }
            Self::KeyChecks => "select id, sealed from key_checks where id > $1 order by id limit $2",
        }
    }

    const fn save_sql(self) -> &'static str {
        match self {
            Self::Connectors => "update connectors set sealed = $3 where id = $1 and sealed = $2",
            Self::Hooks => "update hooks set sealed = $3 where id = $1 and sealed = $2",
            Self::SigningKeys => "update signing_keys set sealed = $3 where id = $1 and sealed = $2",
            Self::Outbox => "update outbox set sealed = $3 where id = $1 and sealed = $2",
            Self::Replies => "update replies set answer = $3 where id = $1 and answer = $2",
            Self::KeyChecks => "update key_checks set sealed = $3 where id = $1 and sealed = $2",
        }
    }
}

/// The next rows after this id, ordered by id.
pub async fn list_sealed(tx: &mut Tx, place: SealedTable, after: &str, limit: i64) -> Result<Vec<SealedRow>> {
    tx.all(place.list_sql(), args![after, limit]).await
}

/// Replaces this sealed text; false if it changed meanwhile.
pub async fn save_sealed(tx: &mut Tx, place: SealedTable, row: &SealedRow, sealed: &str) -> Result<bool> {
    Ok(tx.run(place.save_sql(), args![&row.id, &row.sealed, sealed]).await? == 1)
}
