//! Verification records of signed-in users. Counting an attempt, verifying a record and using it to set an
//! address are each one statement that is also the check.

use crate::args;
use crate::model::ids::UserId;
use crate::model::time::Timestamp;
use crate::model::user::VerificationRecord;

use super::disputes::Addresses;
use super::error::Result;
use super::sql::Tx;

/// Inserts a record.
pub async fn insert(tx: &mut Tx, record: &VerificationRecord) -> Result<()> {
    let sql = "insert into verification_records (id, user_id, purpose, identifier, code_digest, code_expires_at, tries, \
               password_changed_at, created_at, expires_at, verified_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let r = record;
    tx.run(
        sql,
        args![
            &r.id,
            &r.user_id,
            r.purpose.name(),
            &r.identifier,
            &r.code_digest,
            r.code_expires_at,
            r.tries,
            r.password_changed_at,
            r.created_at,
            r.expires_at,
            r.verified_at
        ],
    )
    .await?;
    Ok(())
}

/// A live record of this user.
pub async fn by_id(
    tx: &mut Tx,
    user: &UserId,
    id: &str,
    now: Timestamp,
) -> Result<Option<VerificationRecord>> {
    let sql = "select * from verification_records where id = $2 and user_id = $1 and expires_at > $3";
    tx.maybe(sql, args![user, id, now]).await
}

/// The newest record for this address that still waits for its code.
pub async fn newest_pending(
    tx: &mut Tx,
    user: &UserId,
    identifier: &str,
    purpose: &'static str,
    now: Timestamp,
) -> Result<Option<VerificationRecord>> {
    let sql = "select * from verification_records where user_id = $1 and identifier = $2 and purpose = $3 and verified_at is null \
               and code_expires_at > $4 order by created_at desc, id desc limit 1";
    tx.maybe(sql, args![user, identifier, purpose, now]).await
}

/// A record and its address.
#[derive(Clone, Copy, Debug)]
pub struct RecordKey<'a> {
    /// The record's id.
    pub id: &'a str,
    /// The address, with its kind.
    pub identifier: &'a str,
}

/// Counts an attempt before a code is compared; `None` if the record is expired, verified, for another
/// address, or out of attempts.
pub async fn count_try(
    tx: &mut Tx,
    user: &UserId,
    key: RecordKey<'_>,
    most: i64,
    now: Timestamp,
) -> Result<Option<VerificationRecord>> {
    let sql = "update verification_records set tries = tries + 1 where id = $2 and user_id = $1 and identifier = $3 \
               and verified_at is null and tries < $4 and code_expires_at > $5 and expires_at > $5 returning *";
    tx.maybe(sql, args![user, key.id, key.identifier, most, now]).await
}

/// Marks the record as verified, once.
pub async fn mark_verified(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool> {
    let sql = "update verification_records set verified_at = $2 where id = $1 and verified_at is null";
    Ok(tx.run(sql, args![id, now]).await? == 1)
}

/// Uses a verified record to set its address, once and before it expires.
pub async fn take(tx: &mut Tx, user: &UserId, key: RecordKey<'_>, now: Timestamp) -> Result<bool> {
    let sql = "update verification_records set used_at = $4 where id = $2 and user_id = $1 and identifier = $3 \
               and purpose = 'new_address' and verified_at is not null and used_at is null and expires_at > $4";
    Ok(tx.run(sql, args![user, key.id, key.identifier, now]).await? == 1)
}

/// Deletes every record of a user.
pub async fn delete_all(tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.run("delete from verification_records where user_id = $1", args![user]).await?;
    Ok(())
}

/// Deletes the records that the password verified.
pub async fn delete_by_password(tx: &mut Tx, user: &UserId) -> Result<()> {
    let sql = "delete from verification_records where user_id = $1 and identifier is null";
    tx.run(sql, args![user]).await?;
    Ok(())
}

/// Deletes the records that one of these addresses verified, or is to verify.
pub async fn delete_by_addresses(tx: &mut Tx, user: &UserId, addresses: &Addresses) -> Result<()> {
    let sql = "delete from verification_records where user_id = $1 and identifier in ($2, $3)";
    tx.run(sql, args![user, addresses.email_or_unmatched(), addresses.phone_or_unmatched()]).await?;
    Ok(())
}
