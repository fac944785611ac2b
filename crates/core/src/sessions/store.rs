//! Sessions of signed-in users as rows, so that all can be ended. The cookie holds a random token, the row
//! its digest; users see ids, never tokens. A restricted session may only change the password.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::ids::{SessionId, UserId};
use crate::types::time::Timestamp;

/// One signed-in browser.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    /// Its id, safe to show.
    pub id: SessionId,
    /// The user.
    pub user_id: UserId,
    /// The IP address it was started from.
    pub ip: String,
    /// The browser it was started with.
    pub user_agent: String,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last seen, to the hour.
    pub last_seen_at: Timestamp,
    /// Its absolute expiry.
    pub expires_at: Timestamp,
    /// When the password was set that must be changed before the session may be used for anything else; none
    /// for a full session.
    pub must_change: Option<Timestamp>,
    /// How long it may be unused, in seconds.
    pub idle_seconds: i64,
}

/// Inserts a session under its token's digest.
pub async fn insert(tx: &mut Tx, session: &Session, token_digest: &str) -> Result<()> {
    let sql = "insert into sessions (id, user_id, token_digest, ip, user_agent, created_at, last_seen_at, expires_at, must_change, idle_seconds) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let s = session;
    tx.run(
        sql,
        args![
            &s.id,
            &s.user_id,
            token_digest,
            &s.ip,
            &s.user_agent,
            s.created_at,
            s.last_seen_at,
            s.expires_at,
            s.must_change,
            s.idle_seconds
        ],
    )
    .await?;
    Ok(())
}

/// The live session of a token: neither expired nor unused for too long.
pub async fn by_token(tx: &mut Tx, token_digest: &str, now: Timestamp) -> Result<Option<Session>> {
    let sql = "select * from sessions where token_digest = $1 and expires_at > $2 \
               and last_seen_at + idle_seconds * 1000 > $2";
    tx.maybe(sql, args![token_digest, now]).await
}

/// The live sessions of a user, last seen first, without restricted ones.
pub async fn list(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<Vec<Session>> {
    let sql = "select * from sessions where user_id = $1 and expires_at > $2 and last_seen_at + idle_seconds * 1000 > $2 \
               and must_change is null order by last_seen_at desc, id desc limit 100";
    tx.all(sql, args![user, now]).await
}

/// Locks a live session until the end of the transaction: ending it concurrently waits, or has finished and
/// nothing is found here.
pub async fn lock(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<bool> {
    let sql = "update sessions set expires_at = expires_at where id = $1 and expires_at > $2 and must_change is null";
    Ok(tx.run(sql, args![id, now]).await? == 1)
}

/// The session with this id, unless it has expired.
pub async fn by_id(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<Option<Session>> {
    tx.maybe("select * from sessions where id = $1 and expires_at > $2", args![id, now]).await
}

/// Locks a live session, restricted or not, until the end of the transaction.
pub async fn lock_including_restricted(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<bool> {
    let sql = "update sessions set expires_at = expires_at where id = $1 and expires_at > $2";
    Ok(tx.run(sql, args![id, now]).await? == 1)
}

/// Records that an application's session is in use and may be unused for `life` seconds from now. It ends no
/// earlier, unless it is restricted.
pub async fn extend(tx: &mut Tx, id: &SessionId, now: Timestamp, life: i64) -> Result<()> {
    let sql = "update sessions set last_seen_at = $2, idle_seconds = $4, \
               expires_at = case when must_change is null and expires_at < $3 then $3 else expires_at end \
               where id = $1 and expires_at > $2";
    tx.run(sql, args![id, now, now.plus_seconds(life), life]).await?;
    Ok(())
}

/// Lets the session of a token end at `until`, unless it ends before.
pub async fn shorten(tx: &mut Tx, token_digest: &str, until: Timestamp) -> Result<()> {
    let sql = "update sessions set expires_at = $2 where token_digest = $1 and expires_at > $2";
    tx.run(sql, args![token_digest, until]).await?;
    Ok(())
}

/// Records that the session is in use.
pub async fn mark_seen(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<()> {
    tx.run("update sessions set last_seen_at = $2 where id = $1", args![id, now]).await?;
    Ok(())
}

/// Replaces the token of a session, after a password change.
pub async fn save_token(tx: &mut Tx, id: &SessionId, token_digest: &str) -> Result<()> {
    tx.run("update sessions set token_digest = $2 where id = $1", args![id, token_digest]).await?;
    Ok(())
}

/// Turns a restricted session into an ordinary one until `expires_at`; false if it is gone, expired or no
/// longer restricted, so that its proof counts once.
pub async fn promote(tx: &mut Tx, id: &SessionId, now: Timestamp, expires_at: Timestamp) -> Result<bool> {
    let sql = "update sessions set must_change = null, expires_at = $3 \
               where id = $1 and must_change is not null and expires_at > $2";
    Ok(tx.run(sql, args![id, now, expires_at]).await? == 1)
}

/// Ends one session of this user; false if it is another user's or gone.
pub async fn revoke(tx: &mut Tx, user: &UserId, id: &SessionId) -> Result<bool> {
    Ok(tx.run("delete from sessions where id = $1 and user_id = $2", args![id, user]).await? == 1)
}

/// Ends every session of a user, except this one if given, and returns how many.
pub async fn revoke_all_except(tx: &mut Tx, user: &UserId, keep: Option<&SessionId>) -> Result<i64> {
    let keep = keep.map_or("", SessionId::as_str);
    let ended = tx.run("delete from sessions where user_id = $1 and id <> $2", args![user, keep]).await?;
    Ok(i64::try_from(ended).unwrap_or(i64::MAX))
}

/// Locks the restricted sessions of a user, except this one, until the end of the transaction.
pub async fn lock_restricted(tx: &mut Tx, user: &UserId, keep: Option<&SessionId>) -> Result<()> {
    let sql = "update sessions set expires_at = expires_at where user_id = $1 and must_change is not null and id <> $2";
    tx.run(sql, args![user, keep.map_or("", SessionId::as_str)]).await?;
    Ok(())
}

/// Ends the restricted sessions of a user, except this one.
pub async fn revoke_restricted(tx: &mut Tx, user: &UserId, keep: Option<&SessionId>) -> Result<()> {
    let sql = "delete from sessions where user_id = $1 and must_change is not null and id <> $2";
    tx.run(sql, args![user, keep.map_or("", SessionId::as_str)]).await?;
    Ok(())
}
