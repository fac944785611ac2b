//! Signing in, by password or by code. Both end in a session that begins anew, whatever the browser brought
//! along. The surprise: the right password may be one that the policy would not take today, and then the
//! setting says how far it opens.

pub mod by_code;
pub mod by_grant;
mod by_password;
pub mod by_recovery;
pub(super) mod lockout;
pub mod methods;
pub(super) mod unfinished;

pub use self::by_password::{Typed, by_password, verify_password};
pub use self::lockout::unlock;
pub use self::unfinished::settle;

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::event::{Event, EventKind};
use crate::model::policy::Violation;
use crate::model::secret::Secret;
use crate::model::settings::PasswordCompliance;
use crate::model::user::User;
use crate::store::sql::Tx;

use super::oidc::revocation::{self, OwnedSession};
use super::sessions::AuthenticatedUser;
use super::{Core, audit, sessions as live};

/// A sign-in that went well.
#[derive(Debug)]
pub struct SignInOutcome {
    /// The token of the session that began.
    pub token: Secret,
    /// What the policy of today has against the password; nothing when it is fine or nobody wants to know. If
    /// there is something, the person is told, and the session may be good for nothing but changing it
    /// (`sessions::present`).
    pub weaknesses: Vec<Violation>,
}

/// What the setting wishes for a password with these weaknesses.
pub(super) fn compliance_action(rekey: &Core, weaknesses: &[Violation]) -> PasswordCompliance {
    match weaknesses.is_empty() {
        true => PasswordCompliance::Off,
        false => rekey.snapshot().settings.sign_in_experience.password_compliance,
    }
}

/// The session that this browser has, looked at before a transaction begins.
pub(super) async fn previous_session(
    rekey: &Core,
    held: Option<&Secret>,
) -> Result<Option<AuthenticatedUser>> {
    match held {
        Some(token) => live::by_token_including_restricted(rekey, token).await,
        None => Ok(None),
    }
}

/// Ends it: whoever enters begins anew, and apps that the same person opened before go on with the new one.
pub(super) async fn end_previous_session(
    tx: &mut Tx,
    rekey: &Core,
    before: Option<AuthenticatedUser>,
    after: OwnedSession<'_>,
) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    let before = OwnedSession { user: &before.user.id, id: &before.session.id };
    revocation::replace_session(tx, rekey, before, after).await
}

/// Notes that a password was let in that would not be taken today, and what its owner was told.
pub(super) async fn audit_compliance(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    user: &User,
    wish: PasswordCompliance,
) -> Result<()> {
    let result = match wish {
        PasswordCompliance::Off => return Ok(()),
        PasswordCompliance::Notify => "notified",
        PasswordCompliance::Require => "required",
    };
    let event = Event::with_result(EventKind::PasswordCompliance, result, Some(user.id.clone()));
    audit::record(tx, rekey, caller, &event).await
}
