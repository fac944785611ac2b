//! The audit log. Each journey records an event once, in the transaction of the change. Refusals for
//! exceeding a limit are counted in one entry a window.

pub mod actor;
pub(crate) mod changes;
pub mod event;
mod repeated;
pub mod store;

use serde_json::json;

pub(crate) use crate::audit::actor::{Change, record_change};
use crate::audit::event::{Event, EventKind};
pub(crate) use crate::audit::repeated::RefusalCounter;
pub use crate::audit::store::{AuditRow as Entry, Search};
use crate::audit::store::{Cursor, NewEntry, RepeatedRefusal};
use crate::db::sql::{Rows, Tx};
use crate::types::caller::Caller;
use crate::types::error::{Error, Refusal, Result};
use crate::types::ids;
use crate::types::time::Timestamp;
use crate::{Context, Core};

/// Records an event. Refusals for exceeding a limit can be caused without end, so they share one entry a
/// window.
pub(crate) async fn record(tx: &mut Tx, context: Context<'_>, event: &Event) -> Result<()> {
    context.core.metrics.count_event(event);
    if event.is_over_limit() {
        match context.core.refusals.count(repeated::refusal_key(context.caller, event), context.now()) {
            Some(repeated) => write(tx, context, event, Some(&repeated)).await,
            None => Ok(()),
        }
    } else {
        write(tx, context, event, None).await
    }
}

/// Records a refusal in its own transaction, when that of the change was rolled back.
pub(crate) async fn record_alone(context: Context<'_>, event: &Event) -> Result<()> {
    if event.is_over_limit() {
        return repeated::record(context, event).await;
    }
    let mut tx = context.core.store.write().await?;
    record(&mut tx, context, event).await?;
    Ok(tx.commit().await?)
}

/// Returns the outcome of a step. A refused step wrote nothing but is still audited; `event` builds the entry
/// from the refusal's code.
pub(crate) async fn record_if_refused<T>(
    context: Context<'_>,
    outcome: Result<T>,
    event: impl FnOnce(&'static str) -> Event,
) -> Result<T> {
    if let Err(Error::Refused(refusal)) = &outcome {
        record_alone(context, &event(refusal.code())).await?;
    }
    outcome
}

/// Records a refusal that concerns no known account. Only the network is known, so these too share one entry
/// a window.
pub(crate) async fn record_refusal(context: Context<'_>, kind: EventKind, refusal: &Refusal) -> Result<()> {
    repeated::record(context, &Event::refused(kind, refusal.code(), None)).await
}

/// Records a refusal that concerns no known account, and returns it as the error of the step.
pub(crate) async fn refuse(context: Context<'_>, kind: EventKind, refusal: Refusal) -> Error {
    match record_refusal(context, kind, &refusal).await {
        Ok(()) => refusal.into(),
        Err(failed) => failed,
    }
}

async fn write(
    tx: &mut Tx,
    context: Context<'_>,
    event: &Event,
    repeated: Option<&RepeatedRefusal>,
) -> Result<()> {
    let at = context.now();
    let id = ids::generate(at, context.core.rng(), 21);
    store::insert(tx, &NewEntry { id: &id, event, caller: context.caller, repeated, at }).await?;
    tracing::info!(
        event = event.kind.name(),
        result = event.result,
        user.id = event.user_id.as_ref().map(|id| id.as_str()),
        "audited"
    );
    Ok(())
}

/// The newest entries, newest first.
pub async fn newest(core: &Core, limit: i64) -> Result<Vec<Entry>> {
    let mut tx = core.store.read().await?;
    Ok(store::list(&mut tx, limit).await?)
}

/// The count stops here.
pub const MAX_COUNTED: i64 = 1000;

/// A page of the matching entries, newest first, and how many there are, counted up to a thousand.
pub async fn search(core: &Core, search: &Search, rows: Rows) -> Result<(Vec<Entry>, i64)> {
    let mut tx = core.store.read().await?;
    let search = &Search { is_exact_key: store::has_key(&mut tx, &search.key).await?, ..search.clone() };
    let found = store::list_matching(&mut tx, search, rows).await?;
    Ok((found, store::count_matching(&mut tx, search, MAX_COUNTED).await?))
}

/// One entry.
pub async fn find(core: &Core, id: &str) -> Result<Entry> {
    let mut tx = core.store.read().await?;
    Ok(store::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?)
}

/// How many entries are read at once for an export.
const EXPORT_BATCH: i64 = 500;

/// The period to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first moment of the period.
    pub from: Timestamp,
    /// The end of the period, exclusive.
    pub until: Timestamp,
}

/// The next entries of the period, oldest first, after `after` or from the start; empty when there are no
/// more.
pub async fn export(core: &Core, span: Span, after: Option<&Entry>) -> Result<Vec<Entry>> {
    let cursor = match after {
        Some(last) => Cursor { at: last.created_at, id: last.id.clone() },
        None => Cursor { at: span.from, id: String::new() },
    };
    let mut tx = core.store.read().await?;
    Ok(store::list_after(&mut tx, &cursor, span.until, EXPORT_BATCH).await?)
}

/// Records that the log was exported from the command line.
pub async fn record_export(core: &Core, span: Span, count: u64) -> Result<()> {
    let caller = Caller { user_agent: "rekey audit export".to_owned(), ..Caller::default() };
    let details = json!({ "from": span.from, "until": span.until, "count": count });
    let event =
        Event::success(EventKind::AuditExport, None).with_subject("command-line").with_details(details);
    record_alone(Context::new(core, &caller), &event).await
}
