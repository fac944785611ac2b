//! Codes that an operator's application asked for: the delivered one of each address, and those that are on their way.

use crate::args;
use crate::model::ids::CodeId;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// A code of an address.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VerificationCodeRow {
    /// Mixed into the digest.
    pub id: CodeId,
    /// Kind and canonical address.
    pub identifier: String,
    /// A keyed HMAC.
    pub code_digest: String,
    /// Codes compared so far.
    pub tries: i64,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When a connector took its message; none while it is on its way.
    pub delivered_at: Option<Timestamp>,
}

/// Keeps a new code; an earlier one of the same address works until this one is delivered.
pub async fn insert(tx: &mut Tx, row: &VerificationCodeRow) -> Result<()> {
    let sql = "insert into verification_codes (id, identifier, code_digest, tries, expires_at) values ($1, $2, $3, 0, $4)";
    tx.run(sql, args![&row.id, &row.identifier, &row.code_digest, row.expires_at]).await?;
    Ok(())
}

/// The newest code of an address, whatever became of it.
pub async fn newest(tx: &mut Tx, identifier: &str) -> Result<Option<VerificationCodeRow>> {
    let sql = "select * from verification_codes where identifier = $1 order by id desc limit 1";
    tx.maybe(sql, args![identifier]).await
}

/// Counts a comparison with each code of an address that works: not those whose tries are used up or whose time has passed.
pub async fn count_tries(
    tx: &mut Tx,
    identifier: &str,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<VerificationCodeRow>> {
    let sql = "update verification_codes set tries = tries + 1 where identifier = $1 and tries < $2 and expires_at > $3 returning *";
    tx.all(sql, args![identifier, limit, now]).await
}

/// Writes down that a message was handed over: the code that was delivered before is gone.
pub async fn mark_delivered(tx: &mut Tx, id: &CodeId, now: Timestamp) -> Result<()> {
    tx.run("update verification_codes set delivered_at = $2 where id = $1", args![id, now]).await?;
    let earlier = "delete from verification_codes where delivered_at is not null and id <> $1 \
                   and identifier in (select identifier from verification_codes where id = $1)";
    tx.run(earlier, args![id]).await?;
    Ok(())
}

/// Uses a code up: once.
pub async fn take(tx: &mut Tx, id: &CodeId) -> Result<bool> {
    Ok(tx.run("delete from verification_codes where id = $1", args![id]).await? == 1)
}
