//! Throttle rows. Touching a row locks it until the transaction ends, so that a check and the following count
//! are one step on both engines and across instances.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;

/// The throttle state of one purpose and subject.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ThrottleRow {
    /// Comma-separated timestamps, oldest first.
    pub hits: String,
    /// Nothing passes before this.
    pub locked_until: Timestamp,
    /// Consecutive locks.
    pub strikes: i64,
    /// Failed attempts since the last success, over any time.
    pub failures: i64,
    /// The row has no effect after this; it is swept a day later.
    pub ends_at: Timestamp,
}

/// Locks the row, creating it if it is missing, and reads it. This does not prolong it: an empty row expires
/// at once.
pub async fn lock(tx: &mut Tx, id: &str, now: Timestamp) -> Result<ThrottleRow> {
    let sql = "insert into throttles (id, hits, locked_until, strikes, touched_at, ends_at) values ($1, '', 0, 0, $2, $2) \
               on conflict (id) do update set touched_at = excluded.touched_at \
               returning hits, locked_until, strikes, failures, ends_at";
    tx.one(sql, args![id, now]).await
}

/// Reads the row without locking it.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<ThrottleRow>> {
    tx.maybe("select hits, locked_until, strikes, failures, ends_at from throttles where id = $1", args![id])
        .await
}

/// Writes a locked row.
pub async fn save(tx: &mut Tx, id: &str, row: &ThrottleRow) -> Result<()> {
    let sql = "update throttles set hits = $2, locked_until = $3, strikes = $4, failures = $5, ends_at = $6 where id = $1";
    tx.run(sql, args![id, &row.hits, row.locked_until, row.strikes, row.failures, row.ends_at]).await?;
    Ok(())
}

/// Resets the counts, after a success.
pub async fn clear(tx: &mut Tx, id: &str) -> Result<()> {
    let sql = "update throttles set hits = '', locked_until = 0, strikes = 0, failures = 0, ends_at = touched_at where id = $1";
    tx.run(sql, args![id]).await?;
    Ok(())
}

/// Resets the consecutive failures and leaves the other counts, which are kept as if there had been none.
pub async fn clear_failures(tx: &mut Tx, id: &str) -> Result<()> {
    let sql = "update throttles set failures = 0, ends_at = case when locked_until > touched_at then locked_until else touched_at end \
               where id = $1 and failures <> 0";
    tx.run(sql, args![id]).await?;
    Ok(())
}
