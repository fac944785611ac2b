//! Sign-in by password or by code. Both start a new session, whatever the browser sent. A correct password
//! may violate the current policy; the setting then decides what the session may do.

mod by_grant;
mod by_password;
mod credentials;
pub mod methods;

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::sessions::revoke::{self, OwnedSession};
use crate::sessions::{self, AuthenticatedUser, SessionKind};
use crate::settings::PasswordCompliance;
pub(crate) use crate::sign_in::by_grant::by_recovery;
pub use crate::sign_in::by_grant::{by_code, by_grant};
pub use crate::sign_in::by_password::{Typed, by_password, verify_password};
use crate::types::error::Result;
use crate::types::error::violation::Violation;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::webhooks::{self, EventContext, WebhookEvent};
use crate::{Context, Core, audit, passwords};

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

/// The violations of this password by the current policy; empty if the setting is off, or the user could not
/// change it.
async fn current_violations(core: &Core, user: &User, password: &Secret) -> Vec<Violation> {
    let compliance = core.snapshot().settings.sign_in_experience.password_compliance;
    if compliance == PasswordCompliance::Off
        || !core.snapshot().settings.account_center.allows_password_change()
    {
        return Vec::new();
    }
    passwords::violations_at_sign_in(core, password, user).await
}

/// The action that the setting requires for a password with these weaknesses.
fn compliance_action(core: &Core, weaknesses: &[Violation]) -> PasswordCompliance {
    if weaknesses.is_empty() {
        PasswordCompliance::Off
    } else {
        core.snapshot().settings.sign_in_experience.password_compliance
    }
}

/// This browser's previous session, looked up before a transaction begins.
pub(crate) async fn previous_session(
    core: &Core,
    session_token: Option<&Secret>,
) -> Result<Option<AuthenticatedUser>> {
    match session_token {
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

/// Starts the session of a verified user in place of the browser's previous one, and reports the sign-in.
async fn start_session(
    tx: &mut Tx,
    context: Context<'_>,
    user: &User,
    compliance: PasswordCompliance,
    before: Option<AuthenticatedUser>,
    event: &Event,
) -> Result<Secret> {
    let Context { core, caller } = context;
    let stay = if compliance == PasswordCompliance::Require {
        SessionKind::MustChangePassword
    } else {
        SessionKind::Full
    };
    let sessions::NewSession { id, token } = sessions::start(tx, context, user, stay).await?;
    end_previous_session(tx, core, before, OwnedSession { user: &user.id, id: &id }).await?;
    let event_context = EventContext::during(caller, Purpose::SignIn, id.as_str());
    webhooks::publish(tx, core, event_context, WebhookEvent::SignedIn(user)).await?;
    audit::record(tx, context, event).await?;
    audit_compliance(tx, context, user, compliance).await?;
    Ok(token)
}

/// Audits that a password which violates the current policy was accepted, and what its owner was told.
async fn audit_compliance(
    tx: &mut Tx,
    context: Context<'_>,
    user: &User,
    compliance: PasswordCompliance,
) -> Result<()> {
    let result = match compliance {
        PasswordCompliance::Off => return Ok(()),
        PasswordCompliance::Notify => "notified",
        PasswordCompliance::Require => "required",
    };
    let event = Event::with_result(EventKind::PasswordCompliance, result, Some(user.id.clone()));
    audit::record(tx, context, &event).await
}
