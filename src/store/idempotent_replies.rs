//! What apps of the SDK were answered, for when they ask again with the same key. A call claims its key first, so that of two at once
//! one is the first.

use crate::args;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// What is kept under a key.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredReply {
    /// Keyed digest of what was asked.
    pub asked: String,
    /// The sealed answer; none while the first call is under way.
    pub answer: Option<String>,
}

/// An answer to be.
#[derive(Clone, Copy, Debug)]
pub struct NewReply<'a> {
    /// Keyed digest of the key.
    pub id: &'a str,
    /// Keyed digest of what was asked.
    pub asked: &'a str,
    /// When.
    pub now: Timestamp,
    /// A call that began before this and has no answer never came to its end.
    pub stale_before: Timestamp,
    /// How long the answer is kept.
    pub expires_at: Timestamp,
}

/// Claims a key; false when somebody has it. A call that never came to its end, or whose answer is past its time, is claimed over.
pub async fn claim(tx: &mut Tx, new: &NewReply<'_>) -> Result<bool> {
    let sql = "insert into replies (id, asked, answer, created_at, expires_at) values ($1, $2, null, $3, $5) \
               on conflict (id) do update set asked = $2, answer = null, created_at = $3, expires_at = $5 \
               where replies.expires_at <= $3 or (replies.answer is null and replies.created_at < $4)";
    Ok(tx.run(sql, args![new.id, new.asked, new.now, new.stale_before, new.expires_at]).await? == 1)
}

/// What is kept under this key.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<StoredReply>> {
    tx.maybe("select asked, answer from replies where id = $1", args![id]).await
}

/// Keeps the answer of the call that claimed the key.
pub async fn save(tx: &mut Tx, id: &str, answer: &str) -> Result<()> {
    tx.run("update replies set answer = $2 where id = $1 and answer is null", args![id, answer]).await?;
    Ok(())
}

/// Gives a key up whose call led to nothing.
pub async fn release(tx: &mut Tx, id: &str) -> Result<()> {
    tx.run("delete from replies where id = $1 and answer is null", args![id]).await?;
    Ok(())
}
