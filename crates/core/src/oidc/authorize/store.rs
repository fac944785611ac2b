//! Pending authorization requests. A request is finished only once: the statement that finishes
//! it is also the check.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::oidc::authorization_request::AuthorizationRequest;
use crate::types::ids::UserId;
use crate::types::time::Timestamp;

/// The stage of a new request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationStage {
    /// Pushed by an application; not opened in a browser yet.
    Pushed,
    /// Opened in a browser.
    Open,
}

/// Inserts a request.
pub async fn insert(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    stage: AuthorizationStage,
    expires_at: Timestamp,
) -> Result<()> {
    let sql = "insert into authorization_requests (id, app_id, state, asked, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)";
    let state = match stage {
        AuthorizationStage::Pushed => "pushed",
        AuthorizationStage::Open => "open",
    };
    let r = request;
    tx.run(sql, args![&r.id, &r.app_id, state, &r.asked, r.created_at, expires_at]).await?;
    Ok(())
}

/// An open request.
pub async fn by_id(tx: &mut Tx, id: &str, now: Timestamp) -> Result<Option<AuthorizationRequest>> {
    let sql = "select id, app_id, asked, consented_by, created_at from authorization_requests \
               where id = $1 and state = 'open' and expires_at > $2";
    tx.maybe(sql, args![id, now]).await
}

/// Takes a pushed request, which can be used once.
pub async fn take_pushed(
    tx: &mut Tx,
    id: &str,
    app: &str,
    now: Timestamp,
) -> Result<Option<AuthorizationRequest>> {
    let sql = "update authorization_requests set state = 'done' where id = $1 and app_id = $2 and state = 'pushed' and expires_at > $3 \
               returning id, app_id, asked, consented_by, created_at";
    tx.maybe(sql, args![id, app, now]).await
}

/// Finishes an open request, once and before it expires.
pub async fn mark_finished(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool> {
    let sql = "update authorization_requests set state = 'done' where id = $1 and state = 'open' and expires_at > $2";
    Ok(tx.run(sql, args![id, now]).await? == 1)
}

/// Records that this user consented to an open request.
pub async fn mark_consented(tx: &mut Tx, id: &str, user: &UserId, now: Timestamp) -> Result<bool> {
    let sql = "update authorization_requests set consented_by = $2 where id = $1 and state = 'open' and expires_at > $3";
    Ok(tx.run(sql, args![id, user, now]).await? == 1)
}
