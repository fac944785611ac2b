//! A signed-in person changes the password, or sets a first one. On our pages the current one is asked for when there is one, and through
//! an app a proof of the last minutes; checking it is counted like a sign-in, so that an open laptop is no oracle. The surprise: who was
//! sent here by the sign-in to change it has just typed it, and is not asked again.

use crate::model::caller::Caller;
use crate::model::error::{Denied, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::secret::Secret;
use crate::model::settings::FieldAccess;
use crate::model::user::User;
use crate::store::{grants, users};

use super::new_password::{Changed, Replacement, Token, Way, Written, revoke, tell, write};
use super::who::{Who, editable, permitted};
use crate::domain::credentials::{ChangeKind, CredentialChange, end_proofs};
use crate::domain::notify;
use crate::domain::passwords::{Again, Glance};
use crate::domain::sessions::Present;
use crate::domain::sign_in::sentinel::{self, Failure, Means, Subject, Try};
use crate::domain::sign_in::unfinished::TryGuard;
use crate::domain::throttle::hold;
use crate::domain::{Rekey, audit, pace, passwords};

/// Whether the settings let people change their password themselves.
pub fn may_change_password(rekey: &Rekey) -> bool {
    let live = rekey.live();
    let center = &live.settings.account_center;
    center.enabled && center.fields.password == FieldAccess::Edit
}

/// Looks at a new password while it is typed. Nothing is written.
pub async fn glance(rekey: &Rekey, caller: &Caller, here: &Present, password: &Secret) -> Result<Glance> {
    if !may_change_password(rekey) {
        return Err(Refusal::NotFound.into());
    }
    pace::admit(rekey, caller, here.session.id.as_str())?;
    passwords::glance(rekey, password, &here.user).await
}

/// Whether the current password has to be given. Not for a session that only changes the password: it was started by that
/// very password some minutes ago and is worth nothing once another is set, so it is the proof that ASVS 6.2.3 asks for.
pub const fn asks_for_current(here: &Present) -> bool {
    here.user.password_digest.is_some() && here.session.must_change.is_none()
}

/// What somebody types who changes their password.
#[derive(Clone, Copy, Debug)]
pub struct TypedPasswords<'a> {
    /// The one of now, where it is asked for.
    pub current: Option<&'a Secret>,
    /// The one to be.
    pub new: &'a Secret,
}

/// Changes the password of the person who is here. A session that only did this becomes an ordinary one.
pub async fn change_password(
    rekey: &Rekey,
    caller: &Caller,
    here: &Present,
    typed: TypedPasswords<'_>,
    token: Token,
) -> Result<Changed> {
    let outcome = attempt(rekey, caller, here, typed, token).await;
    let refused = |code| Event::refused(EventKind::PasswordChange, code, Some(here.user.id.clone()));
    audit::record_if_refused(rekey, caller, outcome, refused).await
}

async fn attempt(
    rekey: &Rekey,
    caller: &Caller,
    here: &Present,
    typed: TypedPasswords<'_>,
    token: Token,
) -> Result<Changed> {
    if !may_change_password(rekey) {
        return Err(Refusal::NotFound.into());
    }
    if asks_for_current(here) {
        let stored = here.user.password_digest.as_deref();
        confirm(rekey, caller, &here.user, stored, typed.current).await?;
    }
    let accepted = passwords::accept(rekey, caller, typed.new, &here.user, Again::Fine).await?;
    write(rekey, caller, here, Replacement { phc: accepted.phc(), token, way: Way::Known }).await
}

/// Checks the current password, counted and locked like a sign-in. Without one it is the same work, and wrong.
pub(in crate::domain) async fn confirm(
    rekey: &Rekey,
    caller: &Caller,
    user: &User,
    stored: Option<&str>,
    current: Option<&Secret>,
) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    if let Some(retry_after) = sentinel::admit_network(&mut tx, rekey, caller).await? {
        return Err(Refusal::Throttled { retry_after }.into());
    }
    let turn = sentinel::admit(&mut tx, rekey, user.id.as_str(), Means::Password).await?;
    tx.commit().await?;
    match turn {
        Try::Locked(retry_after) => return Err(Refusal::Throttled { retry_after }.into()),
        Try::Blocked => return Err(Refusal::PasswordBlocked.into()),
        Try::Passes | Try::Last(_) | Try::LastInARow => {}
    }
    let identifier = Identifier::parse(&user.best_identifier());
    let subject = Subject { user: Some(&user.id), identifier: identifier.as_ref() };
    let guard = TryGuard::new(rekey, caller, subject, turn);
    guard.finish(compare(rekey, caller, PasswordOwner { user, stored }, current, turn).await)
}

/// A person, and the digest of their password when they have one.
struct PasswordOwner<'a> {
    user: &'a User,
    stored: Option<&'a str>,
}

/// Compares what was typed, once that is counted.
async fn compare(
    rekey: &Rekey,
    caller: &Caller,
    owner: PasswordOwner<'_>,
    current: Option<&Secret>,
    turn: Try,
) -> Result<()> {
    let PasswordOwner { user, stored } = owner;
    let nothing = Secret::default();
    let verdict = match rekey.hasher.verify(caller.network(), current.unwrap_or(&nothing), stored).await {
        Ok(verdict) => verdict,
        Err(error) => {
            fail(rekey, caller, user, turn).await?;
            return Err(error);
        }
    };
    if verdict.matches {
        let mut tx = rekey.store.write().await?;
        // The right one is no failure, whatever becomes of the new password.
        sentinel::record_success(&mut tx, rekey, caller, &user.id).await?;
        return Ok(tx.commit().await?);
    }
    Err(fail(rekey, caller, user, turn).await?.into())
}

/// Writes down that a try failed, or was counted and could not be checked: a lock that closes all the same must be in the log.
async fn fail(rekey: &Rekey, caller: &Caller, user: &User, turn: Try) -> Result<Refusal> {
    let identifier = Identifier::parse(&user.best_identifier());
    let subject = Subject { user: Some(&user.id), identifier: identifier.as_ref() };
    let mut tx = rekey.store.write().await?;
    let failure = Failure { turn, usual: Refusal::CurrentPassword };
    let refusal = sentinel::record_failure(&mut tx, rekey, caller, subject, failure).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(refusal)
}

/// Changes the password of the person whose token an app sent. Who has neither password nor address has nothing to prove themselves
/// with, and sets the first one without.
pub async fn set_password(
    rekey: &Rekey,
    caller: &Caller,
    who: &Who,
    proof: Option<&str>,
    new: &Secret,
) -> Result<()> {
    let outcome = attempt_by_app(rekey, caller, who, proof, new).await;
    let refused = |code| Event::refused(EventKind::PasswordChange, code, Some(who.user.id.clone()));
    audit::record_if_refused(rekey, caller, outcome, refused).await
}

/// The order is contract: the proof, the setting, the policy.
async fn attempt_by_app(
    rekey: &Rekey,
    caller: &Caller,
    who: &Who,
    proof: Option<&str>,
    new: &Secret,
) -> Result<()> {
    if who.user.can_prove_themselves() {
        permitted(&mut rekey.store.read().await?, rekey, &who.user, proof).await?;
    }
    editable(rekey, |fields| fields.password)?;
    let accepted = passwords::accept(rekey, caller, new, &who.user, Again::Refused).await?;
    write_by_app(rekey, caller, who, proof, accepted.phc()).await
}

async fn write_by_app(
    rekey: &Rekey,
    caller: &Caller,
    who: &Who,
    proof: Option<&str>,
    phc: &str,
) -> Result<()> {
    let (user, now) = (&who.user, rekey.now());
    let mut tx = rekey.store.write().await?;
    hold(&mut tx, rekey, user.id.as_str()).await?;
    // The sign-in may have ended while the password was hashed, and an account that was left without anything to prove asks for no proof.
    grants::by_id(&mut tx, &who.grant, now).await?.ok_or(Denied::ProofMissing)?;
    // Address and password may have changed since the token was read, and with them what the proof is worth.
    let today = users::hold(&mut tx, &user.id).await?.ok_or(Denied::ProofMissing)?;
    if today.can_prove_themselves() {
        permitted(&mut tx, rekey, &today, proof).await?;
    }
    let change =
        CredentialChange { user: &today, kind: ChangeKind::PasswordChanged, keep: Some(&who.session) };
    end_proofs(&mut tx, rekey, &change).await?;
    if !users::swap_password(&mut tx, &user.id, user.password_digest.as_deref(), phc, now).await? {
        return Err(Denied::ProofMissing.into());
    }
    let ended = revoke(&mut tx, rekey, &today, &who.session).await?;
    let written = Written { user: &today, way: Way::Known, at: now, ended_sessions: ended };
    tell(&mut tx, rekey, caller, &written).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(())
}
