//! The audit log, for keys of the role `root`, read-only. A sign-in is called `login` here, as clients
//! expect; our own event names are accepted as well.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use serde_json::json;

use crate::http::graphql::authentication::graphql_request;
use crate::http::graphql::payload::{DateTime, Json, invalid_input, to_graphql_error};
use rekey_core::audit::{self, Entry, Search};
use rekey_core::db::sql::Rows;
use rekey_core::types::time::Timestamp;

/// The default page size.
const DEFAULT_LIMIT: i32 = 100;
/// The largest page size.
const MAX_LIMIT: i32 = 500;
/// The largest offset.
const MAX_OFFSET: i32 = 5_000;
/// The most types in one query: each is searched separately.
const MAX_TYPES: usize = 10;

/// Our event names and those of this API.
const EVENT_NAMES: [(&str, &str); 2] = [("sign_in", "login"), ("settings_change", "tenant_config_change")];

/// A filter of entries; absent fields match all.
#[derive(InputObject, Default)]
pub struct AuthLogFilter {
    /// Of these events.
    types: Option<Vec<String>>,
    /// Only successful ones, or only failed ones.
    success: Option<bool>,
    /// Calls of this key, for itself or for a user.
    invoked_by_identity_id: Option<String>,
    /// About this user.
    person_id: Option<String>,
    /// The same as `personId`.
    target_person_id: Option<String>,
    /// Always null: typed text is not logged.
    person_input_identifier: Option<String>,
    /// From this time on.
    created_after: Option<DateTime>,
    /// Before this time.
    created_before: Option<DateTime>,
}

/// An entry of the audit log.
#[derive(SimpleObject)]
pub struct AuthLogEntry {
    /// Its id.
    id: String,
    /// The time.
    created_at: DateTime,
    /// The event.
    #[graphql(name = "type")]
    kind: String,
    /// Whether it succeeded.
    success: bool,
    /// The user, if known.
    person_id: Option<String>,
    /// The code of the refusal.
    error_code: Option<String>,
    /// The IP address.
    ip_address: Option<String>,
    /// The user agent.
    user_agent: Option<String>,
    /// The API key or application of the caller; null for users.
    invoked_by_identity_id: Option<String>,
    /// Not distinguished from `personId`.
    target_person_id: Option<String>,
    /// Always null: typed text is not logged.
    person_input_identifier: Option<String>,
    /// Null; see the code.
    error_message: Option<String>,
    /// Null: there are no identity providers.
    identity_provider_id: Option<String>,
    /// `about`: the request, session or key to which it belongs.
    metadata: Option<Json>,
    /// What was changed, read or tried.
    event_data: Option<Json>,
}

/// A page of the audit log, the newest first.
#[derive(SimpleObject)]
pub struct AuthLogPage {
    /// The entries.
    entries: Vec<AuthLogEntry>,
    /// Whether there are older ones.
    has_more: bool,
}

/// Queries of the audit log.
#[derive(Default)]
pub struct LogQuery;

/// Queries of the audit log.
#[Object]
impl LogQuery {
    /// The audit log, the newest first: 100 entries by default, at most 500.
    async fn auth_log(
        &self,
        context: &Context<'_>,
        filter: Option<AuthLogFilter>,
        limit: Option<i32>,
        offset: Option<i32>,
    ) -> Result<AuthLogPage> {
        let asker = graphql_request(context)?;
        asker.actor("view the auth log")?;
        let limit = i64::from(limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT));
        let skip = i64::from(offset.unwrap_or(0).clamp(0, MAX_OFFSET));
        let mut found = Vec::new();
        let filter = filter.unwrap_or_default();
        if filter.types.as_ref().is_some_and(|types| types.len() > MAX_TYPES) {
            return Err(invalid_input("filter.types: expected at most 10"));
        }
        if filter.person_input_identifier.is_some() {
            return Err(invalid_input("filter.personInputIdentifier: what was typed is not written down"));
        }
        // Each type is read from the beginning, so that the merged page is correct.
        let rows = Rows { skip: 0, limit: skip + limit + 1 };
        for search in to_searches(filter) {
            let part = audit::search(asker.core(), &search, rows).await;
            found.append(&mut part.map_err(|error| to_graphql_error(&error))?.0);
        }
        found.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        let skip = usize::try_from(skip)?;
        let limit = usize::try_from(limit)?;
        let has_more = found.len() > skip + limit;
        let entries = found.into_iter().skip(skip).take(limit).map(AuthLogEntry::from).collect();
        Ok(AuthLogPage { entries, has_more })
    }
}

fn to_searches(filter: AuthLogFilter) -> Vec<Search> {
    let moment = |at: Option<DateTime>, otherwise| at.map_or(Timestamp(otherwise), |at| at.0);
    let all = Search {
        user_id: resolve_person(filter.person_id, filter.target_person_id),
        actor: filter.invoked_by_identity_id.unwrap_or_default(),
        success: filter.success,
        app_id: String::new(),
        event: String::new(),
        key: String::new(),
        is_exact_key: false,
        from: moment(filter.created_after, 0),
        to: moment(filter.created_before, i64::MAX),
    };
    let Some(mut types) = filter.types else { return vec![all] };
    types.sort_unstable();
    types.dedup();
    types.into_iter().map(|name| Search { event: to_event_name(&name), ..all.clone() }).collect()
}

/// Both mean the same here, so two different ids match nobody.
fn resolve_person(person: Option<String>, target: Option<String>) -> String {
    match (person, target) {
        (Some(one), Some(other)) if one != other => "nobody".to_owned(),
        (one, other) => one.or(other).unwrap_or_default(),
    }
}

/// An empty name would match everything.
fn to_event_name(name: &str) -> String {
    let known = EVENT_NAMES.iter().find(|(_, theirs)| *theirs == name).map_or(name, |(ours, _)| ours);
    if known.is_empty() { "none".to_owned() } else { known.to_owned() }
}

impl From<Entry> for AuthLogEntry {
    fn from(entry: Entry) -> Self {
        let failed = entry.result.contains('.') || ["throttled", "refused"].contains(&entry.result.as_str());
        let theirs = EVENT_NAMES.iter().find(|(ours, _)| *ours == entry.event).map(|(_, theirs)| *theirs);
        Self {
            id: entry.id,
            created_at: DateTime(entry.created_at),
            kind: theirs.map_or(entry.event, str::to_owned),
            success: !failed,
            person_id: entry.user_id,
            error_code: failed.then_some(entry.result),
            ip_address: Some(entry.ip).filter(|ip| !ip.is_empty()),
            user_agent: Some(entry.user_agent).filter(|text| !text.is_empty()),
            invoked_by_identity_id: entry.actor,
            target_person_id: None,
            person_input_identifier: None,
            error_message: None,
            identity_provider_id: None,
            metadata: entry.about.map(|about| Json(json!({ "about": about }))),
            event_data: entry.details.and_then(|text| serde_json::from_str(&text).ok()).map(Json),
        }
    }
}
