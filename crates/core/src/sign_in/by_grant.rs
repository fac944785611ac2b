//! Signs in by the grant of a verified request, which starts a session, once; a code is exchanged for one.
//! The request records how it was verified: by a password it is valid only while that password is current,
//! by a code it does not depend on the password.

use crate::Context;
use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::sessions::{self, AuthenticatedUser, RECOVERY_TTL_SECONDS, SessionKind};
use crate::sign_in::{SignInOutcome, compliance_action, previous_session, start_session};
use crate::throttle::lock_subject;
use crate::types::error::violation::Violation;
use crate::types::error::{Refusal, Result};
use crate::types::ids::RequestId;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users;
use crate::users::user::User;
use crate::verification::verification_request::{VerificationRequest, VerifiedBy};
use crate::verification::{VerifiedGrant, grant, verify_code};
use crate::{Core, lockout};

/// Checks the code of the held request; the right one starts a session. An identifier without an account
/// has a decoy. A disabled password does not matter here, because the code is the same proof that a reset
/// would need. `session_token` is this browser's previous session, which ends.
#[tracing::instrument(name = "sign_in_by_code", skip_all)]
pub async fn by_code(
    context: Context<'_>,
    request: &RequestId,
    typed: &str,
    session_token: Option<&Secret>,
) -> Result<SignInOutcome> {
    if !context.snapshot().code_kinds().any() {
        return Err(Refusal::SignInDisabled.into());
    }
    let token = verify_code(context, Purpose::SignIn, request, typed).await?;
    let grant = VerifiedGrant { request: request.clone(), token };
    by_grant(context, &grant, Vec::new(), session_token).await
}

/// Consumes the grant and starts the session in one transaction; a user who was suspended meanwhile is
/// refused. `weaknesses` are the policy violations found when the password was checked.
#[tracing::instrument(name = "sign_in_by_grant", skip_all)]
pub async fn by_grant(
    context: Context<'_>,
    grant: &VerifiedGrant,
    weaknesses: Vec<Violation>,
    session_token: Option<&Secret>,
) -> Result<SignInOutcome> {
    let core = context.core;
    let before = previous_session(core, session_token).await?;
    let compliance = compliance_action(core, &weaknesses);
    let mut tx = core.store.write().await?;
    let (request, user) = consume_grant(&mut tx, core, grant).await?;
    let event = Event::success(EventKind::SignIn, Some(user.id.clone())).with_subject(request.id.as_str());
    let token = start_session(&mut tx, context, &user, compliance, before, &event).await?;
    tx.commit().await?;
    Ok(SignInOutcome { token, weaknesses })
}

async fn consume_grant(
    tx: &mut Tx,
    core: &Core,
    grant: &VerifiedGrant,
) -> Result<(VerificationRequest, User)> {
    let found = grant::find(tx, core, Purpose::SignIn, grant).await?;
    let request = found.ok_or(Refusal::GrantInvalid)?;
    lock_subject(tx, core, &request.subject).await?;
    lockout::reset(tx, core, &request.subject).await?;
    grant::consume(tx, core, Purpose::SignIn, grant).await?;
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

/// Recovery through an app's own screens: consumes the grant and starts a session that may only set a new
/// password, in one transaction; a user who was suspended meanwhile is refused. The grant is consumed
/// here, so that the link and code of the same message allow nothing more; on the pages it is consumed
/// with the password.
#[tracing::instrument(name = "sign_in_by_recovery", skip_all)]
pub(crate) async fn by_recovery(context: Context<'_>, grant: &VerifiedGrant) -> Result<AuthenticatedUser> {
    let core = context.core;
    let mut tx = core.store.write().await?;
    let found = grant::find(&mut tx, core, Purpose::Reset, grant).await?;
    let request = found.ok_or(Refusal::GrantInvalid)?;
    lock_subject(&mut tx, core, &request.subject).await?;
    grant::consume(&mut tx, core, Purpose::Reset, grant).await?;
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantInvalid)?;
    let user = users::store::by_id(&mut tx, owner).await?.filter(|user| !user.is_suspended);
    let user = user.ok_or(Refusal::GrantInvalid)?;
    let stay = SessionKind::MustChangePasswordWithin(RECOVERY_TTL_SECONDS);
    let started = sessions::start(&mut tx, context, &user, stay).await?;
    let session =
        sessions::store::by_id(&mut tx, &started.id, core.now()).await?.ok_or(Refusal::GrantInvalid)?;
    tx.commit().await?;
    Ok(AuthenticatedUser { user, session })
}
