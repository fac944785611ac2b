//! Verified requests and their grants: issued once, handed to one window once, and spent once. Each statement
//! is also the check.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::ids::RequestId;
use crate::types::purpose::Purpose;
use crate::types::time::Timestamp;
use crate::verification::verification_request::{VerificationRequest, VerifiedBy};

/// Marks a request that is not a decoy as verified by a correct code or link, once. It also accepts the last
/// attempt, at which `count_try` marked the request as exhausted.
pub async fn mark_verified(
    tx: &mut Tx,
    id: &RequestId,
    by: VerifiedBy,
    grant_digest: Option<&str>,
    until: Timestamp,
) -> Result<bool> {
    let sql = "update verification_requests set state = 'verified', verified_by = $2, grant_digest = $3, grant_expires_at = $4 \
               where id = $1 and is_decoy = false and state in ('requested', 'exhausted')";
    let by = match by {
        VerifiedBy::Code => "code",
        VerifiedBy::Link => "link",
        VerifiedBy::Number => "number",
        VerifiedBy::Token => "token",
        VerifiedBy::Password => "password",
    };
    Ok(tx.run(sql, args![id, by, grant_digest, until]).await? == 1)
}

/// Whether another open request for the same address and purpose shows the same number, so that the number is
/// ambiguous.
pub async fn shares_number(tx: &mut Tx, request: &VerificationRequest) -> Result<bool> {
    let sql = "select id from verification_requests where identifier = $1 and purpose = $2 and number = $3 and id <> $4 \
               and state in ('requested', 'exhausted') limit 1";
    let r = request;
    let found: Option<(String,)> =
        tx.maybe(sql, args![&r.identifier, r.purpose.name(), r.number, &r.id]).await?;
    Ok(found.is_some())
}

/// Hands the grant of a request that was verified by number to the window that waited, once.
pub async fn take_grant(
    tx: &mut Tx,
    id: &RequestId,
    grant_digest: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let sql = "update verification_requests set grant_digest = $2, grant_expires_at = $3 \
               where id = $1 and state = 'verified' and verified_by = 'number' and grant_digest is null and grant_expires_at > $4";
    Ok(tx.run(sql, args![id, grant_digest, until, now]).await? == 1)
}

/// The verified request for this purpose that this grant is currently valid for.
pub async fn by_grant(
    tx: &mut Tx,
    id: &RequestId,
    grant_digest: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<VerificationRequest>> {
    let sql = "select * from verification_requests \
               where id = $1 and state = 'verified' and grant_digest = $2 and purpose = $3 and grant_expires_at > $4";
    tx.maybe(sql, args![id, grant_digest, purpose.name(), now]).await
}

/// The request for this purpose that was verified with this grant, and then ended because its identifier now
/// has an account.
pub async fn superseded_by_grant(
    tx: &mut Tx,
    id: &RequestId,
    grant_digest: &str,
    purpose: Purpose,
) -> Result<Option<VerificationRequest>> {
    let sql = "select * from verification_requests \
               where id = $1 and state = 'superseded' and grant_digest = $2 and purpose = $3";
    tx.maybe(sql, args![id, grant_digest, purpose.name()]).await
}

/// Spends the grant for its purpose: check and write are one statement (step_order, single_use).
pub async fn mark_completed(
    tx: &mut Tx,
    id: &RequestId,
    grant_digest: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<VerificationRequest>> {
    let sql = "update verification_requests set state = 'completed', grant_digest = null \
               where id = $1 and state = 'verified' and grant_digest = $2 and purpose = $3 and grant_expires_at > $4 returning *";
    tx.maybe(sql, args![id, grant_digest, purpose.name(), now]).await
}
