//! "This wasn't me" links: one row for each notice that was sent.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::identifier::address::Addresses;
use crate::types::ids::UserId;
use crate::types::time::Timestamp;

/// A link and the change that it disputes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DisputeLink {
    /// Its id.
    pub id: String,
    /// The account.
    pub user_id: UserId,
    /// When the password that the link disables was set.
    pub password_changed_at: Timestamp,
    /// The identifier that the change was proved with, with its kind.
    pub proved_by: Option<String>,
    /// The browser that made the change.
    pub device: String,
    /// The address before the change, with its kind (`email:` if there was none), if an address changed.
    pub address: Option<String>,
    /// When the notice was created.
    pub created_at: Timestamp,
    /// When the link expires.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// The address that the notice was sent to, with its kind; `None` for one of an older version.
    pub sent_to: Option<String>,
    /// The address that the change added to the account, with its kind.
    pub placed: Option<String>,
    /// When a later change ended the link, unused.
    pub ended_at: Option<Timestamp>,
}

/// Inserts a link under its token's digest.
pub async fn insert(tx: &mut Tx, link: &DisputeLink, token_digest: &str) -> Result<()> {
    let sql = "insert into repudiations (id, user_id, token_digest, password_changed_at, proved_by, device, created_at, expires_at, address, \
               sent_to, placed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let l = link;
    let values = args![
        &l.id,
        &l.user_id,
        token_digest,
        l.password_changed_at,
        &l.proved_by,
        &l.device,
        l.created_at,
        l.expires_at,
        &l.address,
        &l.sent_to,
        &l.placed
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// The link of a token, used or not.
pub async fn by_token(tx: &mut Tx, token_digest: &str) -> Result<Option<DisputeLink>> {
    tx.maybe("select * from repudiations where token_digest = $1", args![token_digest]).await
}

/// Uses a link, once and before it expires. It is kept until then, so that no other link restores the address
/// that the change had added.
pub async fn take(
    tx: &mut Tx,
    token_digest: &str,
    now: Timestamp,
    remembered: Timestamp,
) -> Result<Option<DisputeLink>> {
    let sql = "update repudiations set used_at = $2, expires_at = $3 where token_digest = $1 and used_at is null \
               and ended_at is null and expires_at > $2 returning *";
    tx.maybe(sql, args![token_digest, now, remembered]).await
}

/// Whether this address was added to the account by a change that was undone.
pub async fn was_reverted(tx: &mut Tx, user: &UserId, tagged: &str) -> Result<bool> {
    let sql =
        "select id from repudiations where user_id = $1 and placed = $2 and used_at is not null limit 1";
    let found: Option<(String,)> = tx.maybe(sql, args![user, tagged]).await?;
    Ok(found.is_some())
}

/// The addresses that were notified of a change at this moment: those that the account had before it.
pub async fn list_notified(tx: &mut Tx, user: &UserId, at: Timestamp) -> Result<Vec<String>> {
    let sql =
        "select sent_to from repudiations where user_id = $1 and created_at = $2 and sent_to is not null";
    let found: Vec<(String,)> = tx.all(sql, args![user, at]).await?;
    Ok(found.into_iter().map(|(tagged,)| tagged).collect())
}

/// The links for changes of an address at this moment or later that are neither used nor expired, oldest
/// first.
pub async fn list_open_since(tx: &mut Tx, user: &UserId, since: Timestamp) -> Result<Vec<DisputeLink>> {
    let sql = "select * from repudiations where user_id = $1 and created_at >= $2 and address is not null and used_at is null \
               and ended_at is null order by created_at, id";
    tx.all(sql, args![user, since]).await
}

/// Ends the links for changes at this moment or later because those changes were undone. They are kept until
/// they expire, like a used one, so that no other link restores the address that the change had added.
pub async fn mark_reverted_since(
    tx: &mut Tx,
    user: &UserId,
    since: Timestamp,
    now: Timestamp,
    remembered: Timestamp,
) -> Result<()> {
    let sql = "update repudiations set ended_at = $3, used_at = $3, expires_at = $4 \
               where user_id = $1 and created_at >= $2 and used_at is null and ended_at is null";
    tx.run(sql, args![user, since, now, remembered]).await?;
    Ok(())
}

/// Ends the links of a user that were created at this moment or later.
pub async fn end_since(tx: &mut Tx, user: &UserId, since: Timestamp, now: Timestamp) -> Result<()> {
    let sql = "update repudiations set ended_at = $3 where user_id = $1 and created_at >= $2 and used_at is null and ended_at is null";
    tx.run(sql, args![user, since, now]).await?;
    Ok(())
}

/// Ends the links sent to addresses that the account no longer has. Links sent to an address that was
/// notified of a change before the one that proves this stay valid: it is the owner's, if a thief changed the
/// account's address and resets the password through the new one.
pub async fn end_former(
    tx: &mut Tx,
    user: &UserId,
    present: &Addresses,
    proved_by: &str,
    now: Timestamp,
) -> Result<()> {
    let sql = "update repudiations set ended_at = $5 where user_id = $1 and used_at is null and ended_at is null \
               and sent_to not in ($2, $3) and not exists (select 1 from repudiations elder where elder.user_id = $1 \
               and elder.sent_to = repudiations.sent_to and elder.created_at < coalesce((select min(own.created_at) \
               from repudiations own where own.user_id = $1 and own.sent_to = $4), $5 + 1))";
    tx.run(sql, args![user, present.email_or_unmatched(), present.phone_or_unmatched(), proved_by, now])
        .await?;
    Ok(())
}

/// Ends the links that were sent to one of these addresses, or would restore one in its place.
pub async fn end_by_addresses(tx: &mut Tx, user: &UserId, lost: &Addresses, now: Timestamp) -> Result<()> {
    let sql = "update repudiations set ended_at = $4 where user_id = $1 and used_at is null and ended_at is null \
               and ($2 <> '' and (sent_to = $2 or address like 'email:%') or $3 <> '' and (sent_to = $3 or address like 'phone:%'))";
    tx.run(sql, args![user, lost.email_or_unmatched(), lost.phone_or_unmatched(), now]).await?;
    Ok(())
}
