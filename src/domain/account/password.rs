//! A signed-in person changes the password, or sets a first one. On our pages the current one is asked for when there is one, and through
//! an app a proof of the last minutes; checking it is counted like a sign-in, so that an open laptop is no oracle. The surprise: who was
//! sent here by the sign-in to change it has just typed it, and is not asked again.

use crate::model::caller::Caller;
use crate::model::error::{Denied, Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::secret::Secret;
use crate::model::settings::FieldAccess;
use crate::model::user::User;
use crate::store::{grants, users};

use super::new_password::{Changed, Token, Way, revoke, tell, write};
use super::who::{Who, editable, permitted};
use crate::domain::credentials::{ChangeKind, CredentialChange, end_proofs};
use crate::domain::notify;
use crate::domain::passwords::{Again, Glance};
use crate::domain::sessions::Present;
use crate::domain::sign_in::sentinel::{self, Means, Try};
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

/// Changes the password of the person who is here. A session that only did this becomes an ordinary one.
pub async fn change_password(
    rekey: &Rekey,
    caller: &Caller,
    here: &Present,
    words: (Option<&Secret>, &Secret),
    token: Token,
) -> Result<Changed> {
    let outcome = attempt(rekey, caller, here, words, token).await;
    if let Err(Error::Refused(refusal)) = &outcome {
        let event = Event::refused(EventKind::PasswordChange, refusal.code(), Some(here.user.id.clone()));
        audit::record_alone(rekey, caller, &event).await?;
    }
    outcome
}

async fn attempt(
    rekey: &Rekey,
    caller: &Caller,
    here: &Present,
    words: (Option<&Secret>, &Secret),
    token: Token,
) -> Result<Changed> {
    let (current, new) = words;
    if !may_change_password(rekey) {
        return Err(Refusal::NotFound.into());
    }
    if asks_for_current(here) {
        confirm(rekey, caller, (&here.user, here.user.password_digest.as_deref()), current).await?;
    }
    let accepted = passwords::accept(rekey, caller, new, &here.user, Again::Fine).await?;
    write(rekey, caller, here, accepted.phc(), (token, Way::Known)).await
}

/// Checks the current password, counted and locked like a sign-in. Without one it is the same work, and wrong.
pub(in crate::domain) async fn confirm(
    rekey: &Rekey,
    caller: &Caller,
    (user, stored): (&User, Option<&str>),
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
    let guard = TryGuard::new(rekey, caller, (Some(&user.id), identifier.as_ref()), turn);
    guard.finish(compare(rekey, caller, (user, stored), current, turn).await)
}

/// Compares what was typed, once that is counted.
async fn compare(
    rekey: &Rekey,
    caller: &Caller,
    (user, stored): (&User, Option<&str>),
    current: Option<&Secret>,
    turn: Try,
) -> Result<()> {
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
        sentinel::succeeded(&mut tx, rekey, caller, &user.id).await?;
        return Ok(tx.commit().await?);
    }
    Err(fail(rekey, caller, user, turn).await?.into())
}

/// Writes down that a try failed, or was counted and could not be checked: a lock that closes all the same must be in the log.
async fn fail(rekey: &Rekey, caller: &Caller, user: &User, turn: Try) -> Result<Refusal> {
    let identifier = Identifier::parse(&user.best_identifier());
    let whose = (Some(&user.id), identifier.as_ref());
    let mut tx = rekey.store.write().await?;
    let outcome = (turn, Refusal::CurrentPassword);
    let refusal = sentinel::fail(&mut tx, rekey, caller, whose, outcome).await?;
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
    if let Err(Error::Refused(refusal)) = &outcome {
        let event = Event::refused(EventKind::PasswordChange, refusal.code(), Some(who.user.id.clone()));
        audit::record_alone(rekey, caller, &event).await?;
    }
    outcome
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
    tell(&mut tx, rekey, caller, (&today, Way::Known), (now, ended)).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(())
}
