//! Webhook deliveries, from the sender's side: claim one, record the result of the attempt. A failed delivery
//! is retried with growing delays and given up in the end; a webhook whose deliveries keep failing is
//! disabled. Listing and redelivering are here too.

use serde_json::json;

use crate::core::audit::actor::Actor;
use crate::core::audit::event::{Event, EventKind};
use crate::core::db::sql::{Rows, Tx};
use crate::core::types::caller::Caller;
use crate::core::types::error::{Refusal, Result};
use crate::core::types::ids;
use crate::core::types::time::Timestamp;
use crate::core::webhooks::deliveries_store::{self, AttemptOutcome, DeliveryRow, Search};
use crate::core::webhooks::payload::{parse, render_sample};
use crate::core::webhooks::signature::sign_request;
use crate::core::webhooks::webhook::{HookEvent, SignedRequest, WebhookResponse};
use crate::core::webhooks::{manage, store};
use crate::core::{Context, Core, audit, settings};

/// How long a sender may hold a delivery before it counts as dead, in seconds; longer than the sender's
/// timeout.
const LEASE_SECONDS: i64 = 60;
/// The delays between attempts, in seconds: from seconds to a day. After the last one it is given up.
pub const RETRY_DELAYS_SECONDS: [i64; 8] = [5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600];
/// This many failed deliveries in a row disable a webhook.
pub const MAX_FAILURES_IN_A_ROW: i64 = 10;
/// The status by which a receiver unsubscribes for good (Standard Webhooks).
const STATUS_GONE: i64 = 410;
/// The count of a list stops here.
const MAX_COUNTED: i64 = 1000;

/// A claimed delivery.
#[derive(Clone, Debug)]
pub struct LeasedDelivery {
    /// The request.
    pub request: SignedRequest,
    /// The name of the event.
    pub event: String,
    id: String,
    webhook_id: String,
    attempts: i64,
    request_id: Option<String>,
}

impl LeasedDelivery {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The webhook.
    pub fn webhook_id(&self) -> &str {
        &self.webhook_id
    }

    /// The id of the HTTP request that caused the event, for the log; none if no request did.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

/// Claims the next delivery of this webhook; none when nothing is due.
pub async fn claim(core: &Core, hook: &str) -> Result<Option<LeasedDelivery>> {
    // Reading first keeps idle senders from queueing for SQLite's single writer. A sender that loses the race
    // looks again.
    while let Some(id) = next_due(core, hook).await? {
        if let Some(claimed) = take(core, &id).await? {
            return Ok(Some(claimed));
        }
    }
    Ok(None)
}

async fn next_due(core: &Core, hook: &str) -> Result<Option<String>> {
    let mut tx = core.store.read().await?;
    Ok(deliveries_store::next_due(&mut tx, hook, core.now()).await?)
}

async fn take(core: &Core, id: &str) -> Result<Option<LeasedDelivery>> {
    let now = core.now();
    let mut tx = core.store.write().await?;
    let Some(row) = deliveries_store::take(&mut tx, id, now.plus_seconds(LEASE_SECONDS), now).await? else {
        return Ok(None);
    };
    let hook = manage::load(&mut tx, core, &row.hook_id).await?;
    tx.commit().await?;
    let parcel = sign_request(&hook.target, &row.id, row.body, now);
    Ok(Some(LeasedDelivery {
        request: parcel,
        event: row.event,
        id: row.id,
        webhook_id: row.hook_id,
        attempts: row.attempts,
        request_id: row.request_id,
    }))
}

/// Records the result of an attempt: delivered, to be retried, or given up.
pub async fn record_attempt(core: &Core, claimed: &LeasedDelivery, heard: WebhookResponse) -> Result<()> {
    let outcome = &AttemptOutcome {
        attempt: claimed.attempts,
        status: heard.status.map(i64::from),
        answer: heard.text,
    };
    let now = core.now();
    let id = claimed.id.as_str();
    let taken = outcome.status.is_some_and(|status| (200..300).contains(&status));
    let wait = usize::try_from(claimed.attempts - 1).ok().and_then(|tried| RETRY_DELAYS_SECONDS.get(tried));
    let gone = outcome.status == Some(STATUS_GONE);
    let mut tx = core.store.write().await?;
    // Deleting a webhook locks the settings, the webhook and its deliveries, in this order; so does this.
    let result = match wait {
        _ if taken => {
            store::reset_failures(&mut tx, &claimed.webhook_id).await?;
            deliveries_store::mark_delivered(&mut tx, id, outcome, now).await?;
            "delivered"
        }
        Some(wait) if !gone => {
            deliveries_store::mark_for_retry(&mut tx, id, outcome, now.plus_seconds(*wait)).await?;
            "retried"
        }
        _ => {
            record_failure(&mut tx, core, &claimed.webhook_id, if gone { 1 } else { MAX_FAILURES_IN_A_ROW })
                .await?;
            deliveries_store::mark_failed(&mut tx, id, outcome, now).await?;
            "failed"
        }
    };
    tx.commit().await?;
    core.metrics.count_webhook_attempt(&claimed.event, result);
    if !taken {
        tracing::warn!(
            status = outcome.status,
            attempt = outcome.attempt,
            result,
            "a webhook was not delivered"
        );
    }
    Ok(())
}

/// Counts a delivery that is given up; too many in a row disable the webhook.
async fn record_failure(tx: &mut Tx, core: &Core, hook: &str, limit: i64) -> Result<()> {
    settings::store::lock(tx).await?;
    if !store::record_failure(tx, hook, limit).await? {
        return Ok(());
    }
    tracing::error!(
        webhook.id = hook,
        "a webhook is switched off: its deliveries failed too often, or it answered 410"
    );
    let event = Event::with_result(EventKind::WebhookChange, "switched_off", None).with_subject(hook);
    audit::record(tx, Context::new(core, &Caller::default()), &event).await
}

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
        Self { id, event, state, attempts, body: parse(&body), status, answer, created_at, done_at }
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
pub async fn list(core: &Core, hook: &str, asked: &DeliveryQuery) -> Result<(Vec<Delivery>, i64)> {
    let mut tx = core.store.read().await?;
    store::by_id(&mut tx, hook).await?.ok_or(Refusal::NotFound)?;
    let least_attempts = i64::from(asked.only_tried);
    let search = Search { hook, event: &asked.event, from: asked.from, to: asked.to, least_attempts };
    let rows = deliveries_store::list(&mut tx, &search, asked.rows).await?;
    let count = deliveries_store::count(&mut tx, &search, MAX_COUNTED).await?;
    Ok((rows.into_iter().map(Delivery::from).collect(), count))
}

/// By webhook, how many deliveries of the last day succeeded and how many ended.
pub async fn count_by_webhook(core: &Core) -> Result<Vec<(String, i64, i64)>> {
    let mut tx = core.store.read().await?;
    Ok(deliveries_store::count_by_webhook(&mut tx, core.now().plus_seconds(-24 * 3600)).await?)
}

/// Sends a delivery again; refused while it is still pending.
pub async fn redeliver(core: &Core, by: Actor<'_>, hook: &str, id: &str) -> Result<Delivery> {
    let mut tx = core.store.write().await?;
    deliveries_store::by_id(&mut tx, hook, id).await?.ok_or(Refusal::NotFound)?;
    if !deliveries_store::mark_for_redelivery(&mut tx, hook, id, core.now()).await? {
        return Err(Refusal::Duplicate.into());
    }
    let row = deliveries_store::by_id(&mut tx, hook, id).await?.ok_or(Refusal::NotFound)?;
    let event = Event::with_result(EventKind::WebhookChange, "replayed", None).with_subject(hook);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok(row.into())
}

/// Sends again every finished delivery since this time; returns how many.
pub async fn redeliver_all(core: &Core, by: Actor<'_>, hook: &str, since: Timestamp) -> Result<u64> {
    let mut tx = core.store.write().await?;
    store::by_id(&mut tx, hook).await?.ok_or(Refusal::NotFound)?;
    let count = deliveries_store::mark_all_for_redelivery(&mut tx, hook, since, core.now()).await?;
    let event = Event::with_result(EventKind::WebhookChange, "replayed", None).with_subject(hook);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok(count)
}

/// A test of a receiver.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// The events that were sent.
    pub events: &'a [HookEvent],
    /// The last response, if a request was sent.
    pub heard: Option<&'a WebhookResponse>,
}

/// Audits that a receiver was tested, with the events and the status of the last response. A caller who
/// may test receivers can make this server send requests to an address of their choice.
pub async fn audit_test(core: &Core, by: Actor<'_>, id: &str, trial: Trial<'_>) -> Result<()> {
    let Trial { events, heard } = trial;
    let status = heard.and_then(|heard| heard.status);
    let result = if matches!(status, Some(200..300)) { "success" } else { "hook.test_failed" };
    let names: Vec<&str> = events.iter().map(|event| event.name()).collect();
    let event = Event::with_result(EventKind::WebhookTest, result, None).with_subject(id);
    audit::record_alone(by.context(core), &event.with_details(json!({ "events": names, "status": status })))
        .await
}

/// A test request for each of these events, signed with the key of this webhook and not stored.
pub async fn sample_requests(
    core: &Core,
    id: &str,
    events: &[HookEvent],
    given: crate::core::webhooks::WebhookInput,
) -> Result<Vec<SignedRequest>> {
    let given = crate::core::webhooks::WebhookInput { events: Some(events.to_vec()), ..given };
    let known = manage::load(&mut core.store.read().await?, core, id).await?;
    let given = manage::with_stored_headers(&known, given)?;
    let hook = manage::apply_input(known, given);
    manage::validate(core, &hook)?;
    let now = core.now();
    let one = |event: &HookEvent| {
        let id = ids::generate(now, core.rng(), 21);
        Ok(sign_request(&hook.target, &id, render_sample(core, *event, &hook.id)?, now))
    };
    hook.events.iter().map(one).collect()
}
