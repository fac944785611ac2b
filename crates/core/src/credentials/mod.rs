//! What ends when a password, an identifier or the state of an account changes, and the notices about it.
//! Every such change, on every API and page and by any actor, calls `end_proofs` in its own transaction,
//! so that proofs issued for what was removed open nothing afterwards (proofs_end). The change itself is
//! made by the caller.

pub mod address_notice;
pub mod disputes_store;
mod password_notice;

use crate::Core;
use crate::db::sql::Tx;
use crate::sessions::revoke;
use crate::types::error::Result;
use crate::types::identifier::Identifier;
use crate::types::identifier::address::Addresses;
use crate::types::ids::SessionId;
use crate::types::time::Timestamp;
use crate::users::user::{NewUser, User};
use crate::verification::store::records;
use crate::{one_time_tokens, verification};

pub(crate) use crate::credentials::address_notice::{AddressNotice, enqueue_address_notice};
pub(crate) use crate::credentials::password_notice::{
    DISPUTE_TTL_SECONDS, PasswordChangeNotice, enqueue_password_notice,
};

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
    revoke::revoke_limited_sessions(tx, core, &change.user.id, change.keep).await?;
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

/// Dispute links of notices. A change by a signed-in user ends none: the user may be the thief, and the owner
/// needs the links. A recovery ends the links to addresses that the account no longer has, but not to one
/// that it had before the address which proves the recovery: otherwise a thief could end the owner's links by
/// a reset over the thief's own address.
async fn end_dispute_links(tx: &mut Tx, core: &Core, change: &CredentialChange<'_>) -> Result<()> {
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

/// The addresses of an account, as tagged keys.
fn address_keys(user: &User) -> Addresses {
    let tagged =
        |text: &Option<String>| text.as_deref().and_then(Identifier::parse).map(|found| found.to_key());
    let phone = user.phone.as_ref().map(|digits| Identifier::Phone(digits.clone()).to_key());
    Addresses { email: tagged(&user.email), phone }
}

/// The addresses that the account had and no longer has.
fn removed_addresses(before: &User, after: &User) -> Addresses {
    let before = address_keys(before);
    let after = address_keys(after);
    Addresses {
        email: before.email.filter(|email| Some(email) != after.email.as_ref()),
        phone: before.phone.filter(|phone| Some(phone) != after.phone.as_ref()),
    }
}

/// The identifiers that the account has gained.
fn added_identifiers(before: &User, after: &User) -> Vec<Identifier> {
    let known = all_identifiers(before);
    all_identifiers(after).into_iter().filter(|identifier| !known.contains(identifier)).collect()
}

fn all_identifiers(user: &User) -> Vec<Identifier> {
    let name = user.username.as_deref().and_then(Identifier::parse);
    user.identifiers().into_iter().chain(name).collect()
}
