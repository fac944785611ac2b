//! Looking for people: pages of everybody, and those of whom something is or begins so. How many there are is counted up to a bound; nobody pages
//! through a million.

use serde_json::{Value, json};

use crate::domain::apps::Author;
use crate::domain::{Rekey, audit};
use crate::model::error::Result;
use crate::model::event::{Event, EventKind};
use crate::model::ids::UserId;
use crate::model::user::User;
use crate::model::user::directory::Wanted;
use crate::store::directory;
use crate::store::sql::Rows;

/// The most that is counted.
pub const COUNTED: i64 = 1000;
/// People who get their place in the order at once.
const BATCH: i64 = 200;

/// A page of people, and how many there are, counted up to a thousand; everybody unless somebody is wanted.
pub async fn page(
    rekey: &Rekey,
    by: Author<'_>,
    wanted: Option<&Wanted>,
    rows: Rows,
) -> Result<(Vec<User>, i64)> {
    let mut tx = rekey.store.read().await?;
    let (found, count) = match wanted {
        Some(wanted) => {
            let found = directory::list_found(&mut tx, wanted, rows, COUNTED).await?;
            (found, directory::count_found(&mut tx, wanted, COUNTED).await?)
        }
        None => (directory::list(&mut tx, rows).await?, directory::count(&mut tx, COUNTED).await?),
    };
    tx.rollback().await?;
    let searched = wanted.map(Wanted::parts);
    let details = json!({ "searchedBy": searched, "skipped": rows.skip, "count": found.len() });
    record_read(rekey, by, if wanted.is_some() { "searched" } else { "listed" }, details).await?;
    Ok((found, count))
}

/// People after this one in the order of making; an empty id is before everybody. However far it has come, it costs the same.
pub async fn after(rekey: &Rekey, by: Author<'_>, id: &str, limit: i64) -> Result<Vec<User>> {
    let found = directory::list_after(&mut rekey.store.read().await?, id, limit).await?;
    record_read(rekey, by, "listed", json!({ "after": id, "count": found.len() })).await?;
    Ok(found)
}

/// One person with the digest of their password, for whoever may read it: with it passwords can be tried without being counted, so that it leaves
/// a trace.
pub async fn with_digest(rekey: &Rekey, by: Author<'_>, id: &UserId) -> Result<Option<User>> {
    let Some(user) = super::find(rekey, id).await? else { return Ok(None) };
    let event = Event::ended(EventKind::UserRead, "shown", Some(id.clone())).about(by.key);
    audit::record_alone(rekey, by.caller, &event.with(json!({ "read": "passwordDigest" }))).await?;
    Ok(Some(user))
}

/// Whoever copies everybody leaves a trace: how many were read and what was searched by, never what for.
async fn record_read(rekey: &Rekey, by: Author<'_>, how: &'static str, details: Value) -> Result<()> {
    let event = Event::ended(EventKind::UserRead, how, None).about(by.key).with(details);
    audit::record_alone(rekey, by.caller, &event).await
}

/// Gives people of an older schema their place in the order; tells how many.
pub async fn set_in_order(rekey: &Rekey) -> Result<usize> {
    let mut tx = rekey.store.read().await?;
    if directory::list_unordered(&mut tx, 1).await?.is_empty() {
        return Ok(0);
    }
    tx.rollback().await?;
    let mut tx = rekey.store.write().await?;
    let unordered = directory::list_unordered(&mut tx, BATCH).await?;
    for user in &unordered {
        directory::save_order(&mut tx, &user.id, user).await?;
    }
    tx.commit().await?;
    Ok(unordered.len())
}
