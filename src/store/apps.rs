//! Applications and their secrets. An application is a whole document; a secret is a digest and a name.

use crate::args;
use crate::model::app::AppSecret;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// Every application: id and document.
pub async fn list(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    tx.all("select id, document from applications order by id", args![]).await
}

/// The document of one.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let found: Option<(String,)> =
        tx.maybe("select document from applications where id = $1", args![id]).await?;
    Ok(found.map(|(document,)| document))
}

/// A new application; false when the id is taken.
pub async fn insert(tx: &mut Tx, id: &str, document: &str, now: Timestamp) -> Result<bool> {
    let sql =
        "insert into applications (id, document, updated_at) values ($1, $2, $3) on conflict (id) do nothing";
    Ok(tx.run(sql, args![id, document, now]).await? == 1)
}

/// Replaces the document of an application, or makes it.
pub async fn save(tx: &mut Tx, id: &str, document: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into applications (id, document, updated_at) values ($1, $2, $3) \
               on conflict (id) do update set document = excluded.document, updated_at = excluded.updated_at";
    tx.run(sql, args![id, document, now]).await?;
    Ok(())
}

/// Forgets an application and its secrets; false when there is none.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<bool> {
    tx.run("delete from application_secrets where app_id = $1", args![id]).await?;
    Ok(tx.run("delete from applications where id = $1", args![id]).await? == 1)
}

/// Every secret of every application, oldest first.
pub async fn list_secrets(tx: &mut Tx) -> Result<Vec<AppSecret>> {
    let sql = "select app_id, name, digest, created_at, expires_at, key_id from application_secrets order by created_at, name";
    tx.all(sql, args![]).await
}

/// A new secret; false when the application has one of this name.
pub async fn insert_secret(tx: &mut Tx, id: &str, secret: &AppSecret) -> Result<bool> {
    let sql = "insert into application_secrets (id, app_id, name, digest, created_at, expires_at, key_id) \
               values ($1, $2, $3, $4, $5, $6, $7) on conflict (app_id, name) do nothing";
    let s = secret;
    Ok(tx.run(sql, args![id, &s.app_id, &s.name, &s.digest, s.created_at, s.expires_at, &s.key_id]).await?
        == 1)
}

/// Puts a secret in the place of the one of the same name, or makes it; an equal one is left as it is.
pub async fn save_secret(tx: &mut Tx, id: &str, secret: &AppSecret) -> Result<()> {
    let sql = "insert into application_secrets (id, app_id, name, digest, created_at, expires_at, key_id) \
               values ($1, $2, $3, $4, $5, $6, $7) on conflict (app_id, name) do update set digest = excluded.digest, \
               created_at = excluded.created_at, expires_at = excluded.expires_at, key_id = excluded.key_id \
               where application_secrets.digest <> excluded.digest";
    let s = secret;
    tx.run(sql, args![id, &s.app_id, &s.name, &s.digest, s.created_at, s.expires_at, &s.key_id]).await?;
    Ok(())
}

/// Keeps the same secret under the digest of another key; false when it is not the one that was proved any more.
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

/// A digest, and the one of the same secret under another key.
#[derive(Clone, Debug)]
pub struct DigestReplacement {
    /// The one that is kept.
    pub old: String,
    /// The one that takes its place.
    pub new: String,
}

/// Forgets one secret; false when there is none.
pub async fn delete_secret(tx: &mut Tx, app_id: &str, name: &str) -> Result<bool> {
    let sql = "delete from application_secrets where app_id = $1 and name = $2";
    Ok(tx.run(sql, args![app_id, name]).await? == 1)
}
