//! The "this wasn't me" links of notices: each recipient gets one of its own, and changes end them.

use crate::Core;
use crate::credentials::disputes_store::{self, DisputeLink};
use crate::credentials::identifier_changes::{address_keys, removed_addresses};
use crate::credentials::{ChangeKind, CredentialChange};
use crate::db::sql::Tx;
use crate::types::error::Result;
use crate::types::identifier::address::Address;
use crate::types::ids::{UserId, generate};
use crate::types::secret::{Secret, generate_token, sha256_digest};
use crate::types::time::Timestamp;

/// How long "this wasn't me" works, in seconds: ten days, as at login.gov.
pub(crate) const DISPUTE_TTL_SECONDS: i64 = 10 * 24 * 3600;

/// The change that a link disputes.
pub(super) struct DisputableChange<'a> {
    /// The account.
    pub user: &'a UserId,
    /// When the notice is created.
    pub at: Timestamp,
    /// When the password that the link disables was set.
    pub password_changed_at: Timestamp,
    /// The tagged key of the identifier that proved the change.
    pub proved_by: Option<String>,
    /// The browser that made the change.
    pub device: String,
    /// The address before the change, with its kind, if an address changed.
    pub address: Option<String>,
    /// The address that the change added, with its kind.
    pub placed: Option<String>,
}

/// Creates the link of this recipient; returns its URL.
pub(super) async fn create_link(
    tx: &mut Tx,
    core: &Core,
    change: DisputableChange<'_>,
    to: &Address,
) -> Result<Secret> {
    let token = generate_token(core.rng());
    let link = DisputeLink {
        id: generate(change.at, core.rng(), 21),
        user_id: change.user.clone(),
        password_changed_at: change.password_changed_at,
        proved_by: change.proved_by,
        device: change.device,
        address: change.address,
        created_at: change.at,
        expires_at: change.at.plus_seconds(DISPUTE_TTL_SECONDS),
        used_at: None,
        sent_to: to.to_key(),
        placed: change.placed,
        ended_at: None,
    };
    disputes_store::insert(tx, &link, &sha256_digest(token.expose())).await?;
    Ok(core.links.not_me(&token))
}

/// Ends the links that a change invalidates. A change by a signed-in user ends none: the user may be the
/// thief, and the owner needs the links. A recovery ends the links to addresses that the account no longer
/// has, but not to one that it had before the address which proves the recovery: otherwise a thief could end
/// the owner's links by a reset over the thief's own address.
pub(super) async fn end_dispute_links(tx: &mut Tx, core: &Core, change: &CredentialChange<'_>) -> Result<()> {
    let id = &change.user.id;
    let now = core.now();
    match change.kind {
        ChangeKind::PasswordChanged | ChangeKind::PasswordSet | ChangeKind::IdentifiersChanged(_) => {}
        ChangeKind::PasswordReset(proof) => {
            disputes_store::end_former(tx, id, &address_keys(change.user), proof, now).await?;
        }
        ChangeKind::IdentifiersSet(after) => {
            disputes_store::end_by_addresses(tx, id, &removed_addresses(change.user, after), now).await?;
        }
        ChangeKind::Disputed(_, link) => {
            disputes_store::mark_reverted_since(
                tx,
                id,
                link.created_at,
                now,
                now.plus_seconds(DISPUTE_TTL_SECONDS),
            )
            .await?;
        }
        ChangeKind::Suspended | ChangeKind::Deleted => {
            disputes_store::end_since(tx, id, Timestamp(0), now).await?;
        }
    }
    Ok(())
}
