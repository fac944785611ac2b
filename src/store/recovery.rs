//! Recovery requests and their codes. Every step that decides is one conditional statement: what may not happen twice is
//! excluded by its `where`, on both engines and across instances.

use crate::args;
use crate::model::ids::{RequestId, UserId};
use crate::model::recovery::{InteractionEvent, RecoveryCodeRow, RecoveryRequest, VerifiedBy};
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// A new request.
pub async fn insert(tx: &mut Tx, request: &RecoveryRequest) -> Result<()> {
    let sql = "insert into recovery_requests (id, user_id, subject, identifier, app_id, state, tries, number, sends, resend_at, created_at, \
               event, is_decoy, by_address) values ($1, $2, $3, $4, $5, 'requested', 0, $6, $7, $8, $9, $10, $11, $12)";
    let r = request;
    tx.run(
        sql,
        args![
            &r.id,
            r.user_id.as_ref(),
            &r.subject,
            &r.identifier,
            &r.app_id,
            r.number,
            r.sends,
            r.resend_at,
            r.created_at,
            r.event.name(),
            r.is_decoy,
            r.by_address
        ],
    )
    .await?;
    Ok(())
}

/// By id.
pub async fn by_id(tx: &mut Tx, id: &RequestId) -> Result<Option<RecoveryRequest>> {
    tx.maybe("select * from recovery_requests where id = $1", args![id]).await
}

/// The newest open request for this address and event of an app that holds nothing of ours, with a code that was sent.
pub async fn by_address(
    tx: &mut Tx,
    identifier: &str,
    event: InteractionEvent,
    app: &str,
) -> Result<Option<RecoveryRequest>> {
    let sql = "select * from recovery_requests r where identifier = $1 and event = $2 and app_id = $3 and by_address = true \
               and state = 'requested' and exists (select 1 from recovery_codes c where c.request_id = r.id and c.is_current = true) \
               order by id desc limit 1";
    tx.maybe(sql, args![identifier, event.name(), app]).await
}

/// Keeps the password of a new account until its address is proved. Another one than `before` came meanwhile from somebody else, and
/// then nobody's counts.
pub async fn save_waiting_password(
    tx: &mut Tx,
    id: &RequestId,
    before: Option<&str>,
    phc: &str,
) -> Result<()> {
    let sql = "update recovery_requests set waiting_password = case when coalesce(waiting_password, '-') = $2 then $3 else '' end \
               where id = $1 and state = 'requested'";
    tx.run(sql, args![id, before.unwrap_or("-"), phc]).await?;
    Ok(())
}

/// Ends the open requests of a subject by this identifier and for the same event: a newer one takes their place (decision 5). One
/// whose codes are used up still has its link, so it ends too; one by another identifier stays, or asking would show which
/// belong together.
pub async fn mark_superseded(
    tx: &mut Tx,
    subject: &str,
    identifier: &str,
    event: InteractionEvent,
) -> Result<()> {
    let sql = "update recovery_requests set state = 'superseded' \
               where subject = $1 and identifier = $2 and event = $3 and state in ('requested', 'exhausted')";
    tx.run(sql, args![subject, identifier, event.name()]).await?;
    Ok(())
}

/// Ends every other request of a person, verified ones too, once one is completed or the owner objects. Somebody's attempt to sign
/// up with the person's address is not the person's, and ending it would show that the address is taken.
pub async fn mark_all_superseded(tx: &mut Tx, user: &UserId) -> Result<()> {
    let sql = "update recovery_requests set state = 'superseded', grant_digest = null \
               where subject = $1 and event <> 'register' and state in ('requested', 'exhausted', 'verified')";
    tx.run(sql, args![user]).await?;
    Ok(())
}

/// Ends the sign-ups that wait for an identifier which has become somebody's. An open one goes on looking open, as a decoy; one whose
/// address was proved is over.
pub async fn end_sign_ups(tx: &mut Tx, identifier: &str) -> Result<()> {
    let sql = "update recovery_requests set is_decoy = true, grant_digest = null, waiting_password = null, \
               state = case when state = 'verified' then 'superseded' else state end \
               where identifier = $1 and event = 'register' and state in ('requested', 'exhausted', 'verified')";
    tx.run(sql, args![identifier]).await?;
    Ok(())
}

/// Gives an open request up.
pub async fn mark_cancelled(tx: &mut Tx, id: &RequestId) -> Result<()> {
    let sql = "update recovery_requests set state = 'cancelled' where id = $1 and state in ('requested', 'exhausted')";
    tx.run(sql, args![id]).await?;
    Ok(())
}

/// Counts another message of an open request, when its wait is over; none when it is not, or the request has ended.
pub async fn mark_resent(
    tx: &mut Tx,
    id: &RequestId,
    resend_at: Timestamp,
    now: Timestamp,
) -> Result<Option<RecoveryRequest>> {
    let sql = "update recovery_requests set sends = sends + 1, resend_at = $2 \
               where id = $1 and state = 'requested' and resend_at <= $3 returning *";
    tx.maybe(sql, args![id, resend_at, now]).await
}

/// Counts a try of an open request; none when its tries are used up or it has ended.
pub async fn count_try(tx: &mut Tx, id: &RequestId, limit: i64) -> Result<Option<RecoveryRequest>> {
    let sql = "update recovery_requests set tries = tries + 1, \
               state = case when $2 > 0 and tries + 1 >= $2 then 'exhausted' else state end \
               where id = $1 and state = 'requested' and ($2 = 0 or tries < $2) returning *";
    tx.maybe(sql, args![id, limit]).await
}

/// A right code or link verifies a request that is no decoy, once. It is also right on the last try, which `count_try` marked as exhausted.
pub async fn mark_verified(
    tx: &mut Tx,
    id: &RequestId,
    by: VerifiedBy,
    grant_digest: Option<&str>,
    until: Timestamp,
) -> Result<bool> {
    let sql = "update recovery_requests set state = 'verified', verified_by = $2, grant_digest = $3, grant_expires_at = $4 \
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

/// Hands the grant of a request that was verified by number to the window that waited, once.
pub async fn take_grant(
    tx: &mut Tx,
    id: &RequestId,
    grant_digest: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let sql = "update recovery_requests set grant_digest = $2, grant_expires_at = $3 \
               where id = $1 and state = 'verified' and verified_by = 'number' and grant_digest is null and grant_expires_at > $4";
    Ok(tx.run(sql, args![id, grant_digest, until, now]).await? == 1)
}

/// A verified request for this event that this grant opens now.
pub async fn by_grant(
    tx: &mut Tx,
    id: &RequestId,
    grant_digest: &str,
    event: InteractionEvent,
    now: Timestamp,
) -> Result<Option<RecoveryRequest>> {
    let sql = "select * from recovery_requests \
               where id = $1 and state = 'verified' and grant_digest = $2 and event = $3 and grant_expires_at > $4";
    tx.maybe(sql, args![id, grant_digest, event.name(), now]).await
}

/// Spends the grant for what it is for: check and write are this one statement (step_order, single_use).
pub async fn mark_completed(
    tx: &mut Tx,
    id: &RequestId,
    grant_digest: &str,
    event: InteractionEvent,
    now: Timestamp,
) -> Result<Option<RecoveryRequest>> {
    let sql = "update recovery_requests set state = 'completed', grant_digest = null \
               where id = $1 and state = 'verified' and grant_digest = $2 and event = $3 and grant_expires_at > $4 returning *";
    tx.maybe(sql, args![id, grant_digest, event.name(), now]).await
}

/// A message's code and link; earlier ones of the request stop being current.
pub async fn insert_code(tx: &mut Tx, code: &RecoveryCodeRow, link_digest: &str) -> Result<()> {
    tx.run(
        "update recovery_codes set is_current = false where request_id = $1 and is_current = true",
        args![&code.request_id],
    )
    .await?;
    let sql = "insert into recovery_codes (id, request_id, code_digest, link_digest, code_expires_at, link_expires_at, is_current) \
               values ($1, $2, $3, $4, $5, $6, true)";
    let c = code;
    tx.run(
        sql,
        args![&c.id, &c.request_id, &c.code_digest, link_digest, c.code_expires_at, c.link_expires_at],
    )
    .await?;
    Ok(())
}

/// Every code of the subject that has not been swept, newest first, whichever request it belongs to: to tell a code of an
/// earlier message from a wrong one.
pub async fn list_codes(tx: &mut Tx, subject: &str) -> Result<Vec<RecoveryCodeRow>> {
    let sql = "select c.* from recovery_codes c join recovery_requests r on r.id = c.request_id \
               where r.subject = $1 order by c.id desc limit 40";
    tx.all(sql, args![subject]).await
}

/// The current code of a request.
pub async fn current_code(tx: &mut Tx, id: &RequestId) -> Result<Option<RecoveryCodeRow>> {
    tx.maybe("select * from recovery_codes where request_id = $1 and is_current = true", args![id]).await
}

/// The code that a link belongs to.
pub async fn by_link(tx: &mut Tx, link_digest: &str) -> Result<Option<RecoveryCodeRow>> {
    tx.maybe("select * from recovery_codes where link_digest = $1", args![link_digest]).await
}
