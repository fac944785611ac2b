//! Codes that an operator's application asked for: one for each address, the newest.

use crate::args;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// The newest code of an address.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VerificationCodeRow {
    /// Kind and canonical address.
    pub identifier: String,
    /// Mixed into the digest.
    pub id: String,
    /// A keyed HMAC.
    pub code_digest: String,
    /// Codes compared so far.
    pub tries: i64,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Keeps a new code; an earlier one of the same address is gone.
pub async fn save(tx: &mut Tx, row: &VerificationCodeRow) -> Result<()> {
    let sql = "insert into verification_codes (identifier, id, code_digest, tries, expires_at) values ($1, $2, $3, 0, $4) \
               on conflict (identifier) do update set id = excluded.id, code_digest = excluded.code_digest, tries = 0, \
               expires_at = excluded.expires_at";
    tx.run(sql, args![&row.identifier, &row.id, &row.code_digest, row.expires_at]).await?;
    Ok(())
}

/// The code of an address.
pub async fn by_identifier(tx: &mut Tx, identifier: &str) -> Result<Option<VerificationCodeRow>> {
    tx.maybe("select * from verification_codes where identifier = $1", args![identifier]).await
}

/// Counts a comparison with this code; none when its tries are used up, its time has passed or another has taken its place.
pub async fn count_try(
    tx: &mut Tx,
    id: &str,
    limit: i64,
    now: Timestamp,
) -> Result<Option<VerificationCodeRow>> {
    let sql = "update verification_codes set tries = tries + 1 where id = $1 and tries < $2 and expires_at > $3 returning *";
    tx.maybe(sql, args![id, limit, now]).await
}

/// Uses a code up: once.
pub async fn take(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.run("delete from verification_codes where id = $1", args![id]).await? == 1)
}
