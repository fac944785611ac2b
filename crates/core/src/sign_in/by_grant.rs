//! Completes a sign-in that was verified before: its grant starts a session, once. The request records how it
//! was verified. One verified by a password is valid only while that password is current; one verified by a
//! code does not depend on the password.

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::sessions::revoke::OwnedSession;
use crate::sessions::{self, SessionKind};
use crate::settings::PasswordCompliance;
use crate::sign_in::{
    SignInOutcome, audit_compliance, compliance_action, end_previous_session, previous_session,
};
use crate::throttle::lock_subject;
use crate::types::error::violation::Violation;
use crate::types::error::{Refusal, Result};
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users;
use crate::users::user::User;
use crate::verification::verification_request::{VerificationRequest, VerifiedBy};
use crate::verification::{VerifiedGrant, grant};
use crate::webhooks::{self, EventContext, WebhookEvent};
use crate::{Context, Core, audit, lockout};

/// Consumes the grant and starts the session in one transaction; a user who was suspended meanwhile is
/// refused. `weaknesses` are the policy violations found when the password was checked.
#[tracing::instrument(name = "sign_in_by_grant", skip_all)]
pub async fn by_grant(
    context: Context<'_>,
    grant: &VerifiedGrant,
    weaknesses: Vec<Violation>,
    held: Option<&Secret>,
) -> Result<SignInOutcome> {
    let Context { core, caller } = context;
    let before = previous_session(core, held).await?;
    let wish = compliance_action(core, &weaknesses);
    let mut tx = core.store.write().await?;
    let (request, user) = consume_grant(&mut tx, core, grant).await?;
    let stay =
        if wish == PasswordCompliance::Require { SessionKind::MustChangePassword } else { SessionKind::Full };
    let sessions::NewSession { id, token } = sessions::start(&mut tx, context, &user, stay).await?;
    end_previous_session(&mut tx, core, before, OwnedSession { user: &user.id, id: &id }).await?;
    let scene = EventContext::during(caller, Purpose::SignIn, id.as_str());
    webhooks::publish(&mut tx, core, scene, WebhookEvent::SignedIn(&user)).await?;
    let event = Event::success(EventKind::SignIn, Some(user.id.clone())).with_subject(request.id.as_str());
    audit::record(&mut tx, context, &event).await?;
    audit_compliance(&mut tx, context, &user, wish).await?;
    tx.commit().await?;
    Ok(SignInOutcome { token, weaknesses })
}

async fn consume_grant(
    tx: &mut Tx,
    core: &Core,
    held: &VerifiedGrant,
) -> Result<(VerificationRequest, User)> {
    let found = grant::find(tx, core, Purpose::SignIn, held).await?;
    let request = found.ok_or(Refusal::GrantInvalid)?;
    lock_subject(tx, core, &request.subject).await?;
    lockout::reset(tx, core, &request.subject).await?;
    grant::consume(tx, core, Purpose::SignIn, held).await?;
    let now = core.now();
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantInvalid)?;
    let user = users::store::by_id(tx, owner).await?.ok_or(Refusal::GrantInvalid)?;
    let may_enter = match request.verified_by {
        Some(VerifiedBy::Password) => {
            users::store::record_sign_in(tx, owner, user.password_changed_at, now).await?
        }
        _ => users::store::record_passwordless_sign_in(tx, owner, now).await?,
    };
    may_enter.then_some((request, user)).ok_or_else(|| Refusal::GrantInvalid.into())
}
