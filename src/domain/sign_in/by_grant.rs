//! Completes a sign-in that was verified before: its grant starts a session, once. The request records how it
//! was verified. One verified by a password is valid only while that password is current; one verified by a
//! code does not depend on the password.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::policy::Violation;
use crate::model::secret::Secret;
use crate::model::settings::PasswordCompliance;
use crate::model::user::User;
use crate::model::verification::{Purpose, VerificationRequest, VerifiedBy};
use crate::store::sql::Tx;
use crate::store::users;

use super::super::oidc::revocation::OwnedSession;
use super::super::sessions::SessionKind;
use super::super::throttle::lock_subject;
use super::super::verification::{VerifiedGrant, grant};
use super::super::webhooks::{self, EventContext, WebhookEvent};
use super::super::{Core, audit, sessions as live};
use super::{
    SignInOutcome, audit_compliance, compliance_action, end_previous_session, lockout, previous_session,
};

/// Consumes the grant and starts the session in one transaction; a user who was suspended meanwhile is
/// refused. `weaknesses` are the policy violations found when the password was checked.
#[tracing::instrument(name = "sign_in_by_grant", skip_all)]
pub async fn by_grant(
    rekey: &Core,
    caller: &Caller,
    grant: &VerifiedGrant,
    weaknesses: Vec<Violation>,
    held: Option<&Secret>,
) -> Result<SignInOutcome> {
    let before = previous_session(rekey, held).await?;
    let wish = compliance_action(rekey, &weaknesses);
    let mut tx = rekey.store.write().await?;
    let (request, user) = consume_grant(&mut tx, rekey, grant).await?;
    let stay =
        if wish == PasswordCompliance::Require { SessionKind::MustChangePassword } else { SessionKind::Full };
    let live::NewSession { id, token } = live::start(&mut tx, rekey, caller, &user, stay).await?;
    end_previous_session(&mut tx, rekey, before, OwnedSession { user: &user.id, id: &id }).await?;
    let scene = EventContext::during(caller, Purpose::SignIn, id.as_str());
    webhooks::publish(&mut tx, rekey, scene, WebhookEvent::SignedIn(&user)).await?;
    let event = Event::success(EventKind::SignIn, Some(user.id.clone())).with_subject(request.id.as_str());
    audit::record(&mut tx, rekey, caller, &event).await?;
    audit_compliance(&mut tx, rekey, caller, &user, wish).await?;
    tx.commit().await?;
    Ok(SignInOutcome { token, weaknesses })
}

async fn consume_grant(
    tx: &mut Tx,
    rekey: &Core,
    held: &VerifiedGrant,
) -> Result<(VerificationRequest, User)> {
    let found = grant::find(tx, rekey, Purpose::SignIn, held).await?;
    let request = found.ok_or(Refusal::GrantInvalid)?;
    lock_subject(tx, rekey, &request.subject).await?;
    lockout::reset(tx, rekey, &request.subject).await?;
    grant::consume(tx, rekey, Purpose::SignIn, held).await?;
    let now = rekey.now();
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantInvalid)?;
    let user = users::by_id(tx, owner).await?.ok_or(Refusal::GrantInvalid)?;
    let may_enter = match request.verified_by {
        Some(VerifiedBy::Password) => users::record_sign_in(tx, owner, user.password_changed_at, now).await?,
        _ => users::record_passwordless_sign_in(tx, owner, now).await?,
    };
    may_enter.then_some((request, user)).ok_or_else(|| Refusal::GrantInvalid.into())
}
