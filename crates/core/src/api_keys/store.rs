//! API keys.

use crate::api_keys::api_key::{ApiKey, Role, StoredKey};
use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;

/// A stored API key.
#[derive(sqlx::FromRow)]
struct ApiKeyRow {
    id: String,
    roles: String,
    app_id: Option<String>,
    description: String,
}

/// A stored API key with the digest of its token.
#[derive(sqlx::FromRow)]
struct DigestedRow {
    #[sqlx(flatten)]
    key: ApiKeyRow,
    token_digest: String,
}

/// A stored API key with what became of it.
#[derive(sqlx::FromRow)]
struct StoredRow {
    #[sqlx(flatten)]
    key: ApiKeyRow,
    created_at: Timestamp,
    disabled_at: Option<Timestamp>,
}

impl From<StoredRow> for StoredKey {
    fn from(StoredRow { key, created_at, disabled_at }: StoredRow) -> Self {
        Self { key: key.into(), created_at, is_enabled: disabled_at.is_none() }
    }
}

impl From<ApiKeyRow> for ApiKey {
    fn from(ApiKeyRow { id, roles, app_id, description }: ApiKeyRow) -> Self {
        Self { id, roles: roles.split(' ').filter_map(Role::from_name).collect(), app_id, description }
    }
}

/// Writes a key of the bootstrap file under its token's digest; a disabled key stays disabled.
pub async fn save(tx: &mut Tx, key: &ApiKey, token_digest: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into api_keys (id, roles, token_digest, created_at) values ($1, $2, $3, $4) \
               on conflict (id) do update set roles = excluded.roles, token_digest = excluded.token_digest";
    tx.run(sql, args![&key.id, join_role_names(key), token_digest, now]).await?;
    Ok(())
}

/// Inserts a key under its token's digest; false if another key has this token.
pub async fn insert(tx: &mut Tx, key: &ApiKey, token_digest: &str, now: Timestamp) -> Result<bool> {
    let sql = "insert into api_keys (id, roles, token_digest, created_at, description, app_id) \
               values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    let args = args![&key.id, join_role_names(key), token_digest, now, &key.description, &key.app_id];
    Ok(tx.run(sql, args).await? == 1)
}

fn join_role_names(key: &ApiKey) -> String {
    key.roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(" ")
}

/// All keys, oldest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<StoredKey>> {
    let sql = "select id, roles, app_id, description, created_at, disabled_at from api_keys order by created_at, id";
    let rows: Vec<StoredRow> = tx.all(sql, args![]).await?;
    Ok(rows.into_iter().map(StoredKey::from).collect())
}

/// Disables a key; false if there is no enabled one.
pub async fn disable(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool> {
    let sql = "update api_keys set disabled_at = $2 where id = $1 and disabled_at is null";
    Ok(tx.run(sql, args![id, now]).await? == 1)
}

/// Deletes a key of the bootstrap file; a disabled one is kept, so that it stays disabled.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.run("delete from api_keys where id = $1 and disabled_at is null", args![id]).await? == 1)
}

/// Disables the keys that act for a deleted application.
pub async fn disable_by_app(tx: &mut Tx, app_id: &str, now: Timestamp) -> Result<()> {
    let sql = "update api_keys set disabled_at = $2 where app_id = $1 and disabled_at is null";
    tx.run(sql, args![app_id, now]).await?;
    Ok(())
}

/// The enabled key of a token.
pub async fn by_token(tx: &mut Tx, token_digest: &str) -> Result<Option<ApiKey>> {
    let sql =
        "select id, roles, app_id, description from api_keys where token_digest = $1 and disabled_at is null";
    let row: Option<ApiKeyRow> = tx.maybe(sql, args![token_digest]).await?;
    Ok(row.map(ApiKey::from))
}

/// The id of the key that has this token, enabled or not.
pub async fn by_digest(tx: &mut Tx, token_digest: &str) -> Result<Option<String>> {
    let sql = "select id from api_keys where token_digest = $1";
    let row: Option<(String,)> = tx.maybe(sql, args![token_digest]).await?;
    Ok(row.map(|(id,)| id))
}

/// The key with this id, enabled or not, and the digest of its token.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<(ApiKey, String)>> {
    let sql = "select id, roles, app_id, description, token_digest from api_keys where id = $1";
    let row: Option<DigestedRow> = tx.maybe(sql, args![id]).await?;
    Ok(row.map(|row| (row.key.into(), row.token_digest)))
}
