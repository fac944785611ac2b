//! Messages with a code that the recipient types, and for password recovery an equivalent link.

use serde::{Deserialize, Serialize};

use crate::types::secret::Secret;
use crate::types::time::Timestamp;

/// The code and the link of one recovery request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecoveryCode {
    /// Six digits.
    pub code: Secret,
    /// The full URL of the page with the button.
    pub link: Secret,
    /// How long the code works, in minutes.
    pub code_minutes: i64,
    /// How long the link works, in minutes.
    pub link_minutes: i64,
    /// When it was requested.
    pub asked_at: Timestamp,
    /// The browser that requested it, in a few words ("Firefox on Linux"); empty when unknown.
    pub device: String,
    /// The app it was requested for, when known.
    pub app: Option<String>,
    /// The request, for clients that check a token by it.
    #[serde(default)]
    pub request_id: String,
    /// The token in the link, for clients that send it themselves.
    #[serde(default)]
    pub token: Secret,
    /// The template variant that was requested.
    #[serde(default)]
    pub variant: String,
    /// The id of that app; empty when unknown.
    #[serde(default)]
    pub app_id: String,
    /// Whether the link is sent by SMS as well.
    #[serde(default)]
    pub link_by_sms: bool,
}

/// The code of a request that has no link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VerificationCode {
    /// Six digits.
    pub code: Secret,
    /// How long it works, in minutes.
    pub code_minutes: i64,
    /// When it was requested.
    pub asked_at: Timestamp,
    /// The browser that requested it, in a few words; empty when unknown.
    pub device: String,
    /// The app it was requested for, when known.
    pub app: Option<String>,
    /// The id of that app; empty when unknown.
    #[serde(default)]
    pub app_id: String,
}
