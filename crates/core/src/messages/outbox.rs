//! The outbox from the sender's side: claim a message, then record the result. An expired message is never
//! handed out, a failed attempt is retried with growing delays, and the lease of a sender that dies runs out
//! (nothing_lost).

use std::time::Duration;

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::messages::enqueue::sealing_context;
use crate::messages::message::AddressedMessage;
use crate::messages::store::{self, OutboxOutcome, OutboxRow};
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::types::ids::{CodeId, OutboxId};
use crate::types::time::Timestamp;
use crate::{Context, Core, audit};

/// How long a sender may hold a message before it counts as dead, in seconds.
const LEASE_SECONDS: i64 = 60;
/// The time that all connectors together have for one message: less than the lease, so that no other sender
/// claims it meanwhile.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(50);
/// How long a message that this instance can't read is left to others, in seconds.
const PUT_BACK_SECONDS: i64 = 10;
/// The delays between attempts, in seconds; the last one repeats until the message expires.
const RETRY_DELAYS_SECONDS: [i64; 7] = [2, 5, 15, 60, 300, 900, 3600];
/// The same for a message with a code, which is worth something for minutes only: a server that refuses
/// unknown senders for five or ten minutes (greylisting) gets it at most half a minute later.
const CODE_RETRY_DELAYS_SECONDS: [i64; 4] = [2, 5, 15, 30];

/// A message to deliver.
pub struct QueuedMessage {
    /// The outbox id, the same for every attempt.
    pub id: OutboxId,
    /// The recipient, language and message.
    pub envelope: AddressedMessage,
    attempts: i64,
    expires_at: Timestamp,
    /// The code that it contains.
    pub(crate) code_id: Option<CodeId>,
    request_id: Option<String>,
}

impl QueuedMessage {
    /// Whether it has a recipient; a decoy's has none.
    pub const fn has_recipient(&self) -> bool {
        self.envelope.to.is_some()
    }

    /// When delivery is given up.
    pub(crate) const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The id of the HTTP request that caused it, for the log; none if no request did.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

/// The result of a claim.
pub enum ClaimOutcome {
    /// A message to deliver.
    Deliver(Box<QueuedMessage>),
    /// A message that was discarded without delivery: claim again.
    Discarded,
    /// Nothing is due.
    Empty,
}

/// Claims the next message.
pub async fn claim(core: &Core) -> Result<ClaimOutcome> {
    let now = core.now();
    // Reading first keeps idle senders from queueing for SQLite's single writer.
    if !store::has_due(&mut core.store.read().await?, now).await? {
        return Ok(ClaimOutcome::Empty);
    }
    let mut tx = core.store.write().await?;
    let Some(row) = store::take(&mut tx, now.plus_seconds(LEASE_SECONDS), now).await? else {
        return Ok(ClaimOutcome::Empty);
    };
    tx.commit().await?;
    if row.expires_at <= now {
        return discard(core, &row, OutboxOutcome::Expired).await;
    }
    match decrypt_envelope(core, &row) {
        Ok(envelope) => {
            if row.attempts == 1 {
                core.metrics.count_message();
            }
            let OutboxRow { id, attempts, expires_at, code_id, request_id, .. } = row;
            let message = QueuedMessage { id, envelope, attempts, expires_at, code_id, request_id };
            Ok(ClaimOutcome::Deliver(Box::new(message)))
        }
        Err(error) => {
            note_unreadable(core, &row, &error);
            put_back(core, &row).await
        }
    }
}

/// Once for each message: it is claimed again and again until another instance delivers it.
fn note_unreadable(core: &Core, row: &OutboxRow, error: &anyhow::Error) {
    if core.unreadable.note(row.id.as_str()) {
        tracing::error!(
            outbox.id = row.id.as_str(),
            request.id = row.request_id,
            error = format!("{error:#}"),
            "a message can't be read here and is left to other instances"
        );
    }
}

/// Leaves a message as it was before the claim: an instance with another secret key, or of a newer version, may
/// be able to read it. It ends when it expires.
async fn put_back(core: &Core, row: &OutboxRow) -> Result<ClaimOutcome> {
    let mut tx = core.store.write().await?;
    store::put_back(&mut tx, row, core.now().plus_seconds(PUT_BACK_SECONDS)).await?;
    tx.commit().await?;
    Ok(ClaimOutcome::Discarded)
}

fn decrypt_envelope(core: &Core, row: &OutboxRow) -> anyhow::Result<AddressedMessage> {
    let plain = core.keys.decrypt(&row.sealed, &sealing_context(&row.id))?;
    Ok(serde_json::from_slice(&plain)?)
}

async fn discard(core: &Core, row: &OutboxRow, ending: OutboxOutcome) -> Result<ClaimOutcome> {
    let mut tx = core.store.write().await?;
    store::mark_done(&mut tx, &row.id, ending, core.now()).await?;
    tx.commit().await?;
    Ok(ClaimOutcome::Discarded)
}

/// It can never be delivered.
pub async fn mark_failed(core: &Core, queued: &QueuedMessage) -> Result<()> {
    let caller = Caller { request_id: queued.request_id.clone(), ..Caller::default() };
    audit::record_alone(Context::new(core, &caller), &failure_event("refused", queued)).await?;
    let mut tx = core.store.write().await?;
    finish(&mut tx, core, queued, OutboxOutcome::Failed).await?;
    Ok(tx.commit().await?)
}

fn failure_event(result: &'static str, queued: &QueuedMessage) -> Event {
    Event::refused(EventKind::MessageFailed, result, None).with_subject(queued.id.as_str())
}

/// Records the outcome of a message, in the caller's transaction.
pub(crate) async fn finish(
    tx: &mut Tx,
    core: &Core,
    message: &QueuedMessage,
    outcome: OutboxOutcome,
) -> Result<()> {
    Ok(store::mark_done(tx, &message.id, outcome, core.now()).await?)
}

/// The attempt failed for now; the next one is delayed longer each time. A message whose next attempt would
/// come after its expiry ends as expired then.
pub async fn schedule_retry(core: &Core, queued: &QueuedMessage) -> Result<()> {
    let wait = retry_delay(queued.attempts, queued.code_id.is_some());
    let mut tx = core.store.write().await?;
    store::mark_for_retry(&mut tx, &queued.id, core.now().plus_seconds(wait).min(queued.expires_at)).await?;
    tx.commit().await?;
    Ok(())
}

/// The seconds until the next attempt after this many.
fn retry_delay(attempts: i64, holds_code: bool) -> i64 {
    let delays: &[i64] = if holds_code { &CODE_RETRY_DELAYS_SECONDS } else { &RETRY_DELAYS_SECONDS };
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(delays.len() - 1);
    delays.get(index).copied().unwrap_or(3600)
}

/// Waits until a message is enqueued.
pub async fn wait_for_message(core: &Core) {
    core.outbox_notify.notified().await;
}
