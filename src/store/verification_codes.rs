//! Verification codes requested by an application: the delivered one of each address, and those still being
//! delivered.

use crate::args;
use crate::model::ids::CodeId;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// A code for an address.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VerificationCodeRow {
    /// Mixed into the digest.
    pub id: CodeId,
    /// The address in canonical form, with its kind.
    pub identifier: String,
    /// A keyed HMAC.
    pub code_digest: String,
    /// Comparisons so far.
    pub tries: i64,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When a connector accepted its message; `None` before that.
    pub delivered_at: Option<Timestamp>,
}

/// Inserts a code; an earlier one for the same address works until this one is delivered.
pub async fn insert(tx: &mut Tx, row: &VerificationCodeRow) -> Result<()> {
    let sql = "insert into verification_codes (id, identifier, code_digest, tries, expires_at) values ($1, $2, $3, 0, $4)";
    tx.run(sql, args![&row.id, &row.identifier, &row.code_digest, row.expires_at]).await?;
    Ok(())
}

/// The newest code for an address, whatever its status.
pub async fn newest(tx: &mut Tx, identifier: &str) -> Result<Option<VerificationCodeRow>> {
    let sql = "select * from verification_codes where identifier = $1 order by id desc limit 1";
    tx.maybe(sql, args![identifier]).await
}

/// Counts a comparison with each valid code of an address: not those that are exhausted or expired.
pub async fn count_tries(
    tx: &mut Tx,
    identifier: &str,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<VerificationCodeRow>> {
    let sql = "update verification_codes set tries = tries + 1 where identifier = $1 and tries < $2 and expires_at > $3 returning *";
    tx.all(sql, args![identifier, limit, now]).await
}

/// Records that a message was sent, and deletes the code that was delivered before.
pub async fn mark_delivered(tx: &mut Tx, id: &CodeId, now: Timestamp) -> Result<()> {
    tx.run("update verification_codes set delivered_at = $2 where id = $1", args![id, now]).await?;
    let earlier = "delete from verification_codes where delivered_at is not null and id <> $1 \
                   and identifier in (select identifier from verification_codes where id = $1)";
    tx.run(earlier, args![id]).await?;
    Ok(())
}

/// Uses up a code, once.
pub async fn take(tx: &mut Tx, id: &CodeId) -> Result<bool> {
    Ok(tx.run("delete from verification_codes where id = $1", args![id]).await? == 1)
}
