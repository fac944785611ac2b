//! The places of facts about a person, in which hooks hear of them. It knows no hook: one row for each person serves them all. The surprise: it is a lock
//! as well, held until the transaction ends, and therefore the last one that a transaction may take.

use crate::args;
use crate::model::ids::UserId;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// Takes the next place of this person: above every one that was taken before, and at least the moment. Waits for whoever took the last one.
pub async fn take_next(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<i64> {
    let sql = "insert into hook_places (user_id, place) values ($1, $2) on conflict (user_id) do update \
               set place = case when hook_places.place < excluded.place then excluded.place else hook_places.place + 1 end \
               returning place";
    let (place,): (i64,) = tx.one(sql, args![user, now]).await?;
    Ok(place)
}
