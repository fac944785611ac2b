//! What operators change at run time: settings, connectors, applications. Rows are whole documents; connectors are sealed.

use crate::args;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// The settings document, when there is one.
pub async fn document(tx: &mut Tx) -> Result<Option<String>> {
    let row: Option<(String,)> =
        tx.maybe("select document from settings where id = 'settings'", args![]).await?;
    Ok(row.map(|(document,)| document))
}

/// Writes the settings document.
pub async fn save(tx: &mut Tx, document: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into settings (id, document, updated_at) values ('settings', $1, $2) \
               on conflict (id) do update set document = excluded.document, updated_at = excluded.updated_at";
    tx.run(sql, args![document, now]).await?;
    Ok(())
}

/// Every connector: id and sealed document.
pub async fn list_connectors(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    tx.all("select id, sealed from connectors order by id", args![]).await
}

/// Writes a connector.
pub async fn save_connector(tx: &mut Tx, id: &str, sealed: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into connectors (id, sealed, updated_at) values ($1, $2, $3) \
               on conflict (id) do update set sealed = excluded.sealed, updated_at = excluded.updated_at";
    tx.run(sql, args![id, sealed, now]).await?;
    Ok(())
}

/// Every application: id and document.
pub async fn list_applications(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    tx.all("select id, document from applications order by id", args![]).await
}

/// Writes an application.
pub async fn save_application(tx: &mut Tx, id: &str, document: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into applications (id, document, updated_at) values ($1, $2, $3) \
               on conflict (id) do update set document = excluded.document, updated_at = excluded.updated_at";
    tx.run(sql, args![id, document, now]).await?;
    Ok(())
}
