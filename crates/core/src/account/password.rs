//! A signed-in user changes the password, or sets a first one. Our pages ask for the current password if
//! there is one, and apps need a recent verification record. A user whom sign-in sent here to replace the
//! password has just entered it and is not asked again.

use crate::account::authorization::{Principal, ensure_editable, ensure_recent_reauthentication, lock_user};
use crate::account::current_password::verify_current_password;
use crate::account::password_change::{ChangeReason, PasswordChangeOutcome, Replacement, save_password};
use crate::audit::event::{Event, EventKind};
use crate::messages::enqueue;
use crate::passwords::{self, AcceptedPassword, LiveCheck, ReusePolicy, SessionTokenPolicy, SetReason};
use crate::sessions::AuthenticatedUser;
use crate::throttle::{in_memory, lock_subject};
use crate::types::error::{AccountApiError, Refusal, Result};
use crate::types::secret::Secret;
use crate::{Context, Core, audit, grants};

/// Whether the settings let users change their own password.
pub fn may_change_password(core: &Core) -> bool {
    core.snapshot().settings.account_center.allows_password_change()
}

/// Checks a new password while it is typed. Nothing is written.
pub async fn live_check(
    context: Context<'_>,
    current: &AuthenticatedUser,
    password: &Secret,
) -> Result<LiveCheck> {
    if !may_change_password(context.core) {
        return Err(Refusal::NotFound.into());
    }
    in_memory::limit(context, current.session.id.as_str())?;
    passwords::live_check(context.core, password, &current.user).await
}

/// Whether the current password is required. It is not for a session that may only change the password: that
/// session was started with the current password minutes ago and is worthless once another is set, so it is
/// the proof that ASVS 6.2.3 asks for.
pub const fn requires_current_password(current: &AuthenticatedUser) -> bool {
    current.user.password_digest.is_some() && current.session.must_change.is_none()
}

/// The passwords that the user typed.
#[derive(Clone, Copy, Debug)]
pub struct TypedPasswords<'a> {
    /// The current password, where it is required.
    pub current: Option<&'a Secret>,
    /// The new password.
    pub new: &'a Secret,
}

/// Changes the password of the signed-in user. A session that was limited to this becomes an ordinary one.
#[tracing::instrument(skip_all)]
pub async fn change_password(
    context: Context<'_>,
    current: &AuthenticatedUser,
    typed: TypedPasswords<'_>,
    token: SessionTokenPolicy,
) -> Result<PasswordChangeOutcome> {
    let outcome = try_change_password(context, current, typed, token).await;
    let refused = |code| Event::refused(EventKind::PasswordChange, code, Some(current.user.id.clone()));
    audit::record_if_refused(context, outcome, refused).await
}

async fn try_change_password(
    context: Context<'_>,
    current: &AuthenticatedUser,
    typed: TypedPasswords<'_>,
    token: SessionTokenPolicy,
) -> Result<PasswordChangeOutcome> {
    if !may_change_password(context.core) {
        return Err(Refusal::NotFound.into());
    }
    if requires_current_password(current) {
        let stored = current.user.password_digest.as_deref();
        verify_current_password(context, &current.user, stored, typed.current).await?;
    }
    let accepted =
        passwords::validate_and_hash(context, typed.new, &current.user, ReusePolicy::Allow).await?;
    let replacement = Replacement { accepted: &accepted, token, way: ChangeReason::SignedIn };
    save_password(context, current, replacement).await
}

/// Changes the password of the user whose token an app sent. A user with neither a password nor an address
/// has nothing to prove themselves with, and sets the first password without a proof.
#[tracing::instrument(name = "set_account_password", skip_all)]
pub async fn set_password(
    context: Context<'_>,
    principal: &Principal,
    proof: Option<&str>,
    new: &Secret,
) -> Result<()> {
    let outcome = try_set_password(context, principal, proof, new).await;
    let refused = |code| Event::refused(EventKind::PasswordChange, code, Some(principal.user.id.clone()));
    audit::record_if_refused(context, outcome, refused).await
}

/// The order of the checks is part of the API contract: proof, setting, policy.
async fn try_set_password(
    context: Context<'_>,
    principal: &Principal,
    proof: Option<&str>,
    new: &Secret,
) -> Result<()> {
    if principal.user.has_verification_method() {
        ensure_recent_reauthentication(
            &mut context.core.store.read().await?,
            context.core,
            &principal.user,
            proof,
        )
        .await?;
    }
    ensure_editable(context.core, |fields| fields.password)?;
    let accepted = passwords::validate_and_hash(context, new, &principal.user, ReusePolicy::Reject).await?;
    save_password_by_app(context, principal, proof, &accepted).await
}

async fn save_password_by_app(
    context: Context<'_>,
    principal: &Principal,
    proof: Option<&str>,
    accepted: &AcceptedPassword,
) -> Result<()> {
    let Context { core, caller } = context;
    let user = &principal.user;
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, user.id.as_str()).await?;
    // The grant may have ended while the password was hashed, and an account that has nothing to prove itself
    // with is not asked for a proof.
    grants::store::by_id(&mut tx, &principal.grant, core.now())
        .await?
        .ok_or(AccountApiError::VerificationRequired)?;
    // The address and password may have changed since the token was read, which can invalidate the proof.
    let today = lock_user(&mut tx, &user.id).await?;
    if today.has_verification_method() {
        ensure_recent_reauthentication(&mut tx, core, &today, proof).await?;
    }
    // A change made elsewhere meanwhile wins, also if the proof would still count for it.
    if today.password_digest != user.password_digest {
        return Err(AccountApiError::VerificationRequired.into());
    }
    let reason = SetReason::ChangeByApp { caller, session: &principal.session };
    passwords::set(&mut tx, core, &today, accepted, reason).await?;
    tx.commit().await?;
    enqueue::wake_sender(core);
    Ok(())
}
