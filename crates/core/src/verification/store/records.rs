//! Records: requests of signed-in users, which prove their identity or a new address. They count only
//! together with a token of the same user, so every statement names the user. Using one is also the check.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::identifier::address::Addresses;
use crate::types::ids::{RequestId, UserId};
use crate::types::time::Timestamp;
use crate::verification::verification_request::VerificationRequest;

/// A live record of this user.
pub async fn by_id(
    tx: &mut Tx,
    user: &UserId,
    id: &RequestId,
    now: Timestamp,
) -> Result<Option<VerificationRequest>> {
    let sql = "select * from verification_requests where id = $2 and user_id = $1 \
               and purpose in ('reauthenticate', 'new_address') and grant_expires_at > $3";
    tx.maybe(sql, args![user, id, now]).await
}

/// The newest record of the same user for the same address and purpose that was created after `since` and
/// still waits for its code.
pub async fn newest_waiting(
    tx: &mut Tx,
    like: &VerificationRequest,
    since: Timestamp,
) -> Result<Option<VerificationRequest>> {
    let sql = "select * from verification_requests where user_id = $1 and identifier = $2 and purpose = $3 \
               and state = 'requested' and created_at > $4 order by created_at desc, id desc limit 1";
    tx.maybe(sql, args![like.user_id.as_ref(), &like.identifier, like.purpose.name(), since]).await
}

/// Uses a verified record to set its address, once and before it expires.
pub async fn mark_used(
    tx: &mut Tx,
    user: &UserId,
    id: &RequestId,
    identifier: &str,
    now: Timestamp,
) -> Result<bool> {
    let sql = "update verification_requests set state = 'completed' where id = $2 and user_id = $1 \
               and identifier = $3 and purpose = 'new_address' and state = 'verified' and grant_expires_at > $4";
    Ok(tx.run(sql, args![user, id, identifier, now]).await? == 1)
}

/// Deletes every record of a user.
pub async fn delete_all(tx: &mut Tx, user: &UserId) -> Result<()> {
    let sql = "delete from verification_requests where user_id = $1 and purpose in ('reauthenticate', 'new_address')";
    tx.run(sql, args![user]).await?;
    Ok(())
}

/// Deletes the records that the password verified.
pub async fn delete_by_password(tx: &mut Tx, user: &UserId) -> Result<()> {
    let sql = "delete from verification_requests where user_id = $1 and purpose = 'reauthenticate' and verified_by = 'password'";
    tx.run(sql, args![user]).await?;
    Ok(())
}

/// Deletes the records that one of these addresses verified, or is to verify. A record that the password
/// verified has no address.
pub async fn delete_by_addresses(tx: &mut Tx, user: &UserId, addresses: &Addresses) -> Result<()> {
    let sql = "delete from verification_requests where user_id = $1 and purpose in ('reauthenticate', 'new_address') \
               and identifier in ($2, $3) and identifier <> ''";
    tx.run(sql, args![user, addresses.email_or_unmatched(), addresses.phone_or_unmatched()]).await?;
    Ok(())
}
