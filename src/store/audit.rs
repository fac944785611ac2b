//! The audit log: written in the transaction of the fact, never changed.

use crate::args;
use crate::model::caller::Caller;
use crate::model::event::Event;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// One entry, read back.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuditRow {
    /// Its id.
    pub id: String,
    /// The event's stable name.
    pub event: String,
    /// `success` or the reason of the refusal.
    pub result: String,
    /// To whom.
    pub user_id: Option<String>,
    /// On behalf of which application.
    pub app_id: Option<String>,
    /// The request, session or key that it belongs to.
    pub about: Option<String>,
    /// From where.
    pub ip: String,
    /// With what.
    pub user_agent: String,
    /// When.
    pub created_at: Timestamp,
}

/// Writes an entry.
pub async fn insert(tx: &mut Tx, id: &str, event: &Event, caller: &Caller, now: Timestamp) -> Result<()> {
    let sql = "insert into audit_log (id, event, result, user_id, app_id, about, ip, user_agent, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let e = event;
    tx.run(
        sql,
        args![
            id,
            e.kind.name(),
            e.result,
            e.user_id.as_ref(),
            &caller.app_id,
            &e.about,
            &caller.ip,
            &caller.user_agent,
            now
        ],
    )
    .await?;
    Ok(())
}

/// The newest entries, newest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<AuditRow>> {
    tx.all("select * from audit_log order by created_at desc, id desc limit $1", args![limit]).await
}

/// Which entries are wanted; an empty text wants all.
#[derive(Clone, Debug)]
pub struct Search {
    /// About this person.
    pub user_id: String,
    /// On behalf of this application.
    pub app_id: String,
    /// Of this event.
    pub event: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

/// The entries that are wanted. The statement begins with the condition that has an index of its own and says most.
macro_rules! wanted {
    ($before:literal, $first:literal, $after:literal) => {
        concat!(
            $before,
            "from audit_log where ",
            $first,
            " and created_at >= $4 and created_at < $5 and ($1 = '' or user_id = $1) and ($2 = '' or app_id = $2) \
             and ($3 = '' or event = $3)",
            $after
        )
    };
}

macro_rules! by_what_says_most {
    ($search:expr, $before:literal, $after:literal) => {
        match $search {
            Search { user_id, .. } if !user_id.is_empty() => wanted!($before, "user_id = $1", $after),
            Search { app_id, .. } if !app_id.is_empty() => wanted!($before, "app_id = $2", $after),
            Search { event, .. } if !event.is_empty() => wanted!($before, "event = $3", $after),
            _ => wanted!($before, "created_at >= $4", $after),
        }
    };
}

/// A page of them, newest first, past the first `skip`.
pub async fn list_found(tx: &mut Tx, search: &Search, (skip, limit): (i64, i64)) -> Result<Vec<AuditRow>> {
    let sql =
        by_what_says_most!(search, " select * ", " order by created_at desc, id desc limit $6 offset $7");
    let s = search;
    tx.all(sql, args![&s.user_id, &s.app_id, &s.event, s.from, s.to, limit, skip]).await
}

/// How many there are, counted up to `most`.
pub async fn count_found(tx: &mut Tx, search: &Search, most: i64) -> Result<i64> {
    let sql = by_what_says_most!(search, " select count(*) from (select 1 ", " limit $6) as counted");
    let s = search;
    let (count,): (i64,) = tx.one(sql, args![&s.user_id, &s.app_id, &s.event, s.from, s.to, most]).await?;
    Ok(count)
}

/// By id.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<AuditRow>> {
    tx.maybe("select * from audit_log where id = $1", args![id]).await
}
