//! Sign-in by password or by code. Both start a new session, whatever the browser sent. A correct password
//! may violate the current policy; the setting then decides what the session may do.

pub mod by_code;
pub mod by_grant;
mod by_password;
pub mod by_recovery;
pub mod methods;

pub use crate::sign_in::by_password::{Typed, by_password, verify_password};

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::sessions::revoke::{self, OwnedSession};
use crate::sessions::{self, AuthenticatedUser};
use crate::settings::PasswordCompliance;
use crate::types::error::Result;
use crate::types::error::violation::Violation;
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::{Context, Core, audit};

/// A successful sign-in.
#[derive(Debug)]
pub struct SignInOutcome {
    /// The token of the new session.
    pub token: Secret,
    /// The violations of the password by the current policy; empty when there are none or the setting is off.
    /// If there are some, the user is notified, and the session may be limited to changing the password
    /// (`sessions::by_token_including_restricted`).
    pub weaknesses: Vec<Violation>,
}

/// The action that the setting requires for a password with these weaknesses.
pub(crate) fn compliance_action(core: &Core, weaknesses: &[Violation]) -> PasswordCompliance {
    if weaknesses.is_empty() {
        PasswordCompliance::Off
    } else {
        core.snapshot().settings.sign_in_experience.password_compliance
    }
}

/// This browser's previous session, looked up before a transaction begins.
pub(crate) async fn previous_session(
    core: &Core,
    held: Option<&Secret>,
) -> Result<Option<AuthenticatedUser>> {
    match held {
        Some(token) => sessions::by_token_including_restricted(core, token).await,
        None => Ok(None),
    }
}

/// Ends the previous session; app grants of the same user move to the new one.
pub(crate) async fn end_previous_session(
    tx: &mut Tx,
    core: &Core,
    before: Option<AuthenticatedUser>,
    after: OwnedSession<'_>,
) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    let before = OwnedSession { user: &before.user.id, id: &before.session.id };
    revoke::replace_session(tx, core, before, after).await
}

/// Audits that a password which violates the current policy was accepted, and what its owner was told.
pub(crate) async fn audit_compliance(
    tx: &mut Tx,
    context: Context<'_>,
    user: &User,
    wish: PasswordCompliance,
) -> Result<()> {
    let result = match wish {
        PasswordCompliance::Off => return Ok(()),
        PasswordCompliance::Notify => "notified",
        PasswordCompliance::Require => "required",
    };
    let event = Event::with_result(EventKind::PasswordCompliance, result, Some(user.id.clone()));
    audit::record(tx, context, &event).await
}
