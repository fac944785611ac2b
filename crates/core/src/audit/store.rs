//! The audit log: entries are written in the transaction of the event and never changed. It is read together
//! with webhook deliveries, which are kept for a week. Every statement has every condition, so that each has
//! the same list of parameters.

use crate::args;
use crate::audit::event::Event;
use crate::db::error::Result;
use crate::db::sql::{Rows, Tx};
use crate::types::caller::Caller;
use crate::types::time::Timestamp;

/// A stored entry.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuditRow {
    /// Its id.
    pub id: String,
    /// Its log key in the Management API.
    pub key: String,
    /// The event's stable name.
    pub event: String,
    /// `success`, or the reason of the refusal.
    pub result: String,
    /// The user, if known.
    pub user_id: Option<String>,
    /// The application that the request was made for.
    pub app_id: Option<String>,
    /// The request, session or key that it belongs to.
    pub about: Option<String>,
    /// The API key or application that made the request.
    pub actor: Option<String>,
    /// The IP address.
    pub ip: String,
    /// The user agent.
    pub user_agent: String,
    /// When it happened.
    pub created_at: Timestamp,
    /// The body of a webhook delivery.
    #[sqlx(default)]
    pub body: Option<String>,
    /// The status of the webhook's response.
    #[sqlx(default)]
    pub status: Option<i64>,
    /// The beginning of the response's text, or why there was none.
    #[sqlx(default)]
    pub answer: Option<String>,
    /// How many refusals of its time window the entry counts.
    pub occurrences: i64,
    /// What was changed, read or tested, as JSON.
    pub details: Option<String>,
}

/// A refusal that is logged as one entry with equal ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedRefusal {
    /// What the equal refusals have in common.
    pub key: String,
    /// How many to add.
    pub occurrences: i64,
}

/// A new entry.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// Its id.
    pub id: &'a str,
    /// The event.
    pub event: &'a Event,
    /// The client that caused it.
    pub caller: &'a Caller,
    /// What it is merged by, for a refusal that may be repeated.
    pub repeated: Option<&'a RepeatedRefusal>,
    /// When it happened.
    pub at: Timestamp,
}

/// Inserts an entry, or adds to the one of equal refusals. It is one statement, so that all instances count
/// into the same entry.
pub async fn insert(tx: &mut Tx, new: &NewEntry<'_>) -> Result<()> {
    let sql = "insert into audit_log (id, event, result, user_id, app_id, about, ip, user_agent, created_at, key, actor, details, repeat_key, \
               occurrences) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
               on conflict (repeat_key) do update set occurrences = audit_log.occurrences + excluded.occurrences";
    let NewEntry { id, event: e, caller, repeated, at } = *new;
    let (key, occurrences) = match repeated {
        Some(repeated) => (Some(repeated.key.clone()), repeated.occurrences),
        None => (None, 1),
    };
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
            at,
            e.key(),
            &caller.key,
            e.details.as_ref().map(ToString::to_string),
            key,
            occurrences
        ],
    )
    .await?;
    Ok(())
}

/// The newest entries, newest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<AuditRow>> {
    tx.all("select * from audit_log order by created_at desc, id desc limit $1", args![limit]).await
}

/// The position of a chronological scan.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// The time of the last entry.
    pub at: Timestamp,
    /// Its id.
    pub id: String,
}

/// The next entries after the cursor and before `until`, oldest first.
pub async fn list_after(tx: &mut Tx, after: &Cursor, until: Timestamp, limit: i64) -> Result<Vec<AuditRow>> {
    let sql = "select * from audit_log where (created_at, id) > ($1, $2) and created_at >= $1 and created_at < $3 \
               order by created_at, id limit $4";
    tx.all(sql, args![after.at, &after.id, until, limit]).await
}

/// The entries to search for; an empty text matches all.
#[derive(Clone, Debug)]
pub struct Search {
    /// Of this user.
    pub user_id: String,
    /// For this application.
    pub app_id: String,
    /// Of this event, by our own name.
    pub event: String,
    /// With this log key or prefix.
    pub key: String,
    /// Whether `key` is a complete log key.
    pub is_exact_key: bool,
    /// By this API key or application.
    pub actor: String,
    /// Successful or refused ones; `None` for both.
    pub success: Option<bool>,
    /// At this time or later.
    pub from: Timestamp,
    /// Before this time.
    pub to: Timestamp,
}

impl Search {
    /// As the statements expect it: `yes`, `no`, or empty for both.
    const fn success_filter(&self) -> &'static str {
        match self.success {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        }
    }
}

/// A search: what is selected, from the rows of which index, and how the statement ends. Every condition is
/// in every search, so that all have the same parameters.
macro_rules! search_sql {
    (select: $select:literal, rows: $rows:literal, end: $end:literal) => {
        concat!(
            $select,
            " from ",
            $rows,
            " and created_at >= $4 and created_at < $5 and ($1 = '' or user_id = $1) and ($2 = '' or app_id = $2) \
             and ($3 = '' or event = $3) and ($6 = '' or substr(key, 1, length($6)) = $6) and ($7 = '' or actor = $7) \
             and ($8 = '' or ($8 = 'no') = (result like '%.%' or result in ('throttled', 'refused')))",
            $end
        )
    };
}

/// The search through the index of its most selective condition. Webhook deliveries have neither an
/// application nor an event of ours, so only the audit log is searched for these.
macro_rules! indexed_search {
    ($search:expr, select: $select:literal, end: $end:literal) => {
        match $search {
            Search { actor, .. } if !actor.is_empty() => {
                search_sql!(select: $select, rows: "audit_log where actor = $7", end: $end)
            }
            Search { app_id, .. } if !app_id.is_empty() => {
                search_sql!(select: $select, rows: "audit_log where app_id = $2", end: $end)
            }
            Search { event, user_id, .. } if !event.is_empty() && user_id.is_empty() => {
                search_sql!(select: $select, rows: "audit_log where event = $3", end: $end)
            }
            Search { user_id, .. } if !user_id.is_empty() => {
                search_sql!(select: $select, rows: "log_entries where user_id = $1", end: $end)
            }
            Search { is_exact_key: true, .. } => {
                search_sql!(select: $select, rows: "log_entries where key = $6", end: $end)
            }
            _ => search_sql!(select: $select, rows: "log_entries where created_at >= $4", end: $end),
        }
    };
}

/// Whether any entry has exactly this key. If so the search uses its index; prefixes are found by a
/// chronological scan.
pub async fn has_key(tx: &mut Tx, key: &str) -> Result<bool> {
    let found: Option<(String,)> =
        tx.maybe("select id from log_entries where key = $1 limit 1", args![key]).await?;
    Ok(found.is_some())
}

/// A page of matching entries, newest first.
pub async fn list_matching(tx: &mut Tx, search: &Search, rows: Rows) -> Result<Vec<AuditRow>> {
    let sql = indexed_search!(
        search,
        select: "select *",
        end: " order by created_at desc, id desc limit $9 offset $10"
    );
    let s = search;
    let mut arguments =
        args![&s.user_id, &s.app_id, &s.event, s.from, s.to, &s.key, &s.actor, s.success_filter()];
    arguments.extend(args![rows.limit, rows.skip]);
    tx.all(sql, arguments).await
}

/// The number of matching entries, counted up to `most`.
pub async fn count_matching(tx: &mut Tx, search: &Search, most: i64) -> Result<i64> {
    let sql = indexed_search!(search, select: "select count(*) from (select 1", end: " limit $9) as counted");
    let s = search;
    let (count,): (i64,) = tx
        .one(
            sql,
            args![&s.user_id, &s.app_id, &s.event, s.from, s.to, &s.key, &s.actor, s.success_filter(), most],
        )
        .await?;
    Ok(count)
}

/// The entry with this id.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<AuditRow>> {
    tx.maybe("select * from log_entries where id = $1", args![id]).await
}
