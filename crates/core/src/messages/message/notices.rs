//! Notices about changes to an account and attempted ones. Their links act only after a button was pressed.

use serde::{Deserialize, Serialize};

use crate::types::secret::Secret;
use crate::types::time::Timestamp;

/// The notice to the owner of an address that somebody used to sign up. It contains no secret and goes to
/// nobody else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountExists {
    /// The full URL of the sign-in page.
    pub sign_in: String,
    /// The full URL of the page that requests a new password.
    pub reset: String,
    /// When it was attempted.
    pub asked_at: Timestamp,
    /// The browser used, in a few words; empty when unknown.
    pub device: String,
}

/// The notice of a changed password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordChanged {
    /// How it was changed.
    pub how: PasswordChange,
    /// The time of the change.
    pub at: Timestamp,
    /// The browser that made the change, in a few words; empty when unknown.
    pub device: String,
    /// How many other sessions were ended.
    pub ended_sessions: i64,
    /// The full URL of the "this wasn't me" page, valid for ten days.
    pub not_me: Secret,
}

/// The notice of a changed address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddressChanged {
    /// What changed.
    pub what: AddressChange,
    /// The time of the change.
    pub at: Timestamp,
    /// The browser or app that made the change, in a few words; empty when unknown.
    pub device: String,
    /// The full URL of the "this wasn't me" page, valid for ten days; or of the password recovery page where
    /// the change cannot be reverted.
    pub not_me: Secret,
    /// Who made the change.
    #[serde(default)]
    pub by: ChangedBy,
}

/// Who changed an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedBy {
    /// A signed-in user. The previous addresses may revert it.
    #[default]
    #[serde(rename = "person")]
    User,
    /// "This wasn't me". It cannot be reverted by another link: otherwise two parties could keep reverting
    /// each other.
    PutBack,
    /// An administrator, whose decision cannot be reverted by a link.
    Operator,
}

impl ChangedBy {
    /// Whether the notice has a link that reverts the change.
    pub const fn can_be_reverted(self) -> bool {
        matches!(self, Self::User)
    }
}

/// The notice that guessing has blocked an account's codes or password. It contains no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttemptsBlocked {
    /// What is blocked.
    pub what: BlockedCredential,
    /// Since when it is blocked.
    pub at: Timestamp,
    /// The full URL of the page that requests a new password: the link in its message still works.
    pub reset: String,
}

/// What is blocked after too many wrong attempts in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedCredential {
    /// The account's codes; links still work.
    Codes,
    /// The password, until a reset.
    Password,
}

/// How an address changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressChange {
    /// The email address was replaced.
    EmailChanged,
    /// An email address was added.
    EmailAdded,
    /// The email address was removed.
    EmailRemoved,
    /// The phone number was replaced.
    PhoneChanged,
    /// A phone number was added.
    PhoneAdded,
    /// The phone number was removed.
    PhoneRemoved,
}

/// The notice of a changed username.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UsernameChanged {
    /// How it changed.
    pub what: UsernameChange,
    /// The time of the change.
    pub at: Timestamp,
    /// The browser or app that made the change, in a few words; empty when unknown.
    pub device: String,
    /// The full URL of the page that requests a new password.
    pub reset: String,
}

/// How a username changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsernameChange {
    /// It was replaced.
    Changed,
    /// It was set.
    Added,
    /// It was removed.
    Removed,
}

/// How a password was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordChange {
    /// Through recovery.
    Reset,
    /// By the signed-in user, who knew the old one.
    Changed,
    /// The first password of an account that had none.
    FirstSet,
}
