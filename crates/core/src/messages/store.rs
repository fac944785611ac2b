//! The outbox. A claim is one statement that moves the row's due time forward: two senders never hold the
//! same message, and the claim of a sender that crashed lapses by itself.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::ids::{CodeId, OutboxId};
use crate::types::time::Timestamp;

/// A claimed message, still sealed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OutboxRow {
    /// Its id.
    pub id: OutboxId,
    /// The sealed envelope.
    pub sealed: String,
    /// Attempts so far, including this one.
    pub attempts: i64,
    /// When delivery is given up.
    pub expires_at: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
    /// The code in it, if there is one.
    pub code_id: Option<CodeId>,
    /// The HTTP request that caused it, if one did.
    pub request_id: Option<String>,
}

/// A new message.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// Its id.
    pub id: &'a OutboxId,
    /// The sealed envelope.
    pub sealed: &'a str,
    /// The HTTP request that caused it, if one did.
    pub request_id: Option<&'a str>,
    /// When delivery is given up.
    pub expires_at: Timestamp,
}

/// The outcome of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxOutcome {
    /// A connector accepted it.
    Sent,
    /// It was a decoy.
    Dropped,
    /// It expired.
    Expired,
    /// Delivery failed permanently.
    Failed,
}

impl OutboxOutcome {
    /// The value in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Dropped => "dropped",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

/// Inserts a message.
pub async fn insert(tx: &mut Tx, new: &NewMessage<'_>, now: Timestamp) -> Result<()> {
    let sql = "insert into outbox (id, sealed, state, attempts, next_at, expires_at, created_at, request_id) \
               values ($1, $2, 'pending', 0, $4, $3, $4, $5)";
    tx.run(sql, args![new.id, new.sealed, new.expires_at, now, new.request_id]).await?;
    Ok(())
}

/// Records which code a new message holds.
pub async fn save_code_id(tx: &mut Tx, id: &OutboxId, code: &CodeId) -> Result<()> {
    tx.run("update outbox set code_id = $2 where id = $1", args![id, code]).await?;
    Ok(())
}

/// Whether a message is due.
pub async fn has_due(tx: &mut Tx, now: Timestamp) -> Result<bool> {
    let sql = "select id from outbox where state = 'pending' and next_at <= $1 limit 1";
    let found: Option<(String,)> = tx.maybe(sql, args![now]).await?;
    Ok(found.is_some())
}

/// Claims a due message until `lease_until`.
pub async fn take(tx: &mut Tx, lease_until: Timestamp, now: Timestamp) -> Result<Option<OutboxRow>> {
    let sql = "update outbox set attempts = attempts + 1, next_at = $1 \
               where id = (select id from outbox where state = 'pending' and next_at <= $2 order by next_at, id limit 1) \
               and state = 'pending' and next_at <= $2 returning id, sealed, attempts, expires_at, created_at, code_id, request_id";
    tx.maybe(sql, args![lease_until, now]).await
}

/// Undoes a claim: the attempt does not count.
pub async fn put_back(tx: &mut Tx, claimed: &OutboxRow, next_at: Timestamp) -> Result<()> {
    let sql = "update outbox set attempts = attempts - 1, next_at = $3 where id = $1 and state = 'pending' and attempts = $2";
    tx.run(sql, args![&claimed.id, claimed.attempts, next_at]).await?;
    Ok(())
}

/// Reschedules a message.
pub async fn mark_for_retry(tx: &mut Tx, id: &OutboxId, next_at: Timestamp) -> Result<()> {
    tx.run("update outbox set next_at = $2 where id = $1 and state = 'pending'", args![id, next_at]).await?;
    Ok(())
}

/// Finishes a message and deletes its content, so that its secrets are gone.
pub async fn mark_done(tx: &mut Tx, id: &OutboxId, ending: OutboxOutcome, now: Timestamp) -> Result<()> {
    let sql = "update outbox set state = $2, sealed = '', done_at = $3 where id = $1 and state = 'pending'";
    tx.run(sql, args![id, ending.name(), now]).await?;
    Ok(())
}

/// The number of waiting messages, and the age of the oldest.
pub async fn queue_depth(tx: &mut Tx) -> Result<(i64, Option<i64>)> {
    tx.one("select count(*), min(created_at) from outbox where state = 'pending'", args![]).await
}
