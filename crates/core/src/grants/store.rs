//! Grants, and the codes and tokens issued for them. The `where` of the statements prevents double use. A
//! token is issued while its grant's row is locked, so that no token outlives the end of the grant.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::grants::grant::{AccessToken, AuthorizationCode, Grant, RefreshToken};
use crate::types::ids::{SessionId, UserId};
use crate::types::time::Timestamp;

/// Inserts a grant.
pub async fn insert(tx: &mut Tx, grant: &Grant, now: Timestamp) -> Result<()> {
    let sql = "insert into grants (id, user_id, app_id, session_id, scope, resources, auth_at, created_at, expires_at, amr) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let g = grant;
    let scope = g.scope.text();
    tx.run(
        sql,
        args![
            &g.id,
            &g.user_id,
            &g.app_id,
            &g.session_id,
            scope,
            &g.resources,
            g.auth_at,
            now,
            g.expires_at,
            g.amr.name()
        ],
    )
    .await?;
    Ok(())
}

/// A live grant.
pub async fn by_id(tx: &mut Tx, id: &str, now: Timestamp) -> Result<Option<Grant>> {
    tx.maybe("select * from grants where id = $1 and expires_at > $2", args![id, now]).await
}

/// Locks a live grant until the end of the transaction.
pub async fn lock(tx: &mut Tx, id: &str, now: Timestamp) -> Result<Option<Grant>> {
    let sql = "update grants set expires_at = expires_at where id = $1 and expires_at > $2 returning *";
    tx.maybe(sql, args![id, now]).await
}

/// The grants of a user, or those that end with one of their sessions.
pub async fn list(tx: &mut Tx, user: &UserId, session: Option<&SessionId>) -> Result<Vec<Grant>> {
    let sql = "select * from grants where user_id = $1 and ($2 = '' or session_id = $2) order by id";
    tx.all(sql, args![user, session.map_or("", SessionId::as_str)]).await
}

/// Ends one grant with its codes and tokens.
pub async fn revoke(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.run("delete from grants where id = $1", args![id]).await? == 1)
}

/// Ends the grants of one session.
pub async fn revoke_by_session(tx: &mut Tx, user: &UserId, session: &SessionId) -> Result<()> {
    tx.run("delete from grants where user_id = $1 and session_id = $2", args![user, session]).await?;
    Ok(())
}

/// Ends every grant of a user, except those of this session if one is given.
pub async fn revoke_all_except(tx: &mut Tx, user: &UserId, keep: Option<&SessionId>) -> Result<()> {
    let keep = keep.map_or("", SessionId::as_str);
    tx.run("delete from grants where user_id = $1 and session_id <> $2", args![user, keep]).await?;
    Ok(())
}

/// The grants of a user's restricted sessions, except this one.
pub async fn list_restricted(tx: &mut Tx, user: &UserId, keep: Option<&SessionId>) -> Result<Vec<Grant>> {
    let sql = "select * from grants where user_id = $1 and session_id in \
               (select id from sessions where user_id = $1 and must_change is not null and id <> $2) order by id";
    tx.all(sql, args![user, keep.map_or("", SessionId::as_str)]).await
}

/// Ends the grants of a user's restricted sessions, except this one.
pub async fn revoke_restricted(tx: &mut Tx, user: &UserId, keep: Option<&SessionId>) -> Result<()> {
    let sql = "delete from grants where user_id = $1 and session_id in \
               (select id from sessions where user_id = $1 and must_change is not null and id <> $2)";
    tx.run(sql, args![user, keep.map_or("", SessionId::as_str)]).await?;
    Ok(())
}

/// Ends the grants of a user for an application.
pub async fn revoke_by_user(tx: &mut Tx, user: &UserId, app: &str) -> Result<()> {
    tx.run("delete from grants where user_id = $1 and app_id = $2", args![user, app]).await?;
    Ok(())
}

/// Ends every grant of an application.
pub async fn revoke_by_app(tx: &mut Tx, app: &str) -> Result<()> {
    tx.run("delete from grants where app_id = $1", args![app]).await?;
    Ok(())
}

/// Moves the grants of a session to the one that replaces it in the same browser.
pub async fn reassign_session(tx: &mut Tx, user: &UserId, from: &SessionId, to: &SessionId) -> Result<()> {
    let sql = "update grants set session_id = $3 where user_id = $1 and session_id = $2";
    tx.run(sql, args![user, from, to]).await?;
    Ok(())
}

/// Gives a grant of a recovery, and its issued tokens, the lifetime and claims of any grant by code: the
/// password was set.
pub async fn promote(tx: &mut Tx, id: &str, until: Timestamp, refresh_until: Timestamp) -> Result<()> {
    tx.run("update grants set expires_at = $2, amr = 'otp', scope = '' where id = $1", args![id, until])
        .await?;
    tx.run("update access_tokens set scope = '' where grant_id = $1", args![id]).await?;
    let sql = "update refresh_tokens set expires_at = $2 where grant_id = $1 and used_at is null";
    tx.run(sql, args![id, refresh_until]).await?;
    Ok(())
}

/// Inserts a code.
pub async fn insert_code(tx: &mut Tx, digest: &str, code: &AuthorizationCode) -> Result<()> {
    let sql = "insert into authorization_codes (digest, grant_id, redirect_uri, code_challenge, nonce, expires_at) \
               values ($1, $2, $3, $4, $5, $6)";
    let c = code;
    tx.run(sql, args![digest, &c.grant_id, &c.redirect_uri, &c.code_challenge, &c.nonce, c.expires_at])
        .await?;
    Ok(())
}

/// Uses a code, once and before it expires. The code is used up even if the request is otherwise invalid.
pub async fn take_code(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<Option<AuthorizationCode>> {
    let sql = "update authorization_codes set used_at = $2 where digest = $1 and used_at is null and expires_at > $2 returning *";
    tx.maybe(sql, args![digest, now]).await
}

/// A code, used or not.
pub async fn code_by_digest(tx: &mut Tx, digest: &str) -> Result<Option<AuthorizationCode>> {
    tx.maybe("select * from authorization_codes where digest = $1", args![digest]).await
}

/// Inserts an access token.
pub async fn insert_access_token(tx: &mut Tx, digest: &str, token: &AccessToken) -> Result<()> {
    let sql = "insert into access_tokens (digest, grant_id, app_id, scope, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)";
    let t = token;
    tx.run(sql, args![digest, &t.grant_id, &t.app_id, t.scope.text(), t.created_at, t.expires_at]).await?;
    Ok(())
}

/// A live access token.
pub async fn access_token(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<Option<AccessToken>> {
    tx.maybe("select * from access_tokens where digest = $1 and expires_at > $2", args![digest, now]).await
}

/// Ends one access token.
pub async fn revoke_access_token(tx: &mut Tx, digest: &str, app: &str) -> Result<bool> {
    Ok(tx.run("delete from access_tokens where digest = $1 and app_id = $2", args![digest, app]).await? == 1)
}

/// Inserts a refresh token.
pub async fn insert_refresh_token(tx: &mut Tx, digest: &str, token: &RefreshToken) -> Result<()> {
    let sql = "insert into refresh_tokens (digest, grant_id, created_at, expires_at, parent) \
               values ($1, $2, $3, $4, $5)";
    let args = args![digest, &token.grant_id, token.created_at, token.expires_at, &token.parent];
    tx.run(sql, args).await?;
    Ok(())
}

/// A refresh token, used or expired or not.
pub async fn refresh_token(tx: &mut Tx, digest: &str) -> Result<Option<RefreshToken>> {
    tx.maybe("select * from refresh_tokens where digest = $1", args![digest]).await
}

/// Revokes the unused successors of this refresh token, and returns whether none of them was used. From then
/// on each stands alone: a client that uses one received its response.
pub async fn revoke_unused_successors(
    tx: &mut Tx,
    grant: &str,
    parent: &str,
    now: Timestamp,
) -> Result<bool> {
    let sql = "update refresh_tokens set used_at = $3, parent = '' where grant_id = $1 and parent = $2 and not exists \
               (select 1 from refresh_tokens used where used.grant_id = $1 and used.parent = $2 and used.used_at is not null)";
    Ok(tx.run(sql, args![grant, parent, now]).await? > 0)
}

/// Uses a refresh token before it expires, and stores its sealed successor. One that was used at `before` or
/// earlier may be used again.
pub async fn take_refresh_token(
    tx: &mut Tx,
    digest: &str,
    successor: &str,
    now: Timestamp,
    before: Timestamp,
) -> Result<bool> {
    let sql = "update refresh_tokens set used_at = $2, successor = $3 \
               where digest = $1 and expires_at > $2 and (used_at is null or used_at <= $4)";
    Ok(tx.run(sql, args![digest, now, successor, before]).await? == 1)
}

/// Deletes the successor of this refresh token, because the client received it.
pub async fn clear_successor(tx: &mut Tx, digest: &str) -> Result<()> {
    tx.run("update refresh_tokens set successor = null where digest = $1", args![digest]).await?;
    Ok(())
}

/// The most rows that one [`clear_successors`] changes, so that it does not block writers.
pub(crate) const MAX_SUCCESSORS_PER_SWEEP: u64 = 500;

/// Deletes the successors of refresh tokens that were used before this moment, at most
/// `MAX_SUCCESSORS_PER_SWEEP`.
pub async fn clear_successors(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let sql = "update refresh_tokens set successor = null where digest in \
               (select digest from refresh_tokens where successor is not null and used_at <= $1 order by used_at limit 500)";
    tx.run(sql, args![before]).await
}
