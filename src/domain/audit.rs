//! The audit log: a journey says once what happened, in the transaction of the fact. Reading it back is for operators.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::ids;
use crate::store::audit::{self, AuditRow};

pub use crate::store::audit::{AuditRow as Entry, Search};
use crate::store::sql::Tx;

use super::Rekey;

/// Writes down what happened.
pub(super) async fn record(tx: &mut Tx, rekey: &Rekey, caller: &Caller, event: &Event) -> Result<()> {
    let now = rekey.now();
    audit::insert(tx, &ids::fresh(now, rekey.chance(), 21), event, caller, now).await?;
    rekey.metrics.event(event);
    tracing::info!(
        event = event.kind.name(),
        result = event.result,
        user.id = event.user_id.as_ref().map(|id| id.as_str()),
        "audited"
    );
    Ok(())
}

/// Writes down a refusal on its own, when the transaction of the fact was rolled back.
pub(super) async fn record_alone(rekey: &Rekey, caller: &Caller, event: &Event) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    record(&mut tx, rekey, caller, event).await?;
    Ok(tx.commit().await?)
}

/// The same for a refusal about nobody in particular.
pub(super) async fn record_refusal(
    rekey: &Rekey,
    caller: &Caller,
    kind: EventKind,
    refusal: &Refusal,
) -> Result<()> {
    record_alone(rekey, caller, &Event::refused(kind, refusal.code(), None)).await
}

/// The newest entries, newest first.
pub async fn newest(rekey: &Rekey, limit: i64) -> Result<Vec<AuditRow>> {
    let mut tx = rekey.store.read().await?;
    Ok(audit::list(&mut tx, limit).await?)
}

/// The most that is counted.
pub const COUNTED: i64 = 1000;

/// A page of the entries that are wanted, newest first, and how many there are, counted up to a thousand.
pub async fn search(rekey: &Rekey, search: &Search, page: (i64, i64)) -> Result<(Vec<Entry>, i64)> {
    let mut tx = rekey.store.read().await?;
    let search = &Search { is_whole_key: audit::has_key(&mut tx, &search.key).await?, ..search.clone() };
    let found = audit::list_found(&mut tx, search, page).await?;
    Ok((found, audit::count_found(&mut tx, search, COUNTED).await?))
}

/// One entry.
pub async fn find(rekey: &Rekey, id: &str) -> Result<Entry> {
    let mut tx = rekey.store.read().await?;
    Ok(audit::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?)
}
