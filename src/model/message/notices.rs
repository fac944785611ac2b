//! Notices: what was done to an account, or tried. What their links can do, they do only once a button was
//! pressed.

use serde::{Deserialize, Serialize};

use crate::model::secret::Secret;
use crate::model::time::Timestamp;

/// What the owner of an address hears when somebody signs up with it. Nothing in it is secret, and nobody
/// else hears it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountExists {
    /// The whole address of the sign-in page.
    pub sign_in: String,
    /// The whole address of the page where a new password is asked for.
    pub reset: String,
    /// When somebody tried.
    pub asked_at: Timestamp,
    /// With which browser, in a few words; empty when it did not say.
    pub device: String,
}

/// A password that is no longer what it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordChanged {
    /// How it came about.
    pub how: PasswordChange,
    /// When.
    pub at: Timestamp,
    /// The browser that did it, in a few words; empty when it did not say.
    pub device: String,
    /// How many other sessions were ended.
    pub ended_sessions: i64,
    /// The whole address of the "this wasn't me" page, good for ten days.
    pub not_me: Secret,
}

/// An address that is no longer what it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddressChanged {
    /// What happened to which.
    pub what: AddressChange,
    /// When.
    pub at: Timestamp,
    /// The browser or app that did it, in a few words; empty when it did not say.
    pub device: String,
    /// The whole address of the "this wasn't me" page, good for ten days; of the page for a forgotten
    /// password where nothing can be taken back.
    pub not_me: Secret,
    /// Who did it.
    #[serde(default)]
    pub by: ChangedBy,
}

/// Who changed an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedBy {
    /// Somebody who was signed in. The addresses before may take it back.
    #[default]
    Person,
    /// "This wasn't me". It can't be taken back by another link: otherwise two who object would take turns.
    PutBack,
    /// An administrator, whose decision nobody's link takes back.
    Operator,
}

impl ChangedBy {
    /// Whether the notice has a link that takes the change back.
    pub const fn can_be_reverted(self) -> bool {
        matches!(self, Self::Person)
    }
}

/// Somebody guessed at an account until its codes or its password had to wait. Nothing in it is secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttemptsBlocked {
    /// What waits.
    pub what: BlockedCredential,
    /// Since when.
    pub at: Timestamp,
    /// The whole address of the page where a new password is asked for: the link of its message is the way
    /// on.
    pub reset: String,
}

/// What waits after too many wrong tries in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedCredential {
    /// The codes of the account's messages; their links work.
    Codes,
    /// The password, until it is reset.
    Password,
}

/// What happened to which address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressChange {
    /// Another e-mail address took the place of the one before.
    EmailChanged,
    /// There was no e-mail address before.
    EmailAdded,
    /// There is no e-mail address any more.
    EmailRemoved,
    /// Another number took the place of the one before.
    PhoneChanged,
    /// There was no number before.
    PhoneAdded,
    /// There is no number any more.
    PhoneRemoved,
}

/// A name to sign in with that is no longer what it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UsernameChanged {
    /// What happened to it.
    pub what: UsernameChange,
    /// When.
    pub at: Timestamp,
    /// The browser or app that did it, in a few words; empty when it did not say.
    pub device: String,
    /// The whole address of the page where a new password is asked for.
    pub reset: String,
}

/// What happened to a username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsernameChange {
    /// Another took the place of the one before.
    Changed,
    /// There was none before.
    Added,
    /// There is none any more.
    Removed,
}

/// How a password came to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordChange {
    /// Through recovery.
    Reset,
    /// By the signed-in person, who knew the old one.
    Changed,
    /// The first password of an account that had none.
    FirstSet,
}
