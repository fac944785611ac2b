//! Messages with a code, which the reader types, and for a forgotten password a link that does the same.

use serde::{Deserialize, Serialize};

use crate::model::secret::Secret;
use crate::model::time::Timestamp;

/// The code and the link of one recovery request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecoveryCode {
    /// Six digits.
    pub code: Secret,
    /// The whole address of the page with the button.
    pub link: Secret,
    /// How long the code works, in minutes.
    pub code_minutes: i64,
    /// How long the link works, in minutes.
    pub link_minutes: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The browser that asked, in a few words ("Firefox on Linux"); empty when it did not say.
    pub device: String,
    /// The app on whose behalf, when one is known.
    pub app: Option<String>,
    /// The request, for clients that check a token by it.
    #[serde(default)]
    pub request_id: String,
    /// The token in the link, for clients that bring it themselves.
    #[serde(default)]
    pub token: Secret,
    /// Which of several words were asked for.
    #[serde(default)]
    pub variant: String,
    /// The id of that app; empty when none is known.
    #[serde(default)]
    pub app_id: String,
    /// Whether the link goes into an SMS, too.
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
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The browser that asked, in a few words; empty when it did not say.
    pub device: String,
    /// The app on whose behalf, when one is known.
    pub app: Option<String>,
    /// The id of that app; empty when none is known.
    #[serde(default)]
    pub app_id: String,
}
