//! Webhook deliveries: inserted with the event, listed for operators, and scheduled again. Their attempts
//! are in `attempts_store`.

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

/// Takes the next sequence number of the events about this user: above all earlier ones, and at least the
/// timestamp. One row per user serves all webhooks. It is locked until the transaction ends, so numbers
/// are taken in the order of commits: a reader who sees one sees every lower one, or its transaction was
/// rolled back. It must be the last lock that a transaction takes.
pub async fn take_next(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<i64> {
    let sql = "insert into hook_places (user_id, place) values ($1, $2) on conflict (user_id) do update \
               set place = case when hook_places.place < excluded.place then excluded.place else hook_places.place + 1 end \
               returning place";
    let (place,): (i64,) = tx.one(sql, args![user, now]).await?;
    Ok(place)
}

/// Inserts a delivery; nothing if the webhook was deleted. The row of a webhook that is being deleted by a
/// transaction that is not committed yet belongs to nothing afterwards: it is never sent, and swept.
pub async fn insert(tx: &mut Tx, new: &NewDelivery<'_>, now: Timestamp) -> Result<()> {
    let sql = "insert into hook_deliveries (id, hook_id, event, user_id, place, body, state, attempts, next_at, created_at, request_id) \
               select $1, id, $3, $4, $7, $5, 'pending', 0, $6, $6, $8 from hooks where id = $2";
    let n = new;
    let (user_id, place) = n.user_and_sequence.map_or((None, 0), |(user_id, place)| (Some(user_id), place));
    tx.run(sql, args![&n.id, n.webhook_id, n.event, user_id, &n.body, now, place, n.request_id]).await?;
    Ok(())
}

/// Deletes the deliveries of a webhook.
pub async fn delete_all(tx: &mut Tx, webhook: &str) -> Result<u64> {
    tx.run("delete from hook_deliveries where hook_id = $1", args![webhook]).await
}

/// A delivery of a webhook.
pub async fn by_id(tx: &mut Tx, webhook: &str, id: &str) -> Result<Option<DeliveryRow>> {
    tx.maybe("select * from hook_deliveries where id = $2 and hook_id = $1", args![webhook, id]).await
}

/// The deliveries to search for.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// Of this webhook.
    pub webhook: &'a str,
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
    tx.all(sql, args![s.webhook, s.event, s.from, s.to, rows.skip, rows.limit, s.least_attempts]).await
}

/// The number of matching deliveries, counted up to `most`.
pub async fn count(tx: &mut Tx, search: &Search<'_>, most: i64) -> Result<i64> {
    let sql = "select count(*) from (select 1 from hook_deliveries where hook_id = $1 and created_at >= $3 and created_at < $4 \
               and ($2 = '' or event = $2) and attempts >= $6 limit $5) as counted";
    let s = search;
    let (count,): (i64,) =
        tx.one(sql, args![s.webhook, s.event, s.from, s.to, most, s.least_attempts]).await?;
    Ok(count)
}

/// The number of deliveries since then that arrived, and that ended, by webhook.
pub async fn count_by_webhook(tx: &mut Tx, since: Timestamp) -> Result<Vec<(String, i64, i64)>> {
    let sql = "select hook_id, cast(sum(case when state = 'delivered' then 1 else 0 end) as bigint), count(*) \
               from hook_deliveries where hook_id in (select id from hooks) and created_at >= $1 and state <> 'pending' group by hook_id";
    tx.all(sql, args![since]).await
}

/// Sends it again, from the beginning of the schedule; false if it is waiting anyway.
pub async fn mark_for_redelivery(tx: &mut Tx, webhook: &str, id: &str, now: Timestamp) -> Result<bool> {
    let sql = "update hook_deliveries set state = 'pending', attempts = 0, next_at = $3, done_at = null \
               where hook_id = $1 and id = $2 and state <> 'pending'";
    Ok(tx.run(sql, args![webhook, id, now]).await? == 1)
}

/// The same for every delivery created since then that has ended; returns how many.
pub async fn mark_all_for_redelivery(
    tx: &mut Tx,
    webhook: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<u64> {
    let sql = "update hook_deliveries set state = 'pending', attempts = 0, next_at = $3, done_at = null \
               where hook_id = $1 and created_at >= $2 and state <> 'pending'";
    tx.run(sql, args![webhook, since, now]).await
}
