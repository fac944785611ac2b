//! What ends when a password, an identifier or the state of an account changes, and the notices about it.
//! Every such change, on every API and page and by any actor, calls `end_proofs` in its own transaction,
//! so that proofs issued for what was removed open nothing afterwards (proofs_end). The change itself is
//! made by the caller.

mod dispute_links;
pub mod disputes_store;
mod identifier_changes;
mod password_notice;

pub(crate) use crate::credentials::dispute_links::DISPUTE_TTL_SECONDS;
use crate::credentials::dispute_links::end_dispute_links;
pub(crate) use crate::credentials::identifier_changes::{
    AddressNotice, enqueue_address_notice, enqueue_username_notice,
};
use crate::credentials::identifier_changes::{added_identifiers, address_keys, removed_addresses};
pub(crate) use crate::credentials::password_notice::{PasswordChangeNotice, enqueue_password_notice};
use crate::db::sql::Tx;
use crate::sessions::revoke;
use crate::types::error::Result;
use crate::types::identifier::Identifier;
use crate::types::ids::SessionId;
use crate::users::user::{NewUser, User};
use crate::verification::store::records;
use crate::{Core, one_time_tokens, verification};

/// A change that invalidates proofs.
pub(crate) struct CredentialChange<'a> {
    /// The account before the change.
    pub user: &'a User,
    /// The kind of change.
    pub kind: ChangeKind<'a>,
    /// The session that makes the change and is kept.
    pub keep: Option<&'a SessionId>,
}

/// What changes about an account.
#[derive(Clone, Copy)]
pub(crate) enum ChangeKind<'a> {
    /// A recovery sets the password, proved over this identifier, as its tagged key.
    PasswordReset(&'a str),
    /// A signed-in user sets the password.
    PasswordChanged,
    /// An administrator sets the password.
    PasswordSet,
    /// The user changes identifiers; the account afterwards.
    IdentifiersChanged(&'a User),
    /// An administrator or the bootstrap file changes identifiers; the account afterwards.
    IdentifiersSet(&'a User),
    /// The account is suspended.
    Suspended,
    /// The account is deleted.
    Deleted,
    /// The owner disputes a change; the account afterwards, and the link that was used.
    Disputed(&'a User, &'a disputes_store::DisputeLink),
}

impl CredentialChange<'_> {
    /// A change made without a session, so that none is kept.
    pub(crate) const fn without_session<'a>(user: &'a User, kind: ChangeKind<'a>) -> CredentialChange<'a> {
        CredentialChange { user, kind, keep: None }
    }
}

/// Ends every proof that this change invalidates. Called before the change is written, with the account's
/// throttle row locked.
pub(crate) async fn end_proofs(tx: &mut Tx, core: &Core, change: &CredentialChange<'_>) -> Result<()> {
    verification::store::mark_all_superseded(tx, &change.user.id).await?;
    if matches!(change.kind, ChangeKind::Deleted) {
        verification::store::mark_orphaned(tx, &change.user.id).await?;
    }
    revoke::revoke_restricted_sessions(tx, core, &change.user.id, change.keep).await?;
    end_one_time_tokens(tx, core, change).await?;
    end_records(tx, change).await?;
    end_dispute_links(tx, core, change).await?;
    let identifiers = match change.kind {
        ChangeKind::IdentifiersChanged(after)
        | ChangeKind::IdentifiersSet(after)
        | ChangeKind::Disputed(after, _) => added_identifiers(change.user, after),
        ChangeKind::PasswordReset(_)
        | ChangeKind::PasswordChanged
        | ChangeKind::PasswordSet
        | ChangeKind::Suspended
        | ChangeKind::Deleted => Vec::new(),
    };
    end_sign_ups(tx, &identifiers).await
}

/// Ends the sign-ups that wait for identifiers which are taken now. One that is not proved yet keeps its
/// appearance: the person waiting must not see that the address was taken (no_oracle).
pub(crate) async fn end_sign_ups(tx: &mut Tx, taken: &[Identifier]) -> Result<()> {
    for identifier in taken {
        verification::store::supersede_sign_ups(tx, &identifier.to_key()).await?;
    }
    Ok(())
}

/// The same for a new account.
pub(crate) async fn end_sign_ups_for_new_user(tx: &mut Tx, new: &NewUser) -> Result<()> {
    let written = [new.email.as_deref(), new.phone.as_deref(), new.username.as_deref()];
    let taken: Vec<Identifier> = written.into_iter().flatten().filter_map(Identifier::parse).collect();
    end_sign_ups(tx, &taken).await
}

/// One-time tokens were sent to an address: they end with it, and with a password that they could have reset.
async fn end_one_time_tokens(tx: &mut Tx, core: &Core, change: &CredentialChange<'_>) -> Result<()> {
    let ended = match change.kind {
        // Also those for an address that the user has just gained: the sender did not mean this
        // account.
        ChangeKind::IdentifiersChanged(after) | ChangeKind::IdentifiersSet(after) => {
            one_time_tokens::store::revoke_by_identifiers(
                tx,
                &removed_addresses(after, change.user),
                core.now(),
            )
            .await?;
            removed_addresses(change.user, after)
        }
        ChangeKind::Disputed(after, _) => {
            one_time_tokens::store::revoke_by_identifiers(tx, &address_keys(after), core.now()).await?;
            address_keys(change.user)
        }
        _ => address_keys(change.user),
    };
    Ok(one_time_tokens::store::revoke_by_identifiers(tx, &ended, core.now()).await?)
}

/// Verification records of a signed-in user: those proved by the old password end with it, those proved by an
/// address end with the address, and all of them end if the user did not make the change.
async fn end_records(tx: &mut Tx, change: &CredentialChange<'_>) -> Result<()> {
    let id = &change.user.id;
    match change.kind {
        ChangeKind::PasswordChanged => records::delete_by_password(tx, id).await?,
        ChangeKind::IdentifiersChanged(after) => {
            // Also for an address that the user has just gained: guesses at a record from before are not
            // counted as the account's.
            records::delete_by_addresses(tx, id, &removed_addresses(change.user, after)).await?;
            records::delete_by_addresses(tx, id, &removed_addresses(after, change.user)).await?;
        }
        _ => records::delete_all(tx, id).await?,
    }
    Ok(())
}
