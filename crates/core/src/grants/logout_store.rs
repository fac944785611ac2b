//! Pending back-channel logouts. A claim is one statement that moves the row's due time forward, as in the
//! outbox.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::ids::{SessionId, UserId};
use crate::types::time::Timestamp;

/// A logout that one application must be notified of.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LogoutRow {
    /// Its id, which is the token's `jti`.
    pub id: String,
    /// The application.
    pub app_id: String,
    /// The user.
    pub user_id: UserId,
    /// The session.
    pub session_id: SessionId,
    /// Attempts so far, including this one.
    pub attempts: i64,
    /// When it is given up.
    pub expires_at: Timestamp,
}

/// Inserts a logout.
pub async fn insert(tx: &mut Tx, logout: &LogoutRow, now: Timestamp) -> Result<()> {
    let sql = "insert into logouts (id, app_id, user_id, session_id, attempts, next_at, expires_at) values ($1, $2, $3, $4, 0, $5, $6)";
    let l = logout;
    tx.run(sql, args![&l.id, &l.app_id, &l.user_id, &l.session_id, now, l.expires_at]).await?;
    Ok(())
}

/// Whether a logout is due.
pub async fn has_due(tx: &mut Tx, now: Timestamp) -> Result<bool> {
    let found: Option<(String,)> =
        tx.maybe("select id from logouts where next_at <= $1 limit 1", args![now]).await?;
    Ok(found.is_some())
}

/// Claims a due logout until `lease_until`.
pub async fn take(tx: &mut Tx, lease_until: Timestamp, now: Timestamp) -> Result<Option<LogoutRow>> {
    let sql = "update logouts set attempts = attempts + 1, next_at = $1 \
               where id = (select id from logouts where next_at <= $2 order by next_at, id limit 1) and next_at <= $2 \
               returning id, app_id, user_id, session_id, attempts, expires_at";
    tx.maybe(sql, args![lease_until, now]).await
}

/// Reschedules it.
pub async fn mark_for_retry(tx: &mut Tx, id: &str, next_at: Timestamp) -> Result<()> {
    tx.run("update logouts set next_at = $2 where id = $1", args![id, next_at]).await?;
    Ok(())
}

/// Deletes a logout that was delivered or given up.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<()> {
    tx.run("delete from logouts where id = $1", args![id]).await?;
    Ok(())
}
