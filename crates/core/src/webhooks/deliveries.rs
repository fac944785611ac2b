//! Lists the deliveries of a webhook, and delivers events again. Attempts and retries are in `attempts`.

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::db::sql::Rows;
use crate::types::error::{Refusal, Result};
use crate::types::time::Timestamp;
use crate::webhooks::deliveries_store::{self, DeliveryRow, Search};
use crate::webhooks::{payload, store};
use crate::{Core, audit};

/// The count of a list stops here.
const MAX_COUNTED: i64 = 1000;

/// A delivery, for listing.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its id.
    pub id: String,
    /// The name of the event.
    pub event: String,
    /// `pending`, `delivered` or `failed`.
    pub state: String,
    /// Attempts so far.
    pub attempts: i64,
    /// What was sent.
    pub body: serde_json::Map<String, serde_json::Value>,
    /// The status of the last response.
    pub status: Option<i64>,
    /// The start of its body, or why there was none.
    pub answer: Option<String>,
    /// When the event happened.
    pub created_at: Timestamp,
    /// When it was finished.
    pub done_at: Option<Timestamp>,
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        let DeliveryRow { id, event, state, attempts, body, status, answer, created_at, done_at, .. } = row;
        Self { id, event, state, attempts, body: payload::parse(&body), status, answer, created_at, done_at }
    }
}

/// Selects deliveries of a webhook.
#[derive(Clone, Debug)]
pub struct DeliveryQuery {
    /// Only this event; empty for all.
    pub event: String,
    /// The start of the period.
    pub from: Timestamp,
    /// The end of the period.
    pub to: Timestamp,
    /// The page.
    pub rows: Rows,
    /// Only those that were attempted.
    pub only_tried: bool,
}

/// The deliveries of a webhook, newest first, and how many there are, counted up to a thousand.
pub async fn list(core: &Core, webhook: &str, query: &DeliveryQuery) -> Result<(Vec<Delivery>, i64)> {
    let mut tx = core.store.read().await?;
    store::by_id(&mut tx, webhook).await?.ok_or(Refusal::NotFound)?;
    let least_attempts = i64::from(query.only_tried);
    let search = Search { webhook, event: &query.event, from: query.from, to: query.to, least_attempts };
    let rows = deliveries_store::list(&mut tx, &search, query.rows).await?;
    let count = deliveries_store::count(&mut tx, &search, MAX_COUNTED).await?;
    Ok((rows.into_iter().map(Delivery::from).collect(), count))
}

/// By webhook, how many deliveries of the last day succeeded and how many ended.
pub async fn count_by_webhook(core: &Core) -> Result<Vec<(String, i64, i64)>> {
    let mut tx = core.store.read().await?;
    Ok(deliveries_store::count_by_webhook(&mut tx, core.now().plus_seconds(-24 * 3600)).await?)
}

/// Sends a delivery again; refused while it is still pending.
pub async fn redeliver(core: &Core, by: Actor<'_>, webhook: &str, id: &str) -> Result<Delivery> {
    let mut tx = core.store.write().await?;
    deliveries_store::by_id(&mut tx, webhook, id).await?.ok_or(Refusal::NotFound)?;
    if !deliveries_store::mark_for_redelivery(&mut tx, webhook, id, core.now()).await? {
        return Err(Refusal::Duplicate.into());
    }
    let row = deliveries_store::by_id(&mut tx, webhook, id).await?.ok_or(Refusal::NotFound)?;
    let event = Event::with_result(EventKind::WebhookChange, "replayed", None).with_subject(webhook);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok(row.into())
}

/// Sends again every finished delivery since this time; returns how many.
pub async fn redeliver_all(core: &Core, by: Actor<'_>, webhook: &str, since: Timestamp) -> Result<u64> {
    let mut tx = core.store.write().await?;
    store::by_id(&mut tx, webhook).await?.ok_or(Refusal::NotFound)?;
    let count = deliveries_store::mark_all_for_redelivery(&mut tx, webhook, since, core.now()).await?;
    let event = Event::with_result(EventKind::WebhookChange, "replayed", None).with_subject(webhook);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok(count)
}
