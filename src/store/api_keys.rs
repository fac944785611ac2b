//! Keys with which machines ask.

use crate::args;
use crate::model::api_key::{ApiKey, Role};
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// Writes a key under its token's digest.
pub async fn save(tx: &mut Tx, key: &ApiKey, token_digest: &str, now: Timestamp) -> Result<()> {
    let names: Vec<&str> = key.roles.iter().map(|role| role.name()).collect();
    let sql = "insert into api_keys (id, roles, token_digest, created_at) values ($1, $2, $3, $4) \
               on conflict (id) do update set roles = excluded.roles, token_digest = excluded.token_digest";
    tx.run(sql, args![&key.id, names.join(" "), token_digest, now]).await?;
    Ok(())
}

/// The key of a token.
pub async fn by_token(tx: &mut Tx, token_digest: &str) -> Result<Option<ApiKey>> {
    let sql = "select id, roles from api_keys where token_digest = $1";
    let row: Option<(String, String)> = tx.maybe(sql, args![token_digest]).await?;
    Ok(row.map(|(id, roles)| ApiKey { id, roles: roles.split(' ').filter_map(Role::from_name).collect() }))
}
