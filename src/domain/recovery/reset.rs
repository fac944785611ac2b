//! Sets the new password. It is validated and hashed before anything is written; then the grant is consumed,
//! the password saved, sessions ended, notices and the audit entry written, in one transaction (step_order,
//! single_use, nothing_lost). A refused password leaves the grant as it was.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::message::PasswordChange;
use crate::model::secret::Secret;
use crate::model::settings::SessionRevocation;
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::model::verification::{Purpose, VerificationRequest};
use crate::store::sql::Tx;
use crate::store::users;

use super::super::credentials::{ChangeKind, CredentialChange, end_proofs};
use super::super::notify::{self, PasswordChangeNotice};
use super::super::oidc::revocation;
use super::super::passwords::{AcceptedPassword, LiveCheck, ReusePolicy};
use super::super::throttle::{LimitKind, clear, lock_subject, row_id};
use super::super::verification::{self, VerifiedGrant};
use super::super::webhooks::{self, EventContext, WebhookEvent};
use super::super::{Core, audit, memory_limiter, passwords};

/// The result of a reset.
#[derive(Clone, Debug)]
pub struct ResetOutcome {
    /// The identifier to sign in with.
    pub identifier: Identifier,
    /// How many sessions ended.
    pub ended_sessions: i64,
}

/// The identifier whose password the grant sets; refused when the grant is gone.
pub async fn load_identifier(rekey: &Core, grant: &VerifiedGrant) -> Result<Identifier> {
    let mut tx = rekey.store.read().await?;
    let (request, _) = load_granted_request(&mut tx, rekey, grant).await?;
    Identifier::from_key(&request.identifier).ok_or(Error::Refused(Refusal::GrantInvalid))
}

/// Checks a password while it is typed. Nothing is counted against the grant, nothing written.
pub async fn live_check(
    rekey: &Core,
    caller: &Caller,
    grant: &VerifiedGrant,
    password: &Secret,
) -> Result<LiveCheck> {
    memory_limiter::limit(rekey, caller, grant.request.as_str())?;
    let mut tx = rekey.store.read().await?;
    let (_, user) = load_granted_request(&mut tx, rekey, grant).await?;
    tx.rollback().await?;
    passwords::live_check(rekey, password, &user).await
}

async fn load_granted_request(
    tx: &mut Tx,
    rekey: &Core,
    grant: &VerifiedGrant,
) -> Result<(VerificationRequest, User)> {
    let request =
        verification::grant::find(tx, rekey, Purpose::Reset, grant).await?.ok_or(Refusal::GrantInvalid)?;
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantInvalid)?;
    let user = users::by_id(tx, owner).await?.filter(|user| !user.is_suspended);
    Ok((request, user.ok_or(Refusal::GrantInvalid)?))
}

/// Sets the new password.
pub async fn reset_password(
    rekey: &Core,
    caller: &Caller,
    grant: &VerifiedGrant,
    password: &Secret,
) -> Result<ResetOutcome> {
    let accepted = validate_new_password(rekey, caller, grant, password, ReusePolicy::Allow).await?;
    set_password(rekey, caller, grant, &accepted).await
}

/// Validates and hashes the new password. Nothing is written, and the grant stays as it was.
pub async fn validate_new_password(
    rekey: &Core,
    caller: &Caller,
    grant: &VerifiedGrant,
    password: &Secret,
    again: ReusePolicy,
) -> Result<AcceptedPassword> {
    let outcome = async {
        let mut tx = rekey.store.read().await?;
        let (_, user) = load_granted_request(&mut tx, rekey, grant).await?;
        tx.rollback().await?;
        passwords::validate_and_hash(rekey, caller, password, &user, again).await
    };
    audit_refusal(rekey, caller, grant, outcome.await).await
}

/// Consumes the grant and saves the new password.
pub async fn set_password(
    rekey: &Core,
    caller: &Caller,
    grant: &VerifiedGrant,
    accepted: &AcceptedPassword,
) -> Result<ResetOutcome> {
    audit_refusal(rekey, caller, grant, try_set_password(rekey, caller, grant, accepted.phc()).await).await
}

/// Audits a refusal.
async fn audit_refusal<T>(
    rekey: &Core,
    caller: &Caller,
    grant: &VerifiedGrant,
    outcome: Result<T>,
) -> Result<T> {
    let refused =
        |code| Event::refused(EventKind::PasswordReset, code, None).with_subject(grant.request.as_str());
    audit::record_if_refused(rekey, caller, outcome, refused).await
}

async fn try_set_password(
    rekey: &Core,
    caller: &Caller,
    grant: &VerifiedGrant,
    phc: &str,
) -> Result<ResetOutcome> {
    consume_grant_and_set_password(rekey.store.write().await?, rekey, caller, grant, phc).await
}

/// Consumes the grant in this transaction and ends its request.
pub(super) async fn consume_grant_and_set_password(
    mut tx: Tx,
    rekey: &Core,
    caller: &Caller,
    grant: &VerifiedGrant,
    phc: &str,
) -> Result<ResetOutcome> {
    let now = rekey.now();
    let (found, user) = load_granted_request(&mut tx, rekey, grant).await?;
    lock_subject(&mut tx, rekey, &found.subject).await?;
    clear_rate_limits(&mut tx, rekey, &found).await?;
    let request = verification::grant::consume(&mut tx, rekey, Purpose::Reset, grant).await?;
    let kind = ChangeKind::PasswordReset(&request.identifier);
    end_proofs(&mut tx, rekey, &CredentialChange::without_session(&user, kind)).await?;
    if !users::save_password(&mut tx, &user.id, phc, now).await? {
        return Err(Refusal::GrantInvalid.into());
    }
    let ended_sessions = match rekey.snapshot().settings.after_password_change.revoke {
        SessionRevocation::None => 0,
        // The browser that resets is not signed in: all sessions are other sessions.
        SessionRevocation::Others | SessionRevocation::All => {
            revocation::revoke_other_sessions(&mut tx, rekey, &user.id, None).await?
        }
    };
    let reset = Reset { user: &user, request: &request, at: now, ended_sessions };
    record_and_notify(&mut tx, rekey, caller, &reset).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    let identifier = Identifier::from_key(&request.identifier).ok_or(Refusal::GrantInvalid)?;
    Ok(ResetOutcome { identifier, ended_sessions })
}

/// Clears the counters of messages, guesses and failed sign-ins after a success. Throttle rows are locked
/// before request rows, as everywhere.
pub(super) async fn clear_rate_limits(
    tx: &mut Tx,
    rekey: &Core,
    request: &VerificationRequest,
) -> Result<()> {
    let kinds = [
        (LimitKind::Sends, &request.identifier),
        (LimitKind::Guesses, &request.subject),
        (LimitKind::SignIn, &request.subject),
    ];
    for (purpose, subject) in kinds {
        clear(tx, &row_id(rekey, purpose, subject)).await?;
    }
    Ok(())
}

/// A password that was reset.
struct Reset<'a> {
    /// The user, as they were before.
    user: &'a User,
    /// The verified request.
    request: &'a VerificationRequest,
    /// The exact time that is stored with the account.
    at: Timestamp,
    /// How many sessions ended.
    ended_sessions: i64,
}

async fn record_and_notify(tx: &mut Tx, rekey: &Core, caller: &Caller, reset: &Reset<'_>) -> Result<()> {
    let Reset { user, request, at, ended_sessions } = *reset;
    let how = if user.password_digest.is_some() { PasswordChange::Reset } else { PasswordChange::FirstSet };
    let change = PasswordChangeNotice {
        how,
        at,
        device: caller.device(),
        locale: &caller.locale,
        ended_sessions,
        proved_by: Some(request.identifier.clone()),
    };
    notify::enqueue_password_notice(tx, rekey, user, &change).await?;
    let scene = EventContext::during(caller, Purpose::Reset, request.id.as_str());
    webhooks::publish(tx, rekey, scene, WebhookEvent::PasswordReset(user)).await?;
    webhooks::publish(tx, rekey, scene, WebhookEvent::UserUpdated(user)).await?;
    let event =
        Event::success(EventKind::PasswordReset, Some(user.id.clone())).with_subject(request.id.as_str());
    audit::record(tx, rekey, caller, &event).await
}
