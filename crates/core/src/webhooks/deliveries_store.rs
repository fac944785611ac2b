//! Webhook deliveries. A claim is one statement that moves the row's due time forward, as in the outbox. Of
//! one webhook and user only the waiting delivery with the lowest sequence number can be claimed;
//! `crate::webhooks` explains why no lower one can be added later.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::{Rows, Tx};
use crate::types::ids::UserId;
use crate::types::time::Timestamp;

/// A delivery.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DeliveryRow {
    /// Its id.
    pub id: String,
    /// The webhook.
    pub hook_id: String,
    /// The name of the event.
    pub event: String,
    /// The exact bytes.
    pub body: String,
    /// `pending`, `delivered` or `failed`.
    pub state: String,
    /// Attempts so far, including a claimed one.
    pub attempts: i64,
    /// The status of the last response.
    pub status: Option<i64>,
    /// The beginning of its text, or why there was none.
    pub answer: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ended.
    pub done_at: Option<Timestamp>,
    /// The HTTP request that caused the event, if one did.
    pub request_id: Option<String>,
}

/// A new delivery.
#[derive(Clone, Debug)]
pub struct NewDelivery<'a> {
    /// Its id.
    pub id: String,
    /// The webhook.
    pub webhook_id: &'a str,
    /// The name of the event.
    pub event: &'static str,
    /// The user, and the sequence number among the events about them; unordered if it is about no user.
    pub user_and_sequence: Option<(&'a UserId, i64)>,
    /// The exact bytes.
    pub body: String,
    /// The HTTP request that caused the event, if one did.
    pub request_id: Option<&'a str>,
}

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

/// Inserts a delivery; nothing if the webhook was deleted meanwhile.
pub async fn insert(tx: &mut Tx, new: &NewDelivery<'_>, now: Timestamp) -> Result<()> {
    let sql = "insert into hook_deliveries (id, hook_id, event, user_id, place, body, state, attempts, next_at, created_at, request_id) \
               select $1, id, $3, $4, $7, $5, 'pending', 0, $6, $6, $8 from hooks where id = $2";
    let n = new;
    let (user_id, place) = n.user_and_sequence.map_or((None, 0), |(user_id, place)| (Some(user_id), place));
    tx.run(sql, args![&n.id, n.webhook_id, n.event, user_id, &n.body, now, place, n.request_id]).await?;
    Ok(())
}

/// The due delivery of this webhook: none before an earlier one about the same user, and none while the
/// webhook is disabled.
pub async fn next_due(tx: &mut Tx, hook: &str, now: Timestamp) -> Result<Option<String>> {
    let sql = "select d.id from hook_deliveries d join hooks h on h.id = d.hook_id and h.is_enabled = true \
               where d.hook_id = $1 and d.state = 'pending' and d.next_at <= $2 and not exists ( \
                   select 1 from hook_deliveries e where e.hook_id = d.hook_id and e.user_id = d.user_id \
                   and e.place < d.place and e.state = 'pending') \
               order by d.next_at, d.place, d.id limit 1";
    let found: Option<(String,)> = tx.maybe(sql, args![hook, now]).await?;
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

/// A delivery of a webhook.
pub async fn by_id(tx: &mut Tx, hook: &str, id: &str) -> Result<Option<DeliveryRow>> {
    tx.maybe("select * from hook_deliveries where id = $2 and hook_id = $1", args![hook, id]).await
}

/// The deliveries to search for.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// Of this webhook.
    pub hook: &'a str,
    /// Of this event; empty for all.
    pub event: &'a str,
    /// Created at this moment or later.
    pub from: Timestamp,
    /// Created before this moment.
    pub to: Timestamp,
    /// With at least this many attempts.
    pub least_attempts: i64,
}

/// The matching deliveries, newest first.
pub async fn list(tx: &mut Tx, search: &Search<'_>, rows: Rows) -> Result<Vec<DeliveryRow>> {
    let sql = "select * from hook_deliveries where hook_id = $1 and created_at >= $3 and created_at < $4 and ($2 = '' or event = $2) \
               and attempts >= $7 order by created_at desc, id desc limit $6 offset $5";
    let s = search;
    tx.all(sql, args![s.hook, s.event, s.from, s.to, rows.skip, rows.limit, s.least_attempts]).await
}

/// The number of matching deliveries, counted up to `most`.
pub async fn count(tx: &mut Tx, search: &Search<'_>, most: i64) -> Result<i64> {
    let sql = "select count(*) from (select 1 from hook_deliveries where hook_id = $1 and created_at >= $3 and created_at < $4 \
               and ($2 = '' or event = $2) and attempts >= $6 limit $5) as counted";
    let s = search;
    let (count,): (i64,) = tx.one(sql, args![s.hook, s.event, s.from, s.to, most, s.least_attempts]).await?;
    Ok(count)
}

/// The number of deliveries since then that arrived, and that ended, by webhook.
pub async fn count_by_webhook(tx: &mut Tx, since: Timestamp) -> Result<Vec<(String, i64, i64)>> {
    let sql = "select hook_id, cast(sum(case when state = 'delivered' then 1 else 0 end) as bigint), count(*) \
               from hook_deliveries where hook_id in (select id from hooks) and created_at >= $1 and state <> 'pending' group by hook_id";
    tx.all(sql, args![since]).await
}

/// Sends it again, from the beginning of the schedule; false if it is waiting anyway.
pub async fn mark_for_redelivery(tx: &mut Tx, hook: &str, id: &str, now: Timestamp) -> Result<bool> {
    let sql = "update hook_deliveries set state = 'pending', attempts = 0, next_at = $3, done_at = null \
               where hook_id = $1 and id = $2 and state <> 'pending'";
    Ok(tx.run(sql, args![hook, id, now]).await? == 1)
}

/// The same for every delivery created since then that has ended; returns how many.
pub async fn mark_all_for_redelivery(
    tx: &mut Tx,
    hook: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<u64> {
    let sql = "update hook_deliveries set state = 'pending', attempts = 0, next_at = $3, done_at = null \
               where hook_id = $1 and created_at >= $2 and state <> 'pending'";
    tx.run(sql, args![hook, since, now]).await
}
