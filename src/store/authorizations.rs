//! Pending authorization requests, and consents. A request is finished only once: the statement that finishes
//! it is also the check.

use crate::args;
use crate::model::ids::UserId;
use crate::model::oidc::authorization_request::AuthorizationRequest;
use crate::model::oidc::scope::Scope;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

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

/// The scope that a user consented to for an application.
pub async fn consented_scope(tx: &mut Tx, user: &UserId, app: &str) -> Result<Option<Scope>> {
    let sql = "select scope from consents where user_id = $1 and app_id = $2";
    let row: Option<(String,)> = tx.maybe(sql, args![user, app]).await?;
    Ok(row.map(|(scope,)| Scope::parse(&scope)))
}

/// Deletes every consent to an application.
pub async fn delete_consents(tx: &mut Tx, app: &str) -> Result<()> {
    tx.run("delete from consents where app_id = $1", args![app]).await?;
    Ok(())
}

/// Every application that a user consented to, with the scope.
pub async fn list_consents(tx: &mut Tx, user: &UserId) -> Result<Vec<(String, String)>> {
    tx.all("select app_id, scope from consents where user_id = $1 order by app_id limit 200", args![user])
        .await
}

/// Locks a user's consent to an application until the end of the transaction; false if there is none.
pub async fn lock_consent(tx: &mut Tx, user: &UserId, app: &str) -> Result<bool> {
    let sql = "update consents set updated_at = updated_at where user_id = $1 and app_id = $2";
    Ok(tx.run(sql, args![user, app]).await? == 1)
}

/// Revokes a user's consent to an application; false if there was none.
pub async fn revoke_consent(tx: &mut Tx, user: &UserId, app: &str) -> Result<bool> {
    let sql = "delete from consents where user_id = $1 and app_id = $2";
    Ok(tx.run(sql, args![user, app]).await? == 1)
}

/// Inserts or replaces a user's consent.
pub async fn save_consent(
    tx: &mut Tx,
    user: &UserId,
    app: &str,
    scope: &Scope,
    now: Timestamp,
) -> Result<()> {
    let sql = "insert into consents (user_id, app_id, scope, updated_at) values ($1, $2, $3, $4) \
               on conflict (user_id, app_id) do update set scope = excluded.scope, updated_at = excluded.updated_at";
    tx.run(sql, args![user, app, scope.text(), now]).await?;
    Ok(())
}
