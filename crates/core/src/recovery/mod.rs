//! Recovery: sets a new password for a user who proved an address of the account with the purpose `Reset`
//! (`verification`). The password is validated and hashed before anything is written; then the grant is
//! consumed and the password set, in one transaction (step_order, single_use, nothing_lost).

pub mod reset_by_token;

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::passwords::{self, AcceptedPassword, LiveCheck, ReusePolicy, SetReason};
use crate::throttle::{in_memory, lock_subject};
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::verification::verification_request::VerificationRequest;
use crate::verification::{self, VerifiedGrant};
use crate::{Context, Core, audit, users};

/// The result of a reset.
#[derive(Clone, Debug)]
pub struct ResetOutcome {
    /// The identifier to sign in with.
    pub identifier: Identifier,
    /// How many sessions ended.
    pub ended_sessions: i64,
}

/// The identifier whose password the grant sets; refused when the grant is gone.
pub async fn load_identifier(core: &Core, grant: &VerifiedGrant) -> Result<Identifier> {
    let mut tx = core.store.read().await?;
    let (request, _) = load_granted_request(&mut tx, core, grant).await?;
    Identifier::from_key(&request.identifier).ok_or(Error::Refused(Refusal::GrantInvalid))
}

/// Checks a password while it is typed. Nothing is counted against the grant, nothing written.
pub async fn live_check(context: Context<'_>, grant: &VerifiedGrant, password: &Secret) -> Result<LiveCheck> {
    in_memory::limit(context, grant.request.as_str())?;
    let mut tx = context.core.store.read().await?;
    let (_, user) = load_granted_request(&mut tx, context.core, grant).await?;
    tx.rollback().await?;
    passwords::live_check(context.core, password, &user).await
}

async fn load_granted_request(
    tx: &mut Tx,
    core: &Core,
    grant: &VerifiedGrant,
) -> Result<(VerificationRequest, User)> {
    let request =
        verification::grant::find(tx, core, Purpose::Reset, grant).await?.ok_or(Refusal::GrantInvalid)?;
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantInvalid)?;
    let user = users::store::by_id(tx, owner).await?.filter(|user| !user.is_suspended);
    Ok((request, user.ok_or(Refusal::GrantInvalid)?))
}

/// Sets the new password.
#[tracing::instrument(skip_all)]
pub async fn reset_password(
    context: Context<'_>,
    grant: &VerifiedGrant,
    password: &Secret,
) -> Result<ResetOutcome> {
    let accepted = validate_new_password(context, grant, password, ReusePolicy::Allow).await?;
    set_password(context, grant, &accepted).await
}

/// Validates and hashes the new password. Nothing is written, and the grant stays as it was: a refused
/// password does not use it up.
#[tracing::instrument(skip_all)]
pub async fn validate_new_password(
    context: Context<'_>,
    grant: &VerifiedGrant,
    password: &Secret,
    again: ReusePolicy,
) -> Result<AcceptedPassword> {
    let outcome = async {
        let mut tx = context.core.store.read().await?;
        let (_, user) = load_granted_request(&mut tx, context.core, grant).await?;
        tx.rollback().await?;
        passwords::validate_and_hash(context, password, &user, again).await
    };
    audit_refusal(context, grant, outcome.await).await
}

/// Consumes the grant and saves the new password.
#[tracing::instrument(name = "reset_password", skip_all)]
pub async fn set_password(
    context: Context<'_>,
    grant: &VerifiedGrant,
    accepted: &AcceptedPassword,
) -> Result<ResetOutcome> {
    audit_refusal(context, grant, try_set_password(context, grant, accepted).await).await
}

/// Audits a refusal.
async fn audit_refusal<T>(context: Context<'_>, grant: &VerifiedGrant, outcome: Result<T>) -> Result<T> {
    let refused =
        |code| Event::refused(EventKind::PasswordReset, code, None).with_subject(grant.request.as_str());
    audit::record_if_refused(context, outcome, refused).await
}

async fn try_set_password(
    context: Context<'_>,
    grant: &VerifiedGrant,
    accepted: &AcceptedPassword,
) -> Result<ResetOutcome> {
    consume_grant_and_set_password(context.core.store.write().await?, context, grant, accepted).await
}

/// Consumes the grant in this transaction and ends its request.
async fn consume_grant_and_set_password(
    mut tx: Tx,
    context: Context<'_>,
    grant: &VerifiedGrant,
    accepted: &AcceptedPassword,
) -> Result<ResetOutcome> {
    let Context { core, caller } = context;
    let (found, user) = load_granted_request(&mut tx, core, grant).await?;
    // Read before the commit: what follows it must not turn a reset that was done into an error.
    let identifier = Identifier::from_key(&found.identifier).ok_or(Refusal::GrantInvalid)?;
    lock_subject(&mut tx, core, &found.subject).await?;
    passwords::clear_limits_after_recovery(&mut tx, core, &found.subject, &found.identifier).await?;
    let request = verification::grant::consume(&mut tx, core, Purpose::Reset, grant).await?;
    let reason = SetReason::Reset { caller, request: &request };
    let outcome = passwords::set(&mut tx, core, &user, accepted, reason).await?;
    tx.commit().await?;
    enqueue::wake_sender(core);
    Ok(ResetOutcome { identifier, ended_sessions: outcome.ended_sessions })
}
