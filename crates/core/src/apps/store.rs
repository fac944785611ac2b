//! Applications and their secrets. An application is stored as one document, a secret as a digest and a name.

use crate::apps::secrets::AppSecret;
use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;

/// Every application: id and document.
pub async fn list(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    tx.all("select id, document from applications order by id", args![]).await
}

/// The document of one application.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let found: Option<(String,)> =
        tx.maybe("select document from applications where id = $1", args![id]).await?;
    Ok(found.map(|(document,)| document))
}

/// Inserts an application; false if the id is taken.
pub async fn insert(tx: &mut Tx, id: &str, document: &str, now: Timestamp) -> Result<bool> {
    let sql =
        "insert into applications (id, document, updated_at) values ($1, $2, $3) on conflict (id) do nothing";
    Ok(tx.run(sql, args![id, document, now]).await? == 1)
}

/// Inserts or replaces the document of an application.
pub async fn save(tx: &mut Tx, id: &str, document: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into applications (id, document, updated_at) values ($1, $2, $3) \
               on conflict (id) do update set document = excluded.document, updated_at = excluded.updated_at";
    tx.run(sql, args![id, document, now]).await?;
    Ok(())
}

/// Deletes an application and its secrets; false if there is none.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<bool> {
    tx.run("delete from application_secrets where app_id = $1", args![id]).await?;
    Ok(tx.run("delete from applications where id = $1", args![id]).await? == 1)
}

/// Every secret of every application, oldest first.
pub async fn list_secrets(tx: &mut Tx) -> Result<Vec<AppSecret>> {
    let sql = "select app_id, name, digest, created_at, expires_at, key_id from application_secrets order by created_at, name";
    tx.all(sql, args![]).await
}

/// Inserts a secret; false if the application has one of this name.
pub async fn insert_secret(tx: &mut Tx, id: &str, secret: &AppSecret) -> Result<bool> {
    let sql = "insert into application_secrets (id, app_id, name, digest, created_at, expires_at, key_id) \
               values ($1, $2, $3, $4, $5, $6, $7) on conflict (app_id, name) do nothing";
    let s = secret;
    Ok(tx.run(sql, args![id, &s.app_id, &s.name, &s.digest, s.created_at, s.expires_at, &s.key_id]).await?
        == 1)
}

/// Inserts or replaces the secret of this name; an equal one is left unchanged.
pub async fn save_secret(tx: &mut Tx, id: &str, secret: &AppSecret) -> Result<()> {
    let sql = "insert into application_secrets (id, app_id, name, digest, created_at, expires_at, key_id) \
               values ($1, $2, $3, $4, $5, $6, $7) on conflict (app_id, name) do update set digest = excluded.digest, \
               created_at = excluded.created_at, expires_at = excluded.expires_at, key_id = excluded.key_id \
               where application_secrets.digest <> excluded.digest";
    let s = secret;
    tx.run(sql, args![id, &s.app_id, &s.name, &s.digest, s.created_at, s.expires_at, &s.key_id]).await?;
    Ok(())
}

/// Stores the same secret under another key's digest; false if it is no longer the secret that was verified.
pub async fn replace_secret_digest(
    tx: &mut Tx,
    app_id: &str,
    name: &str,
    digests: &DigestReplacement,
    key_id: &str,
) -> Result<bool> {
    let sql = "update application_secrets set digest = $4, key_id = $5 where app_id = $1 and name = $2 and digest = $3";
    Ok(tx.run(sql, args![app_id, name, &digests.old, &digests.new, key_id]).await? == 1)
}

/// A digest, and the digest of the same secret under another key.
#[derive(Clone, Debug)]
pub struct DigestReplacement {
    /// The stored digest.
    pub old: String,
    /// The digest that replaces it.
    pub new: String,
}

/// Deletes one secret; false if there is none.
pub async fn delete_secret(tx: &mut Tx, app_id: &str, name: &str) -> Result<bool> {
    let sql = "delete from application_secrets where app_id = $1 and name = $2";
    Ok(tx.run(sql, args![app_id, name]).await? == 1)
}
