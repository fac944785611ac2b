//! The scopes that users consented to, by application.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::ids::UserId;
use crate::types::scope::Scope;
use crate::types::time::Timestamp;

/// The scope that a user consented to for an application.
pub async fn scope_by_user(tx: &mut Tx, user: &UserId, app: &str) -> Result<Option<Scope>> {
    let sql = "select scope from consents where user_id = $1 and app_id = $2";
    let row: Option<(String,)> = tx.maybe(sql, args![user, app]).await?;
    Ok(row.map(|(scope,)| Scope::parse(&scope)))
}

/// Deletes every consent to an application.
pub async fn delete_by_app(tx: &mut Tx, app: &str) -> Result<()> {
    tx.run("delete from consents where app_id = $1", args![app]).await?;
    Ok(())
}

/// Every application that a user consented to, with the scope.
pub async fn list(tx: &mut Tx, user: &UserId) -> Result<Vec<(String, String)>> {
    tx.all("select app_id, scope from consents where user_id = $1 order by app_id limit 200", args![user])
        .await
}

/// Locks a user's consent to an application until the end of the transaction; false if there is none.
pub async fn lock(tx: &mut Tx, user: &UserId, app: &str) -> Result<bool> {
    let sql = "update consents set updated_at = updated_at where user_id = $1 and app_id = $2";
    Ok(tx.run(sql, args![user, app]).await? == 1)
}

/// Revokes a user's consent to an application; false if there was none.
pub async fn revoke(tx: &mut Tx, user: &UserId, app: &str) -> Result<bool> {
    let sql = "delete from consents where user_id = $1 and app_id = $2";
    Ok(tx.run(sql, args![user, app]).await? == 1)
}

/// Inserts or replaces a user's consent.
pub async fn save(tx: &mut Tx, user: &UserId, app: &str, scope: &Scope, now: Timestamp) -> Result<()> {
    let sql = "insert into consents (user_id, app_id, scope, updated_at) values ($1, $2, $3, $4) \
               on conflict (user_id, app_id) do update set scope = excluded.scope, updated_at = excluded.updated_at";
    tx.run(sql, args![user, app, scope.text(), now]).await?;
    Ok(())
}
