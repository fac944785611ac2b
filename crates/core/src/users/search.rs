//! Finds, lists and searches users, by exact value or prefix. Totals are counted up to a bound; nobody pages
//! through a million.

use serde_json::{Value, json};

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::db::sql::Rows;
use crate::types::error::Result;
use crate::types::identifier::Identifier;
use crate::types::ids::UserId;
use crate::users::search_key::SearchRanges;
use crate::users::user::User;
use crate::users::{search_store, store};
use crate::{Core, audit};

/// The count stops here.
pub const MAX_COUNTED: i64 = 1000;
/// Users whose search keys are computed at once.
const BATCH_SIZE: i64 = 200;

/// An account by id.
pub async fn find(core: &Core, id: &UserId) -> Result<Option<User>> {
    let mut tx = core.store.read().await?;
    Ok(store::by_id(&mut tx, id).await?)
}

/// An account by id or any identifier, as an administrator types it.
pub async fn find_by_id_or_identifier(core: &Core, typed: &str) -> Result<Option<User>> {
    if let Some(user) = find(core, &UserId(typed.to_owned())).await? {
        return Ok(Some(user));
    }
    let Some(identifier) = Identifier::parse(typed) else {
        return Ok(None);
    };
    let mut tx = core.store.read().await?;
    Ok(store::by_identifier(&mut tx, &identifier).await?)
}

/// A page of users, and how many there are, counted up to a thousand; all users unless a search is given.
pub async fn list_page(
    core: &Core,
    by: Actor<'_>,
    wanted: Option<&SearchRanges>,
    rows: Rows,
) -> Result<(Vec<User>, i64)> {
    let mut tx = core.store.read().await?;
    let (found, count) = match wanted {
        Some(wanted) => {
            let found = search_store::list_matching(&mut tx, wanted, rows, MAX_COUNTED).await?;
            (found, search_store::count_matching(&mut tx, wanted, MAX_COUNTED).await?)
        }
        None => (search_store::list(&mut tx, rows).await?, search_store::count(&mut tx, MAX_COUNTED).await?),
    };
    tx.rollback().await?;
    let searched = wanted.map(SearchRanges::field_names);
    let details = json!({ "searchedBy": searched, "skipped": rows.skip, "count": found.len() });
    audit_read(core, by, if wanted.is_some() { "searched" } else { "listed" }, details).await?;
    Ok((found, count))
}

/// The users created after this one; an empty id starts at the first. The cost does not depend on the
/// position.
pub async fn list_after(core: &Core, by: Actor<'_>, id: &str, limit: i64) -> Result<Vec<User>> {
    let found = search_store::list_after(&mut core.store.read().await?, id, limit).await?;
    audit_read(core, by, "listed", json!({ "after": id, "count": found.len() })).await?;
    Ok(found)
}

/// A user with their password digest, for callers allowed to read it: with it passwords can be tried without
/// being counted, so it is audited.
pub async fn with_digest(core: &Core, by: Actor<'_>, id: &UserId) -> Result<Option<User>> {
    let Some(user) = find(core, id).await? else { return Ok(None) };
    let event = Event::with_result(EventKind::UserRead, "shown", Some(id.clone())).with_subject(by.key);
    audit::record_alone(by.context(core), &event.with_details(json!({ "read": "passwordDigest" }))).await?;
    Ok(Some(user))
}

/// Audits bulk reads: how many were read and which fields were searched, never the search text.
async fn audit_read(core: &Core, by: Actor<'_>, how: &'static str, details: Value) -> Result<()> {
    let event = Event::with_result(EventKind::UserRead, how, None).with_subject(by.key).with_details(details);
    audit::record_alone(by.context(core), &event).await
}

/// Computes the search keys of users created under an older schema; returns how many.
pub async fn backfill_search_keys(core: &Core) -> Result<usize> {
    let mut tx = core.store.read().await?;
    if search_store::list_unindexed(&mut tx, 1).await?.is_empty() {
        return Ok(0);
    }
    tx.rollback().await?;
    let mut tx = core.store.write().await?;
    let unordered = search_store::list_unindexed(&mut tx, BATCH_SIZE).await?;
    for user in &unordered {
        search_store::save_search_keys(&mut tx, &user.id, user).await?;
    }
    tx.commit().await?;
    Ok(unordered.len())
}
