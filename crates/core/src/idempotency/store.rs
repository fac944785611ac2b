//! Stored responses for idempotency keys of the SDK. A call claims its key before it runs, so that of two
//! concurrent ones only one does.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;

/// The stored response of a key.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredReply {
    /// Keyed digest of the request.
    pub asked: String,
    /// The sealed response; `None` while the first call is running.
    pub answer: Option<String>,
}

/// A new claim.
#[derive(Clone, Copy, Debug)]
pub struct NewReply<'a> {
    /// Keyed digest of the key.
    pub id: &'a str,
    /// Keyed digest of the request.
    pub asked: &'a str,
    /// The current time.
    pub now: Timestamp,
    /// A call that started before this and has no response was aborted.
    pub stale_before: Timestamp,
    /// When the stored response expires.
    pub expires_at: Timestamp,
}

/// Claims a key; false if it is taken. An aborted call or an expired response does not block a new claim.
pub async fn claim(tx: &mut Tx, new: &NewReply<'_>) -> Result<bool> {
    let sql = "insert into replies (id, asked, answer, created_at, expires_at) values ($1, $2, null, $3, $5) \
               on conflict (id) do update set asked = $2, answer = null, created_at = $3, expires_at = $5 \
               where replies.expires_at <= $3 or (replies.answer is null and replies.created_at < $4)";
    Ok(tx.run(sql, args![new.id, new.asked, new.now, new.stale_before, new.expires_at]).await? == 1)
}

/// The stored response of this key.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<StoredReply>> {
    tx.maybe("select asked, answer from replies where id = $1", args![id]).await
}

/// Stores the response of the call that claimed the key.
pub async fn save(tx: &mut Tx, id: &str, answer: &str) -> Result<()> {
    tx.run("update replies set answer = $2 where id = $1 and answer is null", args![id, answer]).await?;
    Ok(())
}

/// Releases the key of a call that failed.
pub async fn release(tx: &mut Tx, id: &str) -> Result<()> {
    tx.run("delete from replies where id = $1 and answer is null", args![id]).await?;
    Ok(())
}
