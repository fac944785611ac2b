//! Verification requests and their codes. Every deciding step is one conditional statement: its `where`
//! excludes what must not happen twice, on both engines and across instances.

pub mod codes;
pub mod records;
pub mod verified_grants;

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::ids::{RequestId, UserId};
use crate::types::purpose::Purpose;
use crate::types::time::Timestamp;
use crate::verification::verification_request::VerificationRequest;

/// Inserts a request.
pub async fn insert(tx: &mut Tx, request: &VerificationRequest) -> Result<()> {
    let sql = "insert into verification_requests (id, user_id, subject, identifier, app_id, state, tries, number, sends, resend_at, created_at, \
               purpose, is_decoy, by_address, grant_expires_at, password_changed_at) \
               values ($1, $2, $3, $4, $5, 'requested', 0, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let r = request;
    let values = args![
        &r.id,
        r.user_id.as_ref(),
        &r.subject,
        &r.identifier,
        &r.app_id,
        r.number,
        r.sends,
        r.resend_at,
        r.created_at,
        r.purpose.name(),
        r.is_decoy,
        r.by_address,
        r.grant_expires_at,
        r.password_changed_at
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// The request with this id.
pub async fn by_id(tx: &mut Tx, id: &RequestId) -> Result<Option<VerificationRequest>> {
    tx.maybe("select * from verification_requests where id = $1", args![id]).await
}

/// The requests for an address and purpose by an application that has no cookie of ours.
macro_rules! of_address {
    ($which:literal) => {
        concat!(
            "select * from verification_requests where identifier = $1 and purpose = $2 and app_id = $3 and by_address = true",
            $which
        )
    };
}

/// The newest open request for this address and purpose by an application that has no cookie of ours. One
/// that can never be verified comes last: a hopeless request must not hide the user's own code.
pub async fn by_address(
    tx: &mut Tx,
    identifier: &str,
    purpose: Purpose,
    app: &str,
) -> Result<Option<VerificationRequest>> {
    let sql = of_address!(" and state = 'requested' order by is_decoy, id desc limit 1");
    tx.maybe(sql, args![identifier, purpose.name(), app]).await
}

/// The newest request for this address and purpose by such an application, whatever its status.
pub async fn newest_by_address(
    tx: &mut Tx,
    identifier: &str,
    purpose: Purpose,
    app: &str,
) -> Result<Option<VerificationRequest>> {
    let sql = of_address!(" order by id desc limit 1");
    tx.maybe(sql, args![identifier, purpose.name(), app]).await
}

/// The newest request of an operator's program for this address, whatever its status.
pub async fn newest_external(tx: &mut Tx, identifier: &str) -> Result<Option<VerificationRequest>> {
    let sql = "select * from verification_requests where identifier = $1 and purpose = 'external' order by id desc limit 1";
    tx.maybe(sql, args![identifier]).await
}

/// Counts a resend of a request that has ended, for which nothing is sent; false while its wait lasts.
pub async fn count_resend(tx: &mut Tx, id: &RequestId, resend_at: Timestamp, now: Timestamp) -> Result<bool> {
    let sql = "update verification_requests set sends = sends + 1, resend_at = $2 where id = $1 and resend_at <= $3";
    Ok(tx.run(sql, args![id, resend_at, now]).await? == 1)
}

/// Supersedes what was proved for an account, and revokes its codes, after a password was set or the owner
/// disputed a change. A waiting request keeps waiting: only another message can help it, and its window,
/// which may be a stranger's, must not reveal anything. Sign-up attempts with the account's address are not
/// part of the account, and ending one would reveal that the address is taken.
pub async fn mark_all_superseded(tx: &mut Tx, user: &UserId) -> Result<()> {
    let sql = "update verification_requests set state = 'superseded', grant_digest = null \
               where subject = $1 and purpose in ('reset', 'sign_in') and state = 'verified'";
    tx.run(sql, args![user]).await?;
    codes::revoke_all(tx, user).await
}

/// Detaches the waiting requests of a user before the user is deleted: they must not disappear from the
/// windows that hold them. Verified ones are deleted with the user.
pub async fn mark_orphaned(tx: &mut Tx, user: &UserId) -> Result<()> {
    let sql = "update verification_requests set user_id = null, is_decoy = true \
               where user_id = $1 and purpose in ('reset', 'sign_in') and state in ('requested', 'exhausted', 'cancelled')";
    tx.run(sql, args![user]).await?;
    Ok(())
}

/// Ends the sign-ups for an identifier that now has an account. An open one continues to look open, as a
/// decoy; one whose address was proved ends and keeps the digest of its grant, which no longer works, so that
/// its holder can be told why.
pub async fn supersede_sign_ups(tx: &mut Tx, identifier: &str) -> Result<()> {
    let sql = "update verification_requests set is_decoy = true, \
               state = case when state = 'verified' then 'superseded' else state end \
               where identifier = $1 and user_id is null and purpose in ('sign_up', 'sign_in') \
               and state in ('requested', 'exhausted', 'verified')";
    tx.run(sql, args![identifier]).await?;
    Ok(())
}

/// Cancels an open request.
pub async fn mark_cancelled(tx: &mut Tx, id: &RequestId) -> Result<()> {
    let sql = "update verification_requests set state = 'cancelled' where id = $1 and state in ('requested', 'exhausted')";
    tx.run(sql, args![id]).await?;
    Ok(())
}

/// Counts another message of an open request, once its wait is over; `None` before that or if the request has
/// ended.
pub async fn mark_resent(
    tx: &mut Tx,
    id: &RequestId,
    resend_at: Timestamp,
    now: Timestamp,
) -> Result<Option<VerificationRequest>> {
    let sql = "update verification_requests set sends = sends + 1, resend_at = $2 \
               where id = $1 and state = 'requested' and resend_at <= $3 returning *";
    tx.maybe(sql, args![id, resend_at, now]).await
}

/// Counts an attempt at an open request; `None` if its attempts are used up or it has ended.
pub async fn count_try(tx: &mut Tx, id: &RequestId, limit: i64) -> Result<Option<VerificationRequest>> {
    let sql = "update verification_requests set tries = tries + 1, \
               state = case when $2 > 0 and tries + 1 >= $2 then 'exhausted' else state end \
               where id = $1 and state = 'requested' and ($2 = 0 or tries < $2) returning *";
    tx.maybe(sql, args![id, limit]).await
}
