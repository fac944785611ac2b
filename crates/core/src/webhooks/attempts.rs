//! Webhook deliveries, from the sender's side: claim one, record the result of the attempt. A failed delivery
//! is retried with growing delays and given up in the end; a webhook whose deliveries keep failing is
//! disabled.

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::webhooks::attempts_store::AttemptOutcome;
use crate::webhooks::signature::sign_request;
use crate::webhooks::webhook::{SignedRequest, WebhookResponse};
use crate::webhooks::{attempts_store, sealed, store};
use crate::{Context, Core, audit, settings};

/// How long a sender may hold a delivery before it counts as dead, in seconds; longer than the sender's
/// timeout.
const LEASE_SECONDS: i64 = 60;
/// The delays between attempts, in seconds: from seconds to a day. After the last one it is given up.
pub const RETRY_DELAYS_SECONDS: [i64; 8] = [5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600];
/// This many failed deliveries in a row disable a webhook.
pub const MAX_FAILURES_IN_A_ROW: i64 = 10;
/// The status by which a receiver unsubscribes for good (Standard Webhooks).
const STATUS_GONE: i64 = 410;

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
pub async fn claim(core: &Core, webhook: &str) -> Result<Option<LeasedDelivery>> {
    // Reading first keeps idle senders from queueing for SQLite's single writer. A sender that loses the race
    // looks again.
    while let Some(id) = next_due(core, webhook).await? {
        if let Some(claimed) = take(core, &id).await? {
            return Ok(Some(claimed));
        }
    }
    Ok(None)
}

async fn next_due(core: &Core, webhook: &str) -> Result<Option<String>> {
    let mut tx = core.store.read().await?;
    Ok(attempts_store::next_due(&mut tx, webhook, core.now()).await?)
}

async fn take(core: &Core, id: &str) -> Result<Option<LeasedDelivery>> {
    let now = core.now();
    let mut tx = core.store.write().await?;
    let Some(row) = attempts_store::take(&mut tx, id, now.plus_seconds(LEASE_SECONDS), now).await? else {
        return Ok(None);
    };
    let webhook = sealed::load(&mut tx, core, &row.hook_id).await?;
    if webhook.is_unreadable {
        // Nothing is committed: an instance that has its secret key sends it.
        return Err(anyhow::anyhow!("the target of the webhook can't be decrypted").into());
    }
    tx.commit().await?;
    let signed = sign_request(&webhook.target, &row.id, row.body, now);
    Ok(Some(LeasedDelivery {
        request: signed,
        event: row.event,
        id: row.id,
        webhook_id: row.hook_id,
        attempts: row.attempts,
        request_id: row.request_id,
    }))
}

/// Records the result of an attempt: delivered, to be retried, or given up.
pub async fn record_attempt(core: &Core, claimed: &LeasedDelivery, response: WebhookResponse) -> Result<()> {
    let outcome = &AttemptOutcome {
        attempt: claimed.attempts,
        status: response.status.map(i64::from),
        answer: response.text,
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
            attempts_store::mark_delivered(&mut tx, id, outcome, now).await?;
            "delivered"
        }
        Some(wait) if !gone => {
            attempts_store::mark_for_retry(&mut tx, id, outcome, now.plus_seconds(*wait)).await?;
            "retried"
        }
        _ => {
            record_failure(&mut tx, core, &claimed.webhook_id, if gone { 1 } else { MAX_FAILURES_IN_A_ROW })
                .await?;
            attempts_store::mark_failed(&mut tx, id, outcome, now).await?;
            "failed"
        }
    };
    tx.commit().await?;
    core.metrics.count_webhook_attempt(&claimed.event, result);
    if !taken {
        log_failed_attempt(outcome, result);
    }
    Ok(())
}

fn log_failed_attempt(outcome: &AttemptOutcome, result: &'static str) {
    tracing::warn!(status = outcome.status, attempt = outcome.attempt, result, "a webhook was not delivered");
}

/// Counts a delivery that is given up; too many in a row disable the webhook.
async fn record_failure(tx: &mut Tx, core: &Core, webhook: &str, limit: i64) -> Result<()> {
    settings::store::lock(tx).await?;
    if !store::record_failure(tx, webhook, limit).await? {
        return Ok(());
    }
    tracing::error!(
        webhook.id = webhook,
        "a webhook is switched off: its deliveries failed too often, or it answered 410"
    );
    let event = Event::with_result(EventKind::WebhookChange, "switched_off", None).with_subject(webhook);
    audit::record(tx, Context::new(core, &Caller::default()), &event).await
}
