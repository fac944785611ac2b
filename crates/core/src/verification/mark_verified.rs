//! Marks requests as verified, with what that means for the guesses and the grant: the one that waited for a
//! code or link, or a new one for what was proved beforehand by a password or a one-time token.

use crate::db::sql::Tx;
use crate::throttle::{LimitKind, clear, lock_subject, row_id};
use crate::types::error::Result;
use crate::types::identifier::Identifier;
use crate::types::purpose::Purpose;
use crate::types::secret::{Secret, generate_token, sha256_digest};
use crate::types::time::Timestamp;
use crate::users::user::User;
use crate::verification::audit_verification;
use crate::verification::link::VerifiedRequest;
use crate::verification::policy::{GrantKind, RECORD_TTL_SECONDS, counting, policy};
use crate::verification::request::addressee::Addressee;
use crate::verification::request::plan::{blank_request, new_request};
use crate::verification::store::{self, verified_grants};
use crate::verification::verification_request::{RequestState, VerificationRequest, VerifiedBy};
use crate::{Context, Core, lockout};

/// Marks the request as verified and clears the wrong guesses of its subject; false for a decoy.
pub(super) async fn mark_verified(
    tx: &mut Tx,
    core: &Core,
    request: &VerificationRequest,
    by: VerifiedBy,
    grant: Option<&Secret>,
) -> Result<bool> {
    let until = request.grant_expires_at.filter(|_| is_record(core, request));
    let until = until.unwrap_or_else(|| new_grant_expiry(core));
    let digest = grant.map(|grant| sha256_digest(grant.expose()));
    let verified = verified_grants::mark_verified(tx, &request.id, by, digest.as_deref(), until).await?;
    if verified {
        // Only the subject's own counter: a code sent to a thief's own mailbox must not buy another round of
        // guesses at an account.
        clear(tx, &row_id(core, LimitKind::Guesses, &request.subject)).await?;
        if is_record(core, request) && counting(request).is_sign_in {
            // No sign-in follows that would clear the failures.
            lockout::reset(tx, core, &request.subject).await?;
        }
    }
    Ok(verified)
}

fn is_record(core: &Core, request: &VerificationRequest) -> bool {
    policy(core, request.purpose).grant == GrantKind::Record
}

/// When a grant that is issued now expires.
pub(super) fn new_grant_expiry(core: &Core) -> Timestamp {
    core.now().plus_seconds(i64::from(core.snapshot().settings.recovery.grant_ttl))
}

/// Inserts a request that is verified from the start; returns its grant, or none if it cannot be verified.
pub(super) async fn insert_verified(
    tx: &mut Tx,
    context: Context<'_>,
    request: &VerificationRequest,
    by: VerifiedBy,
) -> Result<Option<Secret>> {
    store::insert(tx, request).await?;
    let grant = generate_token(context.core.rng());
    if !mark_verified(tx, context.core, request, by, Some(&grant)).await? {
        return Ok(None);
    }
    audit_verification(tx, context, request, "success").await?;
    Ok(Some(grant))
}

/// What was proved, and how.
#[derive(Clone, Copy)]
pub(crate) struct Preverification {
    /// The purpose of the request.
    pub purpose: Purpose,
    /// What proved it.
    pub by: VerifiedBy,
}

/// Writes the request and its grant; none when the flow is not possible for this identifier.
pub(crate) async fn create_preverified_request(
    tx: &mut Tx,
    context: Context<'_>,
    proof: Preverification,
    identifier: Identifier,
) -> Result<Option<VerifiedRequest>> {
    let addressee = Addressee::find(tx, proof.purpose, identifier).await?;
    if addressee.is_decoy() {
        return Ok(None);
    }
    lock_subject(tx, context.core, &addressee.subject()).await?;
    let request = VerificationRequest { verified_by: Some(proof.by), ..new_request(context, &addressee) };
    let grant = insert_verified(tx, context, &request, proof.by).await?;
    Ok(grant.map(|grant| VerifiedRequest {
        request: request.id,
        identifier: addressee.identifier,
        app_id: request.app_id,
        grant,
    }))
}

/// Writes the record of a user who was reauthenticated by the password, which needs no code.
pub(crate) async fn create_record_by_password(
    tx: &mut Tx,
    context: Context<'_>,
    user: &User,
) -> Result<VerificationRequest> {
    let record = VerificationRequest {
        user_id: Some(user.id.clone()),
        subject: user.id.0.clone(),
        state: RequestState::Verified,
        verified_by: Some(VerifiedBy::Password),
        password_changed_at: Some(user.password_changed_at_or_epoch()),
        ..blank_request(context, Purpose::Reauthenticate)
    };
    store::insert(tx, &record).await?;
    let until = context.now().plus_seconds(RECORD_TTL_SECONDS);
    verified_grants::mark_verified(tx, &record.id, VerifiedBy::Password, None, until).await?;
    audit_verification(tx, context, &record, "success").await?;
    Ok(record)
}
