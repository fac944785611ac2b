//! Redeemed solutions of proof-of-work challenges.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;

/// Records a solution until its challenge expires; false if it was already redeemed, also concurrently
/// elsewhere.
pub async fn take(tx: &mut Tx, digest: &str, expires_at: Timestamp) -> Result<bool> {
    let sql = "insert into captcha_solutions (digest, expires_at) values ($1, $2) on conflict do nothing";
    Ok(tx.run(sql, args![digest, expires_at]).await? == 1)
}
