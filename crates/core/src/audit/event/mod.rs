//! Events for the audit log. A journey records each event once; details are short machine-readable words,
//! never a secret and never user input.

mod kind;

use serde_json::Value;

pub use crate::audit::event::kind::EventKind;
use crate::audit::logto_log_key;
use crate::types::error::Refusal;
use crate::types::identifier::Channel;
use crate::types::ids::UserId;

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its kind.
    pub kind: EventKind,
    /// `success`, the code of the refusal, or a word specific to the kind.
    pub result: &'static str,
    /// The user, when known.
    pub user_id: Option<UserId>,
    /// The verification request or session it belongs to.
    pub about: Option<String>,
    /// The channel of the message that it is about.
    pub channel: Option<Channel>,
    /// What was changed, read or tested, as JSON: ids, counts and names, never a secret and never a user's
    /// address.
    pub details: Option<Value>,
}

impl Event {
    /// An event with this kind-specific result.
    pub const fn with_result(kind: EventKind, result: &'static str, user_id: Option<UserId>) -> Self {
        Self { kind, result, user_id, about: None, channel: None, details: None }
    }

    /// A success.
    pub const fn success(kind: EventKind, user_id: Option<UserId>) -> Self {
        Self::with_result(kind, "success", user_id)
    }

    /// A refusal for this reason.
    pub const fn refused(kind: EventKind, reason: &'static str, user_id: Option<UserId>) -> Self {
        Self::with_result(kind, reason, user_id)
    }

    /// Adds the request or session.
    pub fn with_subject(mut self, id: &str) -> Self {
        self.about = Some(id.to_owned());
        self
    }

    /// Adds the channel of the message.
    pub const fn with_channel(mut self, channel: Option<Channel>) -> Self {
        self.channel = channel;
        self
    }

    /// Adds the details.
    pub fn with_details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    /// Whether it is a refusal for exceeding a limit.
    pub fn is_over_limit(&self) -> bool {
        Refusal::OVER_LIMIT_CODES.contains(&self.result)
    }

    /// Its log key in Logto's Management API.
    pub const fn key(&self) -> &'static str {
        logto_log_key::for_event(self.kind, self.channel)
    }
}
