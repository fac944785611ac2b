//! The password columns of `users`. Every statement that writes one of them is here; those that write a hash
//! have one caller, `crate::passwords::set`, so that no new password can end less than another (proofs_end).

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::ids::UserId;
use crate::types::time::Timestamp;
use crate::users::user::User;

/// A hash to write.
#[derive(Clone, Copy, Debug)]
pub struct NewHash<'a> {
    /// PHC text, or the digest of another system.
    pub digest: &'a str,
    /// When the password was set.
    pub changed_at: Timestamp,
    /// The tagged key of the address that proved the recovery which sets it, if a recovery does.
    pub proved_by: Option<&'a str>,
}

/// What must be true of the account at the moment of the write.
#[derive(Clone, Copy, Debug)]
pub enum WriteCondition<'a> {
    /// Nothing but that it exists.
    Exists,
    /// It is not suspended.
    NotSuspended,
    /// It is not suspended, and its digest is still this one (or there is still none), so that two concurrent
    /// changes cannot both succeed.
    Unchanged(Option<&'a str>),
}

/// Writes a password, which also unfreezes the account; returns the account afterwards, or nothing if the
/// condition is not met.
pub async fn set(
    tx: &mut Tx,
    id: &UserId,
    new: &NewHash<'_>,
    condition: WriteCondition<'_>,
) -> Result<Option<User>> {
    let sql = "update users set password_digest = $2, password_changed_at = $3, password_proved_by = $4, password_frozen_at = null, \
               updated_at = $3 where id = $1 and (is_suspended = false or $5) and ($6 or coalesce(password_digest, '') = $7) returning *";
    let may_be_suspended = matches!(condition, WriteCondition::Exists);
    let may_have_changed = !matches!(condition, WriteCondition::Unchanged(_));
    let old = match condition {
        WriteCondition::Unchanged(old) => old.unwrap_or_default(),
        WriteCondition::Exists | WriteCondition::NotSuspended => "",
    };
    let NewHash { digest, changed_at, proved_by } = *new;
    tx.maybe(sql, args![id, digest, changed_at, proved_by, may_be_suspended, may_have_changed, old]).await
}

/// Replaces the hash by another of the same password, unless it changed meanwhile. Nothing else changes: the
/// password is as old, and as frozen, as before.
pub async fn replace_hash(tx: &mut Tx, id: &UserId, old: &str, digest: &str) -> Result<bool> {
    let sql = "update users set password_digest = $3 where id = $1 and password_digest = $2";
    Ok(tx.run(sql, args![id, old, digest]).await? == 1)
}

/// Freezes the password of exactly this change; false if there is none or it is already frozen.
pub async fn mark_frozen(tx: &mut Tx, id: &UserId, changed_at: Timestamp, now: Timestamp) -> Result<bool> {
    let sql = "update users set password_frozen_at = $3, updated_at = $3 where id = $1 and coalesce(password_changed_at, 0) = $2 \
               and password_digest is not null and password_frozen_at is null";
    Ok(tx.run(sql, args![id, changed_at, now]).await? == 1)
}

/// The address that proved the recovery which set the password, as its tagged key; none if it was set
/// otherwise.
pub async fn proof(tx: &mut Tx, id: &UserId) -> Result<Option<String>> {
    let found: Option<(Option<String>,)> =
        tx.maybe("select password_proved_by from users where id = $1", args![id]).await?;
    Ok(found.and_then(|(proved_by,)| proved_by))
}
