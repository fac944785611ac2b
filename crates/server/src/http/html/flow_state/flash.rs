//! What one page leaves for the next in the flow state, once.

use serde::{Deserialize, Serialize};

/// The success messages that a page may begin with: locale keys for `notice`.
pub const NOTICES: [&str; 6] = [
    "notice-signed-out",
    "notice-password-changed",
    "notice-session-ended",
    "notice-others-ended",
    "notice-sharing-ended",
    "notice-everywhere-ended",
];

/// What "this wasn't me" did, besides ending every session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeFlash {
    /// The previous address was restored.
    pub is_restored: bool,
    /// The new address was removed without a replacement.
    pub is_removed: bool,
    /// The password was disabled.
    pub is_frozen: bool,
    /// A recovery was started.
    pub is_sent: bool,
}

/// The result of the last action, for the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flash {
    /// A reset was completed and ended this many sessions.
    Reset(i64),
    /// "This wasn't me" was carried out.
    #[serde(rename = "repudiated")]
    Disputed(DisputeFlash),
    /// The password was changed.
    PasswordChanged,
    /// A session was ended.
    SessionEnded,
    /// All other sessions were ended.
    OthersEnded,
    /// A third-party application no longer receives data.
    SharingEnded,
    /// Every session was ended, including this one.
    EverywhereEnded,
    /// The user signed out.
    SignedOut,
    /// The session ended while the user was choosing a password.
    SessionOver,
}
