//! The filter of the audit log, and the searches that it stands for.

use async_graphql::{InputObject, Result};

use crate::http::graphql::admin::log::EVENT_NAMES;
use crate::http::graphql::payload::{DateTime, invalid_input};
use rekey_core::audit::Search;
use rekey_core::types::time::Timestamp;

/// The most types in one query: each is searched separately.
const MAX_TYPES: usize = 10;

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

impl AuthLogFilter {
    /// The searches that find these entries together.
    pub(super) fn into_searches(self) -> Result<Vec<Search>> {
        if self.types.as_ref().is_some_and(|types| types.len() > MAX_TYPES) {
            return Err(invalid_input("filter.types: expected at most 10"));
        }
        if self.person_input_identifier.is_some() {
            return Err(invalid_input("filter.personInputIdentifier: what was typed is not written down"));
        }
        let moment = |at: Option<DateTime>, otherwise| at.map_or(Timestamp(otherwise), |at| at.0);
        let all = Search {
            user_id: resolve_user(self.person_id, self.target_person_id),
            actor: self.invoked_by_identity_id.unwrap_or_default(),
            success: self.success,
            app_id: String::new(),
            event: String::new(),
            key: String::new(),
            is_exact_key: false,
            from: moment(self.created_after, 0),
            to: moment(self.created_before, i64::MAX),
        };
        let Some(mut types) = self.types else { return Ok(vec![all]) };
        types.sort_unstable();
        types.dedup();
        Ok(types.into_iter().map(|name| Search { event: to_event_name(&name), ..all.clone() }).collect())
    }
}

/// Both mean the same here, so two different ids match nobody.
fn resolve_user(person: Option<String>, target: Option<String>) -> String {
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
