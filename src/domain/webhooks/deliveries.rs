//! What hooks are told, from the sender's side: claim one, say how the try went. A delivery that fails comes back later each time and is given up in the
//! end; a hook that takes nothing any more is switched off. Looking back and telling again are here too.

use serde_json::json;

use super::body::{read, sample};
use super::change;
use super::signature::parcel;
use crate::domain::apps::Author;
use crate::domain::{Rekey, audit};
use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::hook::{Heard, HookEvent, Parcel};
use crate::model::ids;
use crate::model::time::Timestamp;
use crate::store::hook_deliveries::{self, DeliveryRow, Outcome, Search};
use crate::store::sql::{Rows, Tx};
use crate::store::{hooks, settings};

/// How long a sender may hold one before it counts as dead, in seconds; longer than the sender's timeout.
const LEASE: i64 = 60;
/// The waits between tries, in seconds: from seconds to a day. After the last one it is given up.
pub const RETRIES: [i64; 8] = [5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600];
/// So many given up in a row switch a hook off.
pub const DEAD_AFTER: i64 = 10;
/// An answer that says that there will never be another (Standard Webhooks).
const GONE: i64 = 410;
/// The most that is counted for a list.
const COUNTED: i64 = 1000;

/// A delivery in hand.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The request.
    pub parcel: Parcel,
    /// The name of the event.
    pub event: String,
    id: String,
    hook: String,
    attempts: i64,
}

/// Claims the next of this hook; none when it is nobody's turn.
pub async fn claim(rekey: &Rekey, hook: &str) -> Result<Option<Claimed>> {
    // Looking first keeps idle senders from queueing for the one writer of SQLite. Who is outrun looks again.
    while let Some(id) = next(rekey, hook).await? {
        if let Some(claimed) = take(rekey, &id).await? {
            return Ok(Some(claimed));
        }
    }
    Ok(None)
}

async fn next(rekey: &Rekey, hook: &str) -> Result<Option<String>> {
    let mut tx = rekey.store.read().await?;
    Ok(hook_deliveries::next(&mut tx, hook, rekey.now()).await?)
}

async fn take(rekey: &Rekey, id: &str) -> Result<Option<Claimed>> {
    let now = rekey.now();
    let mut tx = rekey.store.write().await?;
    let Some(row) = hook_deliveries::take(&mut tx, id, now.plus(LEASE), now).await? else {
        return Ok(None);
    };
    let hook = change::stored(&mut tx, rekey, &row.hook_id).await?;
    tx.commit().await?;
    let parcel = parcel(&hook.target, &row.id, row.body, now);
    Ok(Some(Claimed { parcel, event: row.event, id: row.id, hook: row.hook_id, attempts: row.attempts }))
}

/// Writes down how a try went: taken, to be told again, or given up.
pub async fn ended(rekey: &Rekey, claimed: &Claimed, heard: Heard) -> Result<()> {
    let outcome =
        &Outcome { attempt: claimed.attempts, status: heard.status.map(i64::from), answer: heard.text };
    let (now, id) = (rekey.now(), claimed.id.as_str());
    let taken = outcome.status.is_some_and(|status| (200..300).contains(&status));
    let wait = usize::try_from(claimed.attempts - 1).ok().and_then(|tried| RETRIES.get(tried));
    let gone = outcome.status == Some(GONE);
    let mut tx = rekey.store.write().await?;
    // Whoever takes a hook away locks the settings, the hook and its deliveries, in this order; so does this.
    let result = match wait {
        _ if taken => {
            hooks::mark_well(&mut tx, &claimed.hook).await?;
            hook_deliveries::mark_delivered(&mut tx, id, outcome, now).await?;
            "delivered"
        }
        Some(wait) if !gone => {
            hook_deliveries::mark_later(&mut tx, id, outcome, now.plus(*wait)).await?;
            "retried"
        }
        _ => {
            give_up(&mut tx, rekey, &claimed.hook, if gone { 1 } else { DEAD_AFTER }).await?;
            hook_deliveries::mark_failed(&mut tx, id, outcome, now).await?;
            "failed"
        }
    };
    tx.commit().await?;
    rekey.metrics.hook(&claimed.event, result);
    Ok(())
}

/// Counts a delivery that is given up; too many in a row switch the hook off.
async fn give_up(tx: &mut Tx, rekey: &Rekey, hook: &str, limit: i64) -> Result<()> {
    settings::lock(tx).await?;
    if !hooks::mark_failed(tx, hook, limit).await? {
        return Ok(());
    }
    tracing::error!(hook.id = hook, "a hook takes nothing any more and is switched off");
    let event = Event::ended(EventKind::HookChange, "switched_off", None).about(hook);
    audit::record(tx, rekey, &Caller::default(), &event).await
}

/// A delivery, for whoever looks back.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its id.
    pub id: String,
    /// The name of the event.
    pub event: String,
    /// `pending`, `delivered` or `failed`.
    pub state: String,
    /// Tries so far.
    pub attempts: i64,
    /// What was sent.
    pub body: serde_json::Map<String, serde_json::Value>,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// The beginning of its text, or why there was none.
    pub answer: Option<String>,
    /// When it happened.
    pub created_at: Timestamp,
    /// When it ended.
    pub done_at: Option<Timestamp>,
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        let DeliveryRow { id, event, state, attempts, body, status, answer, created_at, done_at, .. } = row;
        Self { id, event, state, attempts, body: read(&body), status, answer, created_at, done_at }
    }
}

/// Which deliveries of a hook.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Of this event only; empty for all.
    pub event: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// Which page of them.
    pub rows: Rows,
    /// Only those that were tried.
    pub only_tried: bool,
}

/// What a hook was told, the newest first, and how many there are, counted up to a thousand.
pub async fn list(rekey: &Rekey, hook: &str, asked: &Asked) -> Result<(Vec<Delivery>, i64)> {
    let mut tx = rekey.store.read().await?;
    hooks::by_id(&mut tx, hook).await?.ok_or(Refusal::NotFound)?;
    let least_attempts = i64::from(asked.only_tried);
    let search = Search { hook, event: &asked.event, from: asked.from, to: asked.to, least_attempts };
    let rows = hook_deliveries::list(&mut tx, &search, asked.rows).await?;
    let count = hook_deliveries::count(&mut tx, &search, COUNTED).await?;
    Ok((rows.into_iter().map(Delivery::from).collect(), count))
}

/// How many deliveries of the last day arrived, and how many ended, by hook.
pub async fn tally(rekey: &Rekey) -> Result<Vec<(String, i64, i64)>> {
    let mut tx = rekey.store.read().await?;
    Ok(hook_deliveries::tally(&mut tx, rekey.now().plus(-24 * 3600)).await?)
}

/// Tells one of them again; refused while it is on its way anyway.
pub async fn again(rekey: &Rekey, by: Author<'_>, hook: &str, id: &str) -> Result<Delivery> {
    let mut tx = rekey.store.write().await?;
    hook_deliveries::by_id(&mut tx, hook, id).await?.ok_or(Refusal::NotFound)?;
    if !hook_deliveries::mark_again(&mut tx, hook, id, rekey.now()).await? {
        return Err(Refusal::Duplicate.into());
    }
    let row = hook_deliveries::by_id(&mut tx, hook, id).await?.ok_or(Refusal::NotFound)?;
    let event = Event::ended(EventKind::HookChange, "replayed", None).about(hook);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    tx.commit().await?;
    Ok(row.into())
}

/// Tells everything again that happened since then and has ended; how many that is.
pub async fn all_again(rekey: &Rekey, by: Author<'_>, hook: &str, since: Timestamp) -> Result<u64> {
    let mut tx = rekey.store.write().await?;
    hooks::by_id(&mut tx, hook).await?.ok_or(Refusal::NotFound)?;
    let count = hook_deliveries::mark_all_again(&mut tx, hook, since, rekey.now()).await?;
    let event = Event::ended(EventKind::HookChange, "replayed", None).about(hook);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    tx.commit().await?;
    Ok(count)
}

/// A receiver that was tried.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// What it was told of.
    pub events: &'a [HookEvent],
    /// What it answered last, when it was asked.
    pub heard: Option<&'a Heard>,
}

/// Writes down that a receiver was tried, of which events, and the status of what it answered last. Whoever may do that makes this server send
/// requests to an address of theirs.
pub async fn record_test(rekey: &Rekey, by: Author<'_>, id: &str, trial: Trial<'_>) -> Result<()> {
    let Trial { events, heard } = trial;
    let status = heard.and_then(|heard| heard.status);
    let result = if matches!(status, Some(200..300)) { "success" } else { "hook.test_failed" };
    let names: Vec<&str> = events.iter().map(|event| event.name()).collect();
    let event = Event::ended(EventKind::HookTest, result, None).about(id);
    audit::record_alone(rekey, by.caller, &event.with(json!({ "events": names, "status": status }))).await
}

/// A request of each of these events to try a receiver with, signed with the key of this hook and kept nowhere.
pub async fn samples(
    rekey: &Rekey,
    id: &str,
    events: &[HookEvent],
    given: super::HookIn,
) -> Result<Vec<Parcel>> {
    let given = super::HookIn { events: Some(events.to_vec()), ..given };
    let known = change::stored(&mut rekey.store.read().await?, rekey, id).await?;
    let given = change::with_stored_headers(&known, given)?;
    let hook = change::laid_over(known, given);
    change::sound(rekey, &hook)?;
    let now = rekey.now();
    let one = |event: &HookEvent| {
        let id = ids::fresh(now, rekey.chance(), 21);
        Ok(parcel(&hook.target, &id, sample(rekey, *event, &hook.id)?, now))
    };
    hook.events.iter().map(one).collect()
}
