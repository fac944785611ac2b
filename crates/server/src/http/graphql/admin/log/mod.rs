//! The audit log, for keys of the role `root`, read-only. A sign-in is called `login` here, as clients
//! expect; our own event names are accepted as well.

mod filter;

use async_graphql::{Context, Object, Result, SimpleObject};
use serde_json::json;

use crate::http::graphql::admin::log::filter::AuthLogFilter;
use crate::http::graphql::authentication::graphql_request;
use crate::http::graphql::payload::{DateTime, Json, to_graphql_error};
use rekey_core::audit::{self, Entry};
use rekey_core::db::sql::Rows;

/// The default page size.
const DEFAULT_LIMIT: i32 = 100;
/// The largest page size.
const MAX_LIMIT: i32 = 500;
/// The largest offset.
const MAX_OFFSET: i32 = 5_000;

/// Our event names and those of this API.
const EVENT_NAMES: [(&str, &str); 2] = [("sign_in", "login"), ("settings_change", "tenant_config_change")];

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
        let request = graphql_request(context)?;
        request.actor("view the auth log")?;
        let limit = i64::from(limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT));
        let skip = i64::from(offset.unwrap_or(0).clamp(0, MAX_OFFSET));
        let mut found = Vec::new();
        // Each type is read from the beginning, so that the merged page is correct.
        let rows = Rows { skip: 0, limit: skip + limit + 1 };
        for search in filter.unwrap_or_default().into_searches()? {
            let part = audit::search(request.core(), &search, rows).await;
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
