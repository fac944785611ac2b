//! Sessions of signed-in people.

use crate::args;
use crate::model::ids::{SessionId, UserId};
use crate::model::session::Session;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// A new session under its token's digest.
pub async fn insert(tx: &mut Tx, session: &Session, token_digest: &str) -> Result<()> {
    let sql = "insert into sessions (id, user_id, token_digest, ip, user_agent, created_at, last_seen_at, expires_at, must_change) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
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
            s.must_change
        ],
    )
    .await?;
    Ok(())
}

/// The live session of a token: not past its end, and seen since `idle_since`.
pub async fn by_token(
    tx: &mut Tx,
    token_digest: &str,
    idle_since: Timestamp,
    now: Timestamp,
) -> Result<Option<Session>> {
    let sql = "select * from sessions where token_digest = $1 and expires_at > $2 and last_seen_at > $3";
    tx.maybe(sql, args![token_digest, now, idle_since]).await
}

/// The live sessions of a person, last seen first, without those that only change a password.
pub async fn list(tx: &mut Tx, user: &UserId, idle_since: Timestamp, now: Timestamp) -> Result<Vec<Session>> {
    let sql = "select * from sessions where user_id = $1 and expires_at > $2 and last_seen_at > $3 and must_change is null \
               order by last_seen_at desc, id desc limit 100";
    tx.all(sql, args![user, now, idle_since]).await
}

/// Holds a live session until the end of the transaction: whoever ends it waits, or has ended it and this finds nothing.
pub async fn lock(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<bool> {
    let sql = "update sessions set expires_at = expires_at where id = $1 and expires_at > $2 and must_change is null";
    Ok(tx.run(sql, args![id, now]).await? == 1)
}

/// By its id, not past its end.
pub async fn by_id(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<Option<Session>> {
    tx.maybe("select * from sessions where id = $1 and expires_at > $2", args![id, now]).await
}

/// Holds a live session, also one that only changes a password, until the end of the transaction.
pub async fn lock_including_restricted(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<bool> {
    let sql = "update sessions set expires_at = expires_at where id = $1 and expires_at > $2";
    Ok(tx.run(sql, args![id, now]).await? == 1)
}

/// Remembers that an app's session is in use, and lets it live at least until then.
pub async fn extend(tx: &mut Tx, id: &SessionId, now: Timestamp, until: Timestamp) -> Result<()> {
    let sql = "update sessions set last_seen_at = $2, expires_at = case when expires_at < $3 then $3 else expires_at end \
               where id = $1 and expires_at > $2 and must_change is null";
    tx.run(sql, args![id, now, until]).await?;
    Ok(())
}

/// Lets the session of a token end at this moment, unless it ends before.
pub async fn shorten(tx: &mut Tx, token_digest: &str, until: Timestamp) -> Result<()> {
    let sql = "update sessions set expires_at = $2 where token_digest = $1 and expires_at > $2";
    tx.run(sql, args![token_digest, until]).await?;
    Ok(())
}

/// Remembers that the session is in use.
pub async fn mark_seen(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<()> {
    tx.run("update sessions set last_seen_at = $2 where id = $1", args![id, now]).await?;
    Ok(())
}

/// A new token for a session, after a change of the password.
pub async fn save_token(tx: &mut Tx, id: &SessionId, token_digest: &str) -> Result<()> {
    tx.run("update sessions set token_digest = $2 where id = $1", args![id, token_digest]).await?;
    Ok(())
}

/// Makes a session that only changes a password an ordinary one until `expires_at`; false when it is gone, past its end or
/// was made ordinary before, so that its proof counts once.
pub async fn promote(tx: &mut Tx, id: &SessionId, now: Timestamp, expires_at: Timestamp) -> Result<bool> {
    let sql = "update sessions set must_change = null, expires_at = $3 \
               where id = $1 and must_change is not null and expires_at > $2";
    Ok(tx.run(sql, args![id, now, expires_at]).await? == 1)
}

/// Ends one session of this person; false when it is not theirs or gone.
pub async fn revoke(tx: &mut Tx, user: &UserId, id: &SessionId) -> Result<bool> {
    Ok(tx.run("delete from sessions where id = $1 and user_id = $2", args![id, user]).await? == 1)
}

/// Ends every session of a person but this one, or all; tells how many.
pub async fn revoke_all_except(tx: &mut Tx, user: &UserId, keep: Option<&SessionId>) -> Result<i64> {
    let keep = keep.map_or("", SessionId::as_str);
    let ended = tx.run("delete from sessions where user_id = $1 and id <> $2", args![user, keep]).await?;
    Ok(i64::try_from(ended).unwrap_or(i64::MAX))
}

/// Holds the sessions of a person that only change a password, but this one, until the end of the transaction.
pub async fn lock_restricted(tx: &mut Tx, user: &UserId, keep: Option<&SessionId>) -> Result<()> {
    let sql = "update sessions set expires_at = expires_at where user_id = $1 and must_change is not null and id <> $2";
    tx.run(sql, args![user, keep.map_or("", SessionId::as_str)]).await?;
    Ok(())
}

/// Ends them.
pub async fn revoke_restricted(tx: &mut Tx, user: &UserId, keep: Option<&SessionId>) -> Result<()> {
    let sql = "delete from sessions where user_id = $1 and must_change is not null and id <> $2";
    tx.run(sql, args![user, keep.map_or("", SessionId::as_str)]).await?;
    Ok(())
}
