//! A webhook of the operator. Its target and keys are part of the settings snapshot, like connectors; its
//! deliveries are rows. Two keys may sign at once, so that receivers can switch to a new key without a gap.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::types::secret::Secret;
use crate::types::time::Timestamp;

/// An event that a webhook can subscribe to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = HookEvent)]
pub enum WebhookEventKind {
    /// A user signed up.
    PostRegister,
    /// A user signed in.
    PostSignIn,
    /// A user reset a forgotten password.
    PostResetPassword,
    /// An account was created.
    #[serde(rename = "User.Created")]
    UserCreated,
    /// The data of an account changed.
    #[serde(rename = "User.Data.Updated")]
    UserDataUpdated,
    /// An account was deleted.
    #[serde(rename = "User.Deleted")]
    UserDeleted,
    /// An account was suspended or reactivated.
    #[serde(rename = "User.SuspensionStatus.Updated")]
    UserSuspensionStatusUpdated,
    /// Too many failures locked an identifier.
    #[serde(rename = "Identifier.Lockout")]
    IdentifierLockout,
    /// An address exceeded its limit of messages.
    #[serde(rename = "Message.RateLimited")]
    MessageRateLimited,
}

impl WebhookEventKind {
    /// All events.
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

    /// The public name.
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

    /// The event with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// A webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// Its name, for operators.
    pub name: String,
    /// The events that it subscribes to.
    pub events: Vec<WebhookEventKind>,
    /// Where and how deliveries are sent.
    pub target: WebhookTarget,
    /// Whether it is enabled.
    pub is_enabled: bool,
    /// Whether no secret key opens its target, which is then empty; nothing is delivered until it is
    /// configured again.
    pub is_unreadable: bool,
    /// Deliveries given up since the last successful one.
    pub failures: i64,
    /// When it was created.
    pub created_at: Timestamp,
}

/// The URL, headers and keys of a webhook. Stored sealed: a URL may contain a key, and a header often does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WebhookTarget {
    /// The URL.
    pub url: String,
    /// Headers sent with each delivery.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The signing key: `whsec_` and base64; one signature header uses the text and the other the bytes.
    pub key: Secret,
    /// The previous key, and until when it also signs.
    #[serde(default)]
    pub previous: Option<(Secret, Timestamp)>,
}

impl WebhookTarget {
    /// A target with this key, and no URL yet.
    pub const fn new(key: Secret) -> Self {
        Self { url: String::new(), headers: BTreeMap::new(), key, previous: None }
    }

    /// The placeholder for a target that cannot be decrypted.
    pub fn unreadable() -> Self {
        Self::new(Secret::default())
    }

    /// The keys that sign at this time, the newest first.
    pub fn keys(&self, now: Timestamp) -> impl Iterator<Item = &Secret> {
        let previous = self.previous.as_ref().filter(|(_, until)| *until > now).map(|(key, _)| key);
        std::iter::once(&self.key).chain(previous)
    }
}

/// A signed request, ready to send.
#[derive(Clone, Debug)]
pub struct SignedRequest {
    /// The URL.
    pub url: Secret,
    /// The headers; values may be secret.
    pub headers: Vec<(String, Secret)>,
    /// The body.
    pub body: String,
}

/// The response of a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookResponse {
    /// The status; none without a response.
    pub status: Option<u16>,
    /// The start of the body, or why there was none.
    pub text: String,
}
