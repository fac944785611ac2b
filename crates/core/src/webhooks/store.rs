//! Webhooks. Their deliveries are in `deliveries_store`.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;

/// A stored webhook.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WebhookRow {
    /// Its id.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// Event names, as a JSON list.
    pub events: String,
    /// URL, headers and keys, sealed.
    pub sealed: String,
    /// Whether it is enabled.
    pub is_enabled: bool,
    /// Failed deliveries since the last one that arrived.
    pub failures: i64,
    /// When it was created.
    pub created_at: Timestamp,
}

/// Every webhook, in order of creation.
pub async fn list(tx: &mut Tx) -> Result<Vec<WebhookRow>> {
    tx.all("select * from hooks order by created_at, id", args![]).await
}

/// The webhook with this id.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<WebhookRow>> {
    tx.maybe("select * from hooks where id = $1", args![id]).await
}

/// Inserts a webhook.
pub async fn insert(tx: &mut Tx, webhook: &WebhookRow) -> Result<()> {
    let sql = "insert into hooks (id, name, events, sealed, is_enabled, failures, created_at) values ($1, $2, $3, $4, $5, $6, $7)";
    let h = webhook;
    tx.run(sql, args![&h.id, &h.name, &h.events, &h.sealed, h.is_enabled, h.failures, h.created_at]).await?;
    Ok(())
}

/// Updates a webhook. Enabling it resets its failures.
pub async fn save(tx: &mut Tx, webhook: &WebhookRow) -> Result<()> {
    let sql = "update hooks set name = $2, events = $3, sealed = $4, is_enabled = $5, \
               failures = case when $5 and not is_enabled then 0 else failures end where id = $1";
    let h = webhook;
    tx.run(sql, args![&h.id, &h.name, &h.events, &h.sealed, h.is_enabled]).await?;
    Ok(())
}

/// Deletes a webhook; false if there is none. Its deliveries are deleted after it.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.run("delete from hooks where id = $1", args![id]).await? == 1)
}

/// Resets the failures after a successful delivery.
pub async fn reset_failures(tx: &mut Tx, id: &str) -> Result<()> {
    tx.run("update hooks set failures = 0 where id = $1 and failures > 0", args![id]).await?;
    Ok(())
}

/// Counts a failed delivery; at `limit` consecutive ones the webhook is disabled, and this returns true,
/// once.
pub async fn record_failure(tx: &mut Tx, id: &str, limit: i64) -> Result<bool> {
    tx.run("update hooks set failures = failures + 1 where id = $1", args![id]).await?;
    let sql = "update hooks set is_enabled = false where id = $1 and is_enabled = true and failures >= $2";
    Ok(tx.run(sql, args![id, limit]).await? == 1)
}
