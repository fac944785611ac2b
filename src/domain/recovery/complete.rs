//! The new password. It is judged and hashed before anything is written; then the grant is spent, the password saved, sessions
//! ended, notices and the audit line written in one transaction (step_order, single_use, nothing_lost). A refused password
//! leaves the grant as it was.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::RequestId;
use crate::model::message::PasswordChange;
use crate::model::recovery::{InteractionEvent, RecoveryRequest};
use crate::model::secret::{Secret, digest};
use crate::model::settings::Revoke;
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{recovery, users};

use super::super::credentials::{ChangeKind, CredentialChange, end_proofs};
use super::super::notify::{self, Change};
use super::super::oidc::ending;
use super::super::passwords::{Accepted, Again, Glance};
use super::super::throttle::{Purpose, clear, hold, id};
use super::super::webhooks::{self, Fact, Scene};
use super::super::{Rekey, audit, pace, passwords};

/// What a browser must hold to set a password.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The request.
    pub request: RequestId,
    /// Its token.
    pub token: Secret,
}

/// What changed.
#[derive(Clone, Debug)]
pub struct Completed {
    /// The identifier to sign in with.
    pub identifier: Identifier,
    /// How many sessions ended.
    pub ended_sessions: i64,
}

/// Whose password the grant sets; refused when it is gone.
pub async fn look(rekey: &Rekey, grant: &Grant) -> Result<Identifier> {
    let mut tx = rekey.store.read().await?;
    let (request, _) = granted(&mut tx, rekey, grant).await?;
    Identifier::from_tagged(&request.identifier).ok_or(Error::Refused(Refusal::GrantGone))
}

/// Looks at a password while it is typed. Nothing is counted against the grant, nothing written.
pub async fn glance(rekey: &Rekey, caller: &Caller, grant: &Grant, password: &Secret) -> Result<Glance> {
    pace::admit(rekey, caller, grant.request.as_str())?;
    let mut tx = rekey.store.read().await?;
    let (_, user) = granted(&mut tx, rekey, grant).await?;
    tx.rollback().await?;
    passwords::glance(rekey, password, &user).await
}

async fn granted(tx: &mut Tx, rekey: &Rekey, grant: &Grant) -> Result<(RecoveryRequest, User)> {
    let (token, event) = (digest(grant.token.expose()), InteractionEvent::ForgotPassword);
    let found = recovery::by_grant(tx, &grant.request, &token, event, rekey.now()).await?;
    let request = found.ok_or(Refusal::GrantGone)?;
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantGone)?;
    let user = users::by_id(tx, owner).await?.filter(|user| !user.is_suspended);
    Ok((request, user.ok_or(Refusal::GrantGone)?))
}

/// Sets the new password.
pub async fn complete(rekey: &Rekey, caller: &Caller, grant: &Grant, password: &Secret) -> Result<Completed> {
    let accepted = judge(rekey, caller, grant, password, Again::Fine).await?;
    save(rekey, caller, grant, &accepted).await
}

/// Judges and hashes the new password. Nothing is written of it, and the grant stays as it was.
pub async fn judge(
    rekey: &Rekey,
    caller: &Caller,
    grant: &Grant,
    password: &Secret,
    again: Again,
) -> Result<Accepted> {
    let outcome = async {
        let mut tx = rekey.store.read().await?;
        let (_, user) = granted(&mut tx, rekey, grant).await?;
        tx.rollback().await?;
        passwords::accept(rekey, caller, password, &user, again).await
    };
    noted(rekey, caller, grant, outcome.await).await
}

/// Spends the grant and saves the new password.
pub async fn save(rekey: &Rekey, caller: &Caller, grant: &Grant, accepted: &Accepted) -> Result<Completed> {
    noted(rekey, caller, grant, write(rekey, caller, grant, accepted.phc()).await).await
}

/// A refusal leaves its line in the audit log.
async fn noted<T>(rekey: &Rekey, caller: &Caller, grant: &Grant, outcome: Result<T>) -> Result<T> {
    let refused = |code| Event::refused(EventKind::PasswordReset, code, None).about(grant.request.as_str());
    audit::record_if_refused(rekey, caller, outcome, refused).await
}

async fn write(rekey: &Rekey, caller: &Caller, grant: &Grant, phc: &str) -> Result<Completed> {
    spend(rekey.store.write().await?, rekey, caller, grant, phc).await
}

/// Spends the grant in this transaction and ends it.
pub(super) async fn spend(
    mut tx: Tx,
    rekey: &Rekey,
    caller: &Caller,
    grant: &Grant,
    phc: &str,
) -> Result<Completed> {
    let now = rekey.now();
    let (found, user) = granted(&mut tx, rekey, grant).await?;
    hold(&mut tx, rekey, &found.subject).await?;
    forget_counts(&mut tx, rekey, &found).await?;
    let (token, event) = (digest(grant.token.expose()), InteractionEvent::ForgotPassword);
    let spent = recovery::mark_completed(&mut tx, &grant.request, &token, event, now).await?;
    let request = spent.ok_or(Refusal::GrantGone)?;
    let kind = ChangeKind::PasswordReset(&request.identifier);
    end_proofs(&mut tx, rekey, &CredentialChange::without_session(&user, kind)).await?;
    if !users::save_password(&mut tx, &user.id, phc, now).await? {
        return Err(Refusal::GrantGone.into());
    }
    let ended_sessions = match rekey.live().settings.after_password_change.revoke {
        Revoke::None => 0,
        // The browser that resets is not signed in: all sessions are others.
        Revoke::Others | Revoke::All => ending::all_but(&mut tx, rekey, &user.id, None).await?,
    };
    let reset = Reset { user: &user, request: &request, at: now, ended_sessions };
    tell(&mut tx, rekey, caller, &reset).await?;
    tx.commit().await?;
    notify::ring(rekey);
    let identifier = Identifier::from_tagged(&request.identifier).ok_or(Refusal::GrantGone)?;
    Ok(Completed { identifier, ended_sessions })
}

/// A success forgets the sends, guesses and failed sign-ins that were counted. Throttle rows are locked before request rows,
/// as everywhere.
pub(super) async fn forget_counts(tx: &mut Tx, rekey: &Rekey, request: &RecoveryRequest) -> Result<()> {
    let kinds = [
        (Purpose::Sends, &request.identifier),
        (Purpose::Guesses, &request.subject),
        (Purpose::SignIn, &request.subject),
    ];
    for (purpose, subject) in kinds {
        clear(tx, &id(rekey, purpose, subject)).await?;
    }
    Ok(())
}

/// A password that was reset.
struct Reset<'a> {
    /// Whose, as they were before.
    user: &'a User,
    /// The request that opened it.
    request: &'a RecoveryRequest,
    /// The very moment that is kept at the account.
    at: Timestamp,
    /// How many sessions ended.
    ended_sessions: i64,
}

async fn tell(tx: &mut Tx, rekey: &Rekey, caller: &Caller, reset: &Reset<'_>) -> Result<()> {
    let Reset { user, request, at, ended_sessions } = *reset;
    let how = if user.password_digest.is_some() { PasswordChange::Reset } else { PasswordChange::FirstSet };
    let change = Change {
        how,
        at,
        device: caller.device(),
        locale: &caller.locale,
        ended_sessions,
        proved_by: Some(request.identifier.clone()),
    };
    notify::enqueue_password_notice(tx, rekey, user, &change).await?;
    let scene = Scene::during(caller, InteractionEvent::ForgotPassword, request.id.as_str());
    webhooks::tell(tx, rekey, scene, Fact::PasswordReset(user)).await?;
    webhooks::tell(tx, rekey, scene, Fact::UserUpdated(user)).await?;
    let event = Event::success(EventKind::PasswordReset, Some(user.id.clone())).about(request.id.as_str());
    audit::record(tx, rekey, caller, &event).await
}
