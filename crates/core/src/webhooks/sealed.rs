//! Webhooks as they are stored: the target and its headers are sealed.

use crate::Core;
use crate::db::sql::Tx;
use crate::types::error::{Refusal, Result};
use crate::webhooks::store::{self, WebhookRow};
use crate::webhooks::webhook::{Webhook, WebhookEventKind, WebhookTarget};

/// Every webhook as it is stored.
pub(crate) async fn read_all(tx: &mut Tx, core: &Core) -> Result<Vec<Webhook>> {
    store::list(tx).await?.into_iter().map(|row| from_row(core, row)).collect()
}

/// One webhook as it is stored.
pub(super) async fn load(tx: &mut Tx, core: &Core, id: &str) -> Result<Webhook> {
    from_row(core, store::by_id(tx, id).await?.ok_or(Refusal::NotFound)?)
}

fn from_row(core: &Core, row: WebhookRow) -> Result<Webhook> {
    let target = decrypt_target(core, &row);
    let names: Vec<String> = serde_json::from_str(&row.events).map_err(anyhow::Error::from)?;
    Ok(Webhook {
        is_unreadable: target.is_none(),
        is_enabled: row.is_enabled && target.is_some(),
        // An event name of an older or newer version cannot be delivered and is ignored.
        events: names.iter().filter_map(|name| WebhookEventKind::from_name(name)).collect(),
        target: target.unwrap_or_else(WebhookTarget::unreadable),
        id: row.id,
        name: row.name,
        failures: row.failures,
        created_at: row.created_at,
    })
}

/// A webhook whose target cannot be decrypted is skipped; the others are delivered.
fn decrypt_target(core: &Core, row: &WebhookRow) -> Option<WebhookTarget> {
    let plain = core.keys.decrypt(&row.sealed, &sealing_context(&row.id));
    let target = plain.and_then(|plain| Ok(serde_json::from_slice(&plain)?));
    let note = |error: &anyhow::Error| tracing::error!(webhook.id = row.id, %error, "the target of a webhook can't be decrypted; nothing is sent to it");
    target.inspect_err(note).ok()
}

pub(super) fn to_row(core: &Core, webhook: &Webhook) -> Result<WebhookRow> {
    let plain = serde_json::to_vec(&webhook.target).map_err(anyhow::Error::from)?;
    let names: Vec<&str> = webhook.events.iter().map(|event| event.name()).collect();
    Ok(WebhookRow {
        id: webhook.id.clone(),
        name: webhook.name.clone(),
        events: serde_json::to_string(&names).map_err(anyhow::Error::from)?,
        sealed: core.keys.seal(&plain, &sealing_context(&webhook.id), core.rng()),
        is_enabled: webhook.is_enabled,
        failures: webhook.failures,
        created_at: webhook.created_at,
    })
}

/// The context that sealed targets are bound to.
fn sealing_context(id: &str) -> String {
    format!("hook:{id}")
}
