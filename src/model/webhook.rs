//! A hook: a system of the operator that wants to hear what happened. Its address and keys are settings in force, like connectors; what it was
//! told is rows. The surprise: two keys may sign at once, so that a new one can be put where it is checked without a gap.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::time::Timestamp;

/// What a hook may want to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum HookEvent {
    /// Somebody made an account.
    PostRegister,
    /// Somebody signed in.
    PostSignIn,
    /// Somebody chose a new password after having forgotten the old one.
    PostResetPassword,
    /// An account was made, by whomever.
    #[serde(rename = "User.Created")]
    UserCreated,
    /// Something about an account changed.
    #[serde(rename = "User.Data.Updated")]
    UserDataUpdated,
    /// An account was deleted.
    #[serde(rename = "User.Deleted")]
    UserDeleted,
    /// An account was switched off or on again.
    #[serde(rename = "User.SuspensionStatus.Updated")]
    UserSuspensionStatusUpdated,
    /// Too many failures locked an identifier.
    #[serde(rename = "Identifier.Lockout")]
    IdentifierLockout,
    /// An address got as many messages as it may get.
    #[serde(rename = "Message.RateLimited")]
    MessageRateLimited,
}

impl HookEvent {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::PostRegister,
        Self::PostSignIn,
        Self::PostResetPassword,
        Self::UserCreated,
        Self::UserDataUpdated,
        Self::UserDeleted,
        Self::UserSuspensionStatusUpdated,
        Self::IdentifierLockout,
        Self::MessageRateLimited,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PostRegister => "PostRegister",
            Self::PostSignIn => "PostSignIn",
            Self::PostResetPassword => "PostResetPassword",
            Self::UserCreated => "User.Created",
            Self::UserDataUpdated => "User.Data.Updated",
            Self::UserDeleted => "User.Deleted",
            Self::UserSuspensionStatusUpdated => "User.SuspensionStatus.Updated",
            Self::IdentifierLockout => "Identifier.Lockout",
            Self::MessageRateLimited => "Message.RateLimited",
        }
    }

    /// The event of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// One hook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// What operators call it.
    pub name: String,
    /// What it wants to hear of.
    pub events: Vec<HookEvent>,
    /// Where it listens and how it knows that it is us.
    pub target: WebhookTarget,
    /// Whether it is told anything.
    pub is_enabled: bool,
    /// Whether no secret key opens its target, which is empty then; it is told nothing until somebody sets it up again.
    pub is_unreadable: bool,
    /// Deliveries given up since the last one that arrived.
    pub failures: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Where a hook listens and how it knows that it is us. Kept sealed: an address may hold a key, and a header often does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WebhookTarget {
    /// The address.
    pub url: String,
    /// Headers that are sent along.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The key that signs: `whsec_` and base64, of which one header takes the text and the other the bytes.
    pub key: Secret,
    /// The key before it, and until when it signs too.
    #[serde(default)]
    pub previous: Option<(Secret, Timestamp)>,
}

impl WebhookTarget {
    /// What stands in the place of one that can't be opened.
    pub fn unreadable() -> Self {
        Self { url: String::new(), headers: BTreeMap::new(), key: Secret::from(""), previous: None }
    }

    /// The keys that sign at this moment, the newest first.
    pub fn keys(&self, now: Timestamp) -> impl Iterator<Item = &Secret> {
        let previous = self.previous.as_ref().filter(|(_, until)| *until > now).map(|(key, _)| key);
        std::iter::once(&self.key).chain(previous)
    }
}

/// One request, ready to send.
#[derive(Clone, Debug)]
pub struct SignedRequest {
    /// Where to.
    pub url: Secret,
    /// With which headers; values may be secret.
    pub headers: Vec<(String, Secret)>,
    /// The bytes.
    pub body: String,
}

/// What a hook answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookResponse {
    /// The status; none when there was no answer.
    pub status: Option<u16>,
    /// The beginning of the text, or why there was none.
    pub text: String,
}
