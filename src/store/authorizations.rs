//! Requests of apps on behalf of people who are still on the way, and what people agreed to. A request is finished once: the
//! statement that finishes it is the check.

use crate::args;
use crate::model::ids::UserId;
use crate::model::oidc::authorization_request::AuthorizationRequest;
use crate::model::oidc::scope::Scope;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// Where a new request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationStage {
    /// An app pushed it; no browser has brought it yet.
    Pushed,
    /// A browser brought it.
    Open,
}

/// A new request.
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

/// A pushed request, which is good once.
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

/// Finishes an open request, once and in time.
pub async fn mark_finished(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool> {
    let sql = "update authorization_requests set state = 'done' where id = $1 and state = 'open' and expires_at > $2";
    Ok(tx.run(sql, args![id, now]).await? == 1)
}

/// Remembers that this person agreed to an open request.
pub async fn mark_consented(tx: &mut Tx, id: &str, user: &UserId, now: Timestamp) -> Result<bool> {
    let sql = "update authorization_requests set consented_by = $2 where id = $1 and state = 'open' and expires_at > $3";
    Ok(tx.run(sql, args![id, user, now]).await? == 1)
}

/// What a person agreed to let an app know.
pub async fn consented_scope(tx: &mut Tx, user: &UserId, app: &str) -> Result<Option<Scope>> {
    let sql = "select scope from consents where user_id = $1 and app_id = $2";
    let row: Option<(String,)> = tx.maybe(sql, args![user, app]).await?;
    Ok(row.map(|(scope,)| Scope::parse(&scope)))
}

/// Forgets what anybody agreed to for an app.
pub async fn delete_consents(tx: &mut Tx, app: &str) -> Result<()> {
    tx.run("delete from consents where app_id = $1", args![app]).await?;
    Ok(())
}

/// Every app that a person agreed to, and to what.
pub async fn list_consents(tx: &mut Tx, user: &UserId) -> Result<Vec<(String, String)>> {
    tx.all("select app_id, scope from consents where user_id = $1 order by app_id limit 200", args![user])
        .await
}

/// Holds what a person agreed to for an app until the end of the transaction; false when it is nothing.
pub async fn lock_consent(tx: &mut Tx, user: &UserId, app: &str) -> Result<bool> {
    let sql = "update consents set updated_at = updated_at where user_id = $1 and app_id = $2";
    Ok(tx.run(sql, args![user, app]).await? == 1)
}

/// Takes back what a person agreed to for an app; false when it was nothing.
pub async fn revoke_consent(tx: &mut Tx, user: &UserId, app: &str) -> Result<bool> {
    let sql = "delete from consents where user_id = $1 and app_id = $2";
    Ok(tx.run(sql, args![user, app]).await? == 1)
}

/// Writes what a person agreed to, in the place of what was.
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
