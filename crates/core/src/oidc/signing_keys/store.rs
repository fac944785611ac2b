//! Signing keys. Private keys are sealed; two timestamps, not a flag, determine when a key signs and when it
//! is published.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;

/// A key with its sealed private part.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SigningKeyRow {
    /// The thumbprint of the public key.
    pub id: String,
    /// The algorithm's name.
    pub alg: String,
    /// The public key as JSON.
    pub public_key: String,
    /// The sealed private key.
    pub sealed: String,
    /// When it starts signing.
    pub signs_from: Timestamp,
    /// When it is no longer published.
    pub retires_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// Every key that is or will be published, newest last.
pub async fn list(tx: &mut Tx, now: Timestamp) -> Result<Vec<SigningKeyRow>> {
    let sql = "select * from signing_keys where coalesce(retires_at, $1 + 1) > $1 order by signs_from, id";
    tx.all(sql, args![now]).await
}

/// Inserts a key.
pub async fn insert(tx: &mut Tx, key: &SigningKeyRow) -> Result<()> {
    let sql = "insert into signing_keys (id, alg, public_key, sealed, signs_from, created_at) values ($1, $2, $3, $4, $5, $6)";
    let k = key;
    tx.run(sql, args![&k.id, &k.alg, &k.public_key, &k.sealed, k.signs_from, k.created_at]).await?;
    Ok(())
}

/// Sets an end for every key that has none.
pub async fn retire_all(tx: &mut Tx, at: Timestamp) -> Result<()> {
    tx.run("update signing_keys set retires_at = $1 where retires_at is null", args![at]).await?;
    Ok(())
}

/// Sets an end for every key of this algorithm except one, unless it has one.
pub async fn mark_retiring(tx: &mut Tx, alg: &str, but: &str, at: Timestamp) -> Result<()> {
    let sql = "update signing_keys set retires_at = $3 where alg = $1 and id <> $2 and retires_at is null";
    tx.run(sql, args![alg, but, at]).await?;
    Ok(())
}
