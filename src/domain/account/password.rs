//! A signed-in user changes the password, or sets a first one. Our pages ask for the current password if
//! there is one, and apps need a recent verification record; attempts are counted like a sign-in, so that an
//! unattended session cannot be used to guess the password. A user whom sign-in sent here to replace the
//! password has just entered it and is not asked again.

use crate::model::caller::Caller;
use crate::model::error::{AccountApiError, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::secret::Secret;
use crate::model::settings::FieldAccess;
use crate::model::user::User;
use crate::store::{grants, users};

use super::authorization::{Principal, ensure_editable, ensure_recent_reauthentication};
use super::password_change::{
    ChangeReason, PasswordChangeOutcome, Replacement, SessionTokenPolicy, Written, record_and_notify,
    revoke_sessions, save_password,
};
use crate::domain::credentials::{ChangeKind, CredentialChange, end_proofs};
use crate::domain::notify;
use crate::domain::passwords::{LiveCheck, ReusePolicy};
use crate::domain::sessions::AuthenticatedUser;
use crate::domain::sign_in::lockout::{self, AttemptKind, Failure, LockoutDecision, Subject};
use crate::domain::sign_in::unfinished::TryGuard;
use crate::domain::throttle::lock_subject;
use crate::domain::{Core, audit, memory_limiter, passwords};

/// Whether the settings let users change their own password.
pub fn may_change_password(rekey: &Core) -> bool {
    let live = rekey.snapshot();
    let center = &live.settings.account_center;
    center.enabled && center.fields.password == FieldAccess::Edit
}

/// Checks a new password while it is typed. Nothing is written.
pub async fn live_check(
    rekey: &Core,
    caller: &Caller,
    here: &AuthenticatedUser,
    password: &Secret,
) -> Result<LiveCheck> {
    if !may_change_password(rekey) {
        return Err(Refusal::NotFound.into());
    }
    memory_limiter::limit(rekey, caller, here.session.id.as_str())?;
    passwords::live_check(rekey, password, &here.user).await
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
pub async fn change_password(
    rekey: &Core,
    caller: &Caller,
    here: &AuthenticatedUser,
    typed: TypedPasswords<'_>,
    token: SessionTokenPolicy,
) -> Result<PasswordChangeOutcome> {
    let outcome = try_change_password(rekey, caller, here, typed, token).await;
    let refused = |code| Event::refused(EventKind::PasswordChange, code, Some(here.user.id.clone()));
    audit::record_if_refused(rekey, caller, outcome, refused).await
}

async fn try_change_password(
    rekey: &Core,
    caller: &Caller,
    here: &AuthenticatedUser,
    typed: TypedPasswords<'_>,
    token: SessionTokenPolicy,
) -> Result<PasswordChangeOutcome> {
    if !may_change_password(rekey) {
        return Err(Refusal::NotFound.into());
    }
    if requires_current_password(here) {
        let stored = here.user.password_digest.as_deref();
        verify_current_password(rekey, caller, &here.user, stored, typed.current).await?;
    }
    let accepted =
        passwords::validate_and_hash(rekey, caller, typed.new, &here.user, ReusePolicy::Allow).await?;
    save_password(
        rekey,
        caller,
        here,
        Replacement { phc: accepted.phc(), token, way: ChangeReason::SignedIn },
    )
    .await
}

/// Checks the current password, counted and locked like a sign-in. A user without a password costs the same
/// work, and the result is always wrong.
pub(in crate::domain) async fn verify_current_password(
    rekey: &Core,
    caller: &Caller,
    user: &User,
    stored: Option<&str>,
    current: Option<&Secret>,
) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    if let Some(retry_after) = lockout::limit_by_network(&mut tx, rekey, caller).await? {
        return Err(Refusal::Throttled { retry_after }.into());
    }
    let turn = lockout::count_attempt(&mut tx, rekey, user.id.as_str(), AttemptKind::Password).await?;
    tx.commit().await?;
    match turn {
        LockoutDecision::Locked(retry_after) => return Err(Refusal::Throttled { retry_after }.into()),
        LockoutDecision::Blocked => return Err(Refusal::PasswordBlocked.into()),
        LockoutDecision::Allowed | LockoutDecision::LastBeforeLock(_) | LockoutDecision::LastBeforeBlock => {}
    }
    let identifier = Identifier::parse(&user.best_identifier());
    let subject = Subject { user: Some(&user.id), identifier: identifier.as_ref() };
    let guard = TryGuard::new(rekey, caller, subject, turn);
    guard.finish(compare(rekey, caller, PasswordOwner { user, stored }, current, turn).await)
}

/// A user, and their password digest if they have one.
struct PasswordOwner<'a> {
    user: &'a User,
    stored: Option<&'a str>,
}

/// Compares the typed password, after the attempt was counted.
async fn compare(
    rekey: &Core,
    caller: &Caller,
    owner: PasswordOwner<'_>,
    current: Option<&Secret>,
    turn: LockoutDecision,
) -> Result<()> {
    let PasswordOwner { user, stored } = owner;
    let nothing = Secret::default();
    let verdict = match rekey.hasher.verify(caller.network(), current.unwrap_or(&nothing), stored).await {
        Ok(verdict) => verdict,
        Err(error) => {
            record_failure(rekey, caller, user, turn).await?;
            return Err(error);
        }
    };
    if verdict.matches {
        let mut tx = rekey.store.write().await?;
        // A correct current password is a success, even if the new password is refused afterwards.
        lockout::record_success(&mut tx, rekey, caller, &user.id).await?;
        return Ok(tx.commit().await?);
    }
    Err(record_failure(rekey, caller, user, turn).await?.into())
}

/// Audits an attempt that failed, or that was counted but could not be checked: it may have locked the
/// account, and the log must show that.
async fn record_failure(
    rekey: &Core,
    caller: &Caller,
    user: &User,
    turn: LockoutDecision,
) -> Result<Refusal> {
    let identifier = Identifier::parse(&user.best_identifier());
    let subject = Subject { user: Some(&user.id), identifier: identifier.as_ref() };
    let mut tx = rekey.store.write().await?;
    let failure = Failure { turn, usual: Refusal::WrongCurrentPassword };
    let refusal = lockout::record_failure(&mut tx, rekey, caller, subject, failure).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(refusal)
}

/// Changes the password of the user whose token an app sent. A user with neither a password nor an address
/// has nothing to prove themselves with, and sets the first password without a proof.
pub async fn set_password(
    rekey: &Core,
    caller: &Caller,
    who: &Principal,
    proof: Option<&str>,
    new: &Secret,
) -> Result<()> {
    let outcome = try_set_password(rekey, caller, who, proof, new).await;
    let refused = |code| Event::refused(EventKind::PasswordChange, code, Some(who.user.id.clone()));
    audit::record_if_refused(rekey, caller, outcome, refused).await
}

/// The order of the checks is part of the API contract: proof, setting, policy.
async fn try_set_password(
    rekey: &Core,
    caller: &Caller,
    who: &Principal,
    proof: Option<&str>,
    new: &Secret,
) -> Result<()> {
    if who.user.has_verification_method() {
        ensure_recent_reauthentication(&mut rekey.store.read().await?, rekey, &who.user, proof).await?;
    }
    ensure_editable(rekey, |fields| fields.password)?;
    let accepted = passwords::validate_and_hash(rekey, caller, new, &who.user, ReusePolicy::Reject).await?;
    save_password_by_app(rekey, caller, who, proof, accepted.phc()).await
}

async fn save_password_by_app(
    rekey: &Core,
    caller: &Caller,
    who: &Principal,
    proof: Option<&str>,
    phc: &str,
) -> Result<()> {
    let user = &who.user;
    let now = rekey.now();
    let mut tx = rekey.store.write().await?;
    lock_subject(&mut tx, rekey, user.id.as_str()).await?;
    // The grant may have ended while the password was hashed, and an account that has nothing to prove itself
    // with is not asked for a proof.
    grants::by_id(&mut tx, &who.grant, now).await?.ok_or(AccountApiError::VerificationRequired)?;
    // The address and password may have changed since the token was read, which can invalidate the proof.
    let today = users::lock(&mut tx, &user.id).await?.ok_or(AccountApiError::VerificationRequired)?;
    if today.has_verification_method() {
        ensure_recent_reauthentication(&mut tx, rekey, &today, proof).await?;
    }
    let change =
        CredentialChange { user: &today, kind: ChangeKind::PasswordChanged, keep: Some(&who.session) };
    end_proofs(&mut tx, rekey, &change).await?;
    if !users::replace_password(&mut tx, &user.id, user.password_digest.as_deref(), phc, now).await? {
        return Err(AccountApiError::VerificationRequired.into());
    }
    let ended = revoke_sessions(&mut tx, rekey, &today, &who.session).await?;
    let written = Written { user: &today, way: ChangeReason::SignedIn, at: now, ended_sessions: ended };
    record_and_notify(&mut tx, rekey, caller, &written).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(())
}
