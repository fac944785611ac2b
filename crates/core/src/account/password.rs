//! A signed-in user changes the password, or sets a first one. Our pages ask for the current password if
//! there is one, and apps need a recent verification record; attempts are counted like a sign-in, so that an
//! unattended session cannot be used to guess the password. A user whom sign-in sent here to replace the
//! password has just entered it and is not asked again.

use crate::account::authorization::{Principal, ensure_editable, ensure_recent_reauthentication};
use crate::account::password_change::{ChangeReason, PasswordChangeOutcome, Replacement, save_password};
use crate::audit::event::{Event, EventKind};
use crate::lockout::unfinished::TryGuard;
use crate::lockout::{self, AttemptKind, Failure, LockoutDecision, Subject};
use crate::messages::enqueue;
use crate::passwords::{self, AcceptedPassword, LiveCheck, ReusePolicy, SessionTokenPolicy, SetReason};
use crate::sessions::AuthenticatedUser;
use crate::throttle::{in_memory, lock_subject};
use crate::types::error::{AccountApiError, Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::{Context, grants, users};
use crate::{Core, audit};

/// Whether the settings let users change their own password.
pub fn may_change_password(core: &Core) -> bool {
    core.snapshot().settings.account_center.allows_password_change()
}

/// Checks a new password while it is typed. Nothing is written.
pub async fn live_check(
    context: Context<'_>,
    here: &AuthenticatedUser,
    password: &Secret,
) -> Result<LiveCheck> {
    if !may_change_password(context.core) {
        return Err(Refusal::NotFound.into());
    }
    in_memory::limit(context, here.session.id.as_str())?;
    passwords::live_check(context.core, password, &here.user).await
}

/// Whether the current password is required. It is not for a session that may only change the password: that
/// session was started with the current password minutes ago and is worthless once another is set, so it is
/// the proof that ASVS 6.2.3 asks for.
pub const fn requires_current_password(here: &AuthenticatedUser) -> bool {
    here.user.password_digest.is_some() && here.session.must_change.is_none()
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
    here: &AuthenticatedUser,
    typed: TypedPasswords<'_>,
    token: SessionTokenPolicy,
) -> Result<PasswordChangeOutcome> {
    let outcome = try_change_password(context, here, typed, token).await;
    let refused = |code| Event::refused(EventKind::PasswordChange, code, Some(here.user.id.clone()));
    audit::record_if_refused(context, outcome, refused).await
}

async fn try_change_password(
    context: Context<'_>,
    here: &AuthenticatedUser,
    typed: TypedPasswords<'_>,
    token: SessionTokenPolicy,
) -> Result<PasswordChangeOutcome> {
    if !may_change_password(context.core) {
        return Err(Refusal::NotFound.into());
    }
    if requires_current_password(here) {
        let stored = here.user.password_digest.as_deref();
        verify_current_password(context, &here.user, stored, typed.current).await?;
    }
    let accepted = passwords::validate_and_hash(context, typed.new, &here.user, ReusePolicy::Allow).await?;
    let replacement = Replacement { accepted: &accepted, token, way: ChangeReason::SignedIn };
    save_password(context, here, replacement).await
}

/// Checks the current password, counted and locked like a sign-in. A user without a password costs the same
/// work, and the result is always wrong.
pub(crate) async fn verify_current_password(
    context: Context<'_>,
    user: &User,
    stored: Option<&str>,
    current: Option<&Secret>,
) -> Result<()> {
    let mut tx = context.core.store.write().await?;
    if let Some(retry_after) = lockout::limit_by_network(&mut tx, context).await? {
        return Err(Refusal::Throttled { retry_after }.into());
    }
    let turn = lockout::count_attempt(&mut tx, context.core, user.id.as_str(), AttemptKind::Password).await?;
    tx.commit().await?;
    match turn {
        LockoutDecision::Locked(retry_after) => return Err(Refusal::Throttled { retry_after }.into()),
        LockoutDecision::Blocked => return Err(Refusal::PasswordBlocked.into()),
        LockoutDecision::Allowed | LockoutDecision::LastBeforeLock(_) | LockoutDecision::LastBeforeBlock => {}
    }
    let identifier = Identifier::parse(&user.best_identifier());
    let subject = Subject { user: Some(&user.id), identifier: identifier.as_ref() };
    let guard = TryGuard::new(context, subject, turn);
    guard.finish(compare(context, PasswordOwner { user, stored }, current, turn).await)
}

/// A user, and their password digest if they have one.
struct PasswordOwner<'a> {
    user: &'a User,
    stored: Option<&'a str>,
}

/// Compares the typed password, after the attempt was counted.
async fn compare(
    context: Context<'_>,
    owner: PasswordOwner<'_>,
    current: Option<&Secret>,
    turn: LockoutDecision,
) -> Result<()> {
    let PasswordOwner { user, stored } = owner;
    let nothing = Secret::default();
    let verdict =
        match context.core.hasher.verify(context.caller.network(), current.unwrap_or(&nothing), stored).await
        {
            Ok(verdict) => verdict,
            Err(error) => {
                record_failure(context, user, turn).await?;
                return Err(error);
            }
        };
    if verdict.matches {
        let mut tx = context.core.store.write().await?;
        // A correct current password is a success, even if the new password is refused afterwards.
        lockout::record_success(&mut tx, context, &user.id).await?;
        return Ok(tx.commit().await?);
    }
    Err(record_failure(context, user, turn).await?.into())
}

/// Audits an attempt that failed, or that was counted but could not be checked: it may have locked the
/// account, and the log must show that.
async fn record_failure(context: Context<'_>, user: &User, turn: LockoutDecision) -> Result<Refusal> {
    let identifier = Identifier::parse(&user.best_identifier());
    let subject = Subject { user: Some(&user.id), identifier: identifier.as_ref() };
    let mut tx = context.core.store.write().await?;
    let failure = Failure { turn, usual: Refusal::WrongCurrentPassword };
    let refusal = lockout::record_failure(&mut tx, context, subject, failure).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Ok(refusal)
}

/// Changes the password of the user whose token an app sent. A user with neither a password nor an address
/// has nothing to prove themselves with, and sets the first password without a proof.
#[tracing::instrument(name = "set_account_password", skip_all)]
pub async fn set_password(
    context: Context<'_>,
    who: &Principal,
    proof: Option<&str>,
    new: &Secret,
) -> Result<()> {
    let outcome = try_set_password(context, who, proof, new).await;
    let refused = |code| Event::refused(EventKind::PasswordChange, code, Some(who.user.id.clone()));
    audit::record_if_refused(context, outcome, refused).await
}

/// The order of the checks is part of the API contract: proof, setting, policy.
async fn try_set_password(
    context: Context<'_>,
    who: &Principal,
    proof: Option<&str>,
    new: &Secret,
) -> Result<()> {
    if who.user.has_verification_method() {
        ensure_recent_reauthentication(&mut context.core.store.read().await?, context.core, &who.user, proof)
            .await?;
    }
    ensure_editable(context.core, |fields| fields.password)?;
    let accepted = passwords::validate_and_hash(context, new, &who.user, ReusePolicy::Reject).await?;
    save_password_by_app(context, who, proof, &accepted).await
}

async fn save_password_by_app(
    context: Context<'_>,
    who: &Principal,
    proof: Option<&str>,
    accepted: &AcceptedPassword,
) -> Result<()> {
    let Context { core, caller } = context;
    let user = &who.user;
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, user.id.as_str()).await?;
    // The grant may have ended while the password was hashed, and an account that has nothing to prove itself
    // with is not asked for a proof.
    grants::store::by_id(&mut tx, &who.grant, core.now())
        .await?
        .ok_or(AccountApiError::VerificationRequired)?;
    // The address and password may have changed since the token was read, which can invalidate the proof.
    let today = users::store::lock(&mut tx, &user.id).await?.ok_or(AccountApiError::VerificationRequired)?;
    if today.has_verification_method() {
        ensure_recent_reauthentication(&mut tx, core, &today, proof).await?;
    }
    // A change made elsewhere meanwhile wins, also if the proof would still count for it.
    if today.password_digest != user.password_digest {
        return Err(AccountApiError::VerificationRequired.into());
    }
    let reason = SetReason::ChangeByApp { caller, session: &who.session };
    passwords::set(&mut tx, core, &today, accepted, reason).await?;
    tx.commit().await?;
    enqueue::wake_sender(core);
    Ok(())
}
