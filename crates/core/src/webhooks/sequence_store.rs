//! Sequence numbers of the events about a user, which order webhook deliveries. One row per user serves all
//! webhooks. It is also a lock that is held until the transaction ends, and must therefore be the last one
//! that a transaction takes.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::ids::UserId;
use crate::types::time::Timestamp;

/// Takes the next sequence number of this user: above all earlier ones, and at least the timestamp. Waits for
/// a transaction that holds the lock.
pub async fn take_next(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<i64> {
    let sql = "insert into hook_places (user_id, place) values ($1, $2) on conflict (user_id) do update \
               set place = case when hook_places.place < excluded.place then excluded.place else hook_places.place + 1 end \
               returning place";
    let (place,): (i64,) = tx.one(sql, args![user, now]).await?;
    Ok(place)
}
