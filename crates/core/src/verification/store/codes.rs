//! The codes and links of messages. They are looked up by address and purpose, whichever request
//! they were sent for. Each works once: the statement that uses it is also the check.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::ids::{CodeId, RequestId, UserId};
use crate::types::time::Timestamp;
use crate::verification::verification_request::{VerificationCodeRow, VerificationRequest};

/// Inserts the code and link of a message.
pub async fn insert(tx: &mut Tx, code: &VerificationCodeRow, link_digest: Option<&str>) -> Result<()> {
    let sql = "insert into verification_codes (id, request_id, code_digest, link_digest, code_expires_at, link_expires_at, is_used, is_revoked) \
               values ($1, $2, $3, $4, $5, $6, false, false)";
    let c = code;
    let values =
        args![&c.id, &c.request_id, &c.code_digest, link_digest, c.code_expires_at, c.link_expires_at];
    tx.run(sql, values).await?;
    Ok(())
}

/// The application whose codes a request is limited to; empty if codes of every application are accepted.
fn required_app(request: &VerificationRequest) -> &str {
    request.app_id.as_deref().filter(|_| request.by_address).unwrap_or_default()
}

/// The delivered codes for a request's address and purpose, newest first; with `only`, those of one request.
pub async fn list_delivered(
    tx: &mut Tx,
    of: &VerificationRequest,
    only: Option<&RequestId>,
) -> Result<Vec<VerificationCodeRow>> {
    let sql = "select c.* from verification_codes c join verification_requests r on r.id = c.request_id \
               where r.identifier = $1 and r.purpose = $2 and r.subject = $3 and r.is_decoy = $4 and ($5 = '' or r.app_id = $5) \
               and ($6 = '' or r.id = $6) and c.delivered_at is not null order by c.delivered_at desc, c.id desc limit 20";
    let only = only.map_or("", |id| id.as_str());
    let values = args![&of.identifier, of.purpose.name(), &of.subject, of.is_decoy, required_app(of), only];
    tx.all(sql, values).await
}

/// The newest codes that are still being delivered and will work once they are, up to a limit.
pub async fn list_undelivered(
    tx: &mut Tx,
    of: &VerificationRequest,
    only: Option<&RequestId>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<VerificationCodeRow>> {
    let sql = "select c.* from verification_codes c join verification_requests r on r.id = c.request_id \
               where r.identifier = $1 and r.purpose = $2 and r.subject = $3 and r.is_decoy = $4 and ($5 = '' or r.app_id = $5) \
               and ($8 = '' or r.id = $8) and c.delivered_at is null and c.is_used = false and c.is_revoked = false and c.code_expires_at > $6 \
               order by c.id desc limit $7";
    let only = only.map_or("", |id| id.as_str());
    let values = args![
        &of.identifier,
        of.purpose.name(),
        &of.subject,
        of.is_decoy,
        required_app(of),
        now,
        limit,
        only
    ];
    tx.all(sql, values).await
}

/// The code that a link belongs to.
pub async fn by_link(tx: &mut Tx, link_digest: &str) -> Result<Option<VerificationCodeRow>> {
    tx.maybe("select * from verification_codes where link_digest = $1", args![link_digest]).await
}

/// The end of a message's way.
#[derive(Clone, Copy, Debug)]
pub struct Delivery {
    /// Whether a connector accepted it; otherwise it was dropped.
    pub was_sent: bool,
    /// When.
    pub at: Timestamp,
    /// When its delivery would have been given up.
    pub until: Timestamp,
}

/// Records that a message was sent. A dropped one counts as delivered only if it was a decoy from the start,
/// so that a decoy's codes age like real ones. The time that was left for the delivery is taken off the end
/// of its code and link: they live from now on, however long the delivery took.
pub async fn mark_delivered(tx: &mut Tx, id: &CodeId, delivery: Delivery) -> Result<()> {
    let Delivery { was_sent, at: now, until } = delivery;
    // Usually no two codes of one address and purpose are delivered at the same moment; if they are, the id
    // decides which is newer.
    let before = "select max(o.delivered_at) from verification_codes c join verification_requests r on r.id = c.request_id \
                  join verification_requests s on s.identifier = r.identifier and s.purpose = r.purpose \
                  join verification_codes o on o.request_id = s.id where c.id = $1";
    let (last,): (Option<i64>,) = tx.one(before, args![id]).await?;
    let at = last.map_or(now.0, |last| now.0.max(last.saturating_add(1)));
    let sql = "update verification_codes set delivered_at = $2, code_expires_at = code_expires_at - $4, link_expires_at = link_expires_at - $4 \
               where id = $1 and delivered_at is null \
               and ($3 = true or exists (select 1 from verification_requests r where r.id = verification_codes.request_id and r.is_decoy = true))";
    tx.run(sql, args![id, at, was_sent, until.0.saturating_sub(now.0)]).await?;
    Ok(())
}

/// Uses a code together with the link of the same message, once; false if they were used or revoked.
pub async fn mark_used(tx: &mut Tx, id: &CodeId) -> Result<bool> {
    let sql = "update verification_codes set is_used = true where id = $1 and is_used = false and is_revoked = false";
    Ok(tx.run(sql, args![id]).await? == 1)
}

/// Revokes every code that was sent for an account. Codes of sign-up attempts with the same address do not
/// belong to the account.
pub async fn revoke_all(tx: &mut Tx, user: &UserId) -> Result<()> {
    let sql = "update verification_codes set is_revoked = true where is_revoked = false \
               and request_id in (select id from verification_requests where subject = $1 and purpose in ('reset', 'sign_in'))";
    tx.run(sql, args![user]).await?;
    Ok(())
}
