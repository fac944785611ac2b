//! The attempts to send webhook deliveries. A claim is one statement that moves the row's due time
//! forward, as in the outbox. Of one webhook and user only the pending delivery with the lowest sequence
//! number can be claimed, and `deliveries_store::take_next` explains why no lower one is added later.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;
use crate::webhooks::deliveries_store::DeliveryRow;

/// The outcome of an attempt.
#[derive(Clone, Debug)]
pub struct AttemptOutcome {
    /// The number of the attempt: if the delivery was claimed again meanwhile, nothing is changed.
    pub attempt: i64,
    /// The status, if there was a response.
    pub status: Option<i64>,
    /// The beginning of its text, or why there was none.
    pub answer: String,
}

/// The due delivery of this webhook: none before an earlier one about the same user, and none while the
/// webhook is disabled.
pub async fn next_due(tx: &mut Tx, webhook: &str, now: Timestamp) -> Result<Option<String>> {
    let sql = "select d.id from hook_deliveries d join hooks h on h.id = d.hook_id and h.is_enabled = true \
               where d.hook_id = $1 and d.state = 'pending' and d.next_at <= $2 and not exists ( \
                   select 1 from hook_deliveries e where e.hook_id = d.hook_id and e.user_id = d.user_id \
                   and e.place < d.place and e.state = 'pending') \
               order by d.next_at, d.place, d.id limit 1";
    let found: Option<(String,)> = tx.maybe(sql, args![webhook, now]).await?;
    Ok(found.map(|(id,)| id))
}

/// Claims this delivery until `lease_until`; `None` if another worker was faster, or it is no longer due.
pub async fn take(
    tx: &mut Tx,
    id: &str,
    lease_until: Timestamp,
    now: Timestamp,
) -> Result<Option<DeliveryRow>> {
    let sql = "update hook_deliveries set attempts = attempts + 1, next_at = $1 where id = $3 and state = 'pending' and next_at <= $2 \
               and exists (select 1 from hooks h where h.id = hook_deliveries.hook_id and h.is_enabled = true) and not exists ( \
                   select 1 from hook_deliveries e where e.hook_id = hook_deliveries.hook_id and e.user_id = hook_deliveries.user_id \
                   and e.place < hook_deliveries.place and e.state = 'pending') returning *";
    tx.maybe(sql, args![lease_until, now, id]).await
}

/// The end of a delivery.
struct End<'a> {
    /// The final state.
    state: &'static str,
    /// The outcome of the last attempt.
    outcome: &'a AttemptOutcome,
}

/// Marks it as delivered.
pub async fn mark_delivered(tx: &mut Tx, id: &str, outcome: &AttemptOutcome, now: Timestamp) -> Result<()> {
    finish(tx, id, End { state: "delivered", outcome }, now).await
}

/// Marks it as given up.
pub async fn mark_failed(tx: &mut Tx, id: &str, outcome: &AttemptOutcome, now: Timestamp) -> Result<()> {
    finish(tx, id, End { state: "failed", outcome }, now).await
}

async fn finish(tx: &mut Tx, id: &str, end: End<'_>, now: Timestamp) -> Result<()> {
    let End { state, outcome } = end;
    let sql = "update hook_deliveries set state = $2, status = $3, answer = $4, done_at = $5 where id = $1 and state = 'pending' and attempts = $6";
    tx.run(sql, args![id, state, outcome.status, &outcome.answer, now, outcome.attempt]).await?;
    Ok(())
}

/// Reschedules it.
pub async fn mark_for_retry(
    tx: &mut Tx,
    id: &str,
    outcome: &AttemptOutcome,
    next_at: Timestamp,
) -> Result<()> {
    let sql = "update hook_deliveries set status = $2, answer = $3, next_at = $4 where id = $1 and state = 'pending' and attempts = $5";
    tx.run(sql, args![id, outcome.status, &outcome.answer, next_at, outcome.attempt]).await?;
    Ok(())
}
