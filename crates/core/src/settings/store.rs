//! Settings and connectors, which operators change at run time. Rows are whole documents; connectors are
//! sealed.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;

/// The number of changes so far.
pub async fn revision(tx: &mut Tx) -> Result<i64> {
    let (number,): (i64,) = tx.one("select number from revisions where id = 'live'", args![]).await?;
    Ok(number)
}

/// Counts a change, and blocks other writers of settings until this transaction ends: what is read afterwards
/// may be written back.
pub async fn lock(tx: &mut Tx) -> Result<i64> {
    let sql = "update revisions set number = number + 1 where id = 'live' returning number";
    let (number,): (i64,) = tx.one(sql, args![]).await?;
    Ok(number)
}

/// The settings document and the list of what the bootstrap file sets, if there are any.
pub async fn document(tx: &mut Tx) -> Result<Option<(String, String)>> {
    tx.maybe("select document, managed from settings where id = 'settings'", args![]).await
}

/// Writes the settings document.
pub async fn save(tx: &mut Tx, document: &str, managed: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into settings (id, document, managed, updated_at) values ('settings', $1, $2, $3) \
               on conflict (id) do update set document = excluded.document, managed = excluded.managed, \
               updated_at = excluded.updated_at";
    tx.run(sql, args![document, managed, now]).await?;
    Ok(())
}

/// Every connector: id and sealed document.
pub async fn list_connectors(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    tx.all("select id, sealed from connectors order by id", args![]).await
}

/// One connector, sealed.
pub async fn connector(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = tx.maybe("select sealed from connectors where id = $1", args![id]).await?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Deletes a connector; false if there was none.
pub async fn delete_connector(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.run("delete from connectors where id = $1", args![id]).await? == 1)
}

/// Writes a connector.
pub async fn save_connector(tx: &mut Tx, id: &str, sealed: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into connectors (id, sealed, updated_at) values ($1, $2, $3) \
               on conflict (id) do update set sealed = excluded.sealed, updated_at = excluded.updated_at";
    tx.run(sql, args![id, sealed, now]).await?;
    Ok(())
}

/// Records an entry of the bootstrap file; false if it was already recorded.
pub async fn insert_file_entry(tx: &mut Tx, kind: &str, id: &str, now: Timestamp) -> Result<bool> {
    let sql = "insert into file_entries (kind, id, created_at) values ($1, $2, $3) on conflict (kind, id) do nothing";
    Ok(tx.run(sql, args![kind, id, now]).await? == 1)
}

/// Whether an entry of the bootstrap file is recorded.
pub async fn has_file_entry(tx: &mut Tx, kind: &str, id: &str) -> Result<bool> {
    let sql = "select id from file_entries where kind = $1 and id = $2";
    let found: Option<(String,)> = tx.maybe(sql, args![kind, id]).await?;
    Ok(found.is_some())
}

/// The recorded entries of this kind.
pub async fn list_file_entries(tx: &mut Tx, kind: &str) -> Result<Vec<String>> {
    let found: Vec<(String,)> =
        tx.all("select id from file_entries where kind = $1 order by id", args![kind]).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Deletes the record of an entry.
pub async fn delete_file_entry(tx: &mut Tx, kind: &str, id: &str) -> Result<()> {
    tx.run("delete from file_entries where kind = $1 and id = $2", args![kind, id]).await?;
    Ok(())
}
