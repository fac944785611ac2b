//! What ends when a password, an identifier or a standing changes. Every change of one, on every face and by whomever, calls
//! `end_proofs` in its own transaction: what was handed out to what is taken away opens nothing afterwards (proofs_end). Which change
//! ends what is a table in docs/security.md.

pub mod dispute;
mod notices;
mod revert;

use crate::model::error::Result;
use crate::model::identifier::Identifier;
use crate::model::ids::SessionId;
use crate::model::time::Timestamp;
use crate::model::user::{NewUser, User};
use crate::store::disputes::{self, Addresses};
use crate::store::one_time_tokens;
use crate::store::sql::Tx;
use crate::store::{recovery, users, verification_records};

use super::Core;
use super::notify::DISPUTE_TTL_SECONDS;
use super::oidc::revocation;

pub(super) use self::notices::{AddressNotice, enqueue_address_notice};

/// A change that takes something away.
pub(super) struct CredentialChange<'a> {
    /// The account as it was before.
    pub user: &'a User,
    /// What changes.
    pub kind: ChangeKind<'a>,
    /// The session that makes the change and goes on.
    pub keep: Option<&'a SessionId>,
}

/// What changes about an account.
#[derive(Clone, Copy)]
pub(super) enum ChangeKind<'a> {
    /// A recovery sets the password, proved over this identifier, tagged.
    PasswordReset(&'a str),
    /// A person who is signed in sets the password.
    PasswordChanged,
    /// An administrator sets the password.
    PasswordSet,
    /// The person takes other identifiers, as they are here.
    IdentifiersChanged(&'a User),
    /// An administrator or the bootstrap file sets other identifiers, as they are here.
    IdentifiersSet(&'a User),
    /// The account is switched off.
    Suspended,
    /// The account is taken away.
    Deleted,
    /// The owner takes a change back; the account as it is then, and the link that was used.
    Disputed(&'a User, &'a disputes::DisputeLink),
}

impl CredentialChange<'_> {
    /// A change that no session survives.
    pub(super) const fn without_session<'a>(user: &'a User, kind: ChangeKind<'a>) -> CredentialChange<'a> {
        CredentialChange { user, kind, keep: None }
    }
}

/// Ends everything that was handed out to what this change takes away. Called before the change is written, with the account's
/// throttle row held.
pub(super) async fn end_proofs(tx: &mut Tx, rekey: &Core, change: &CredentialChange<'_>) -> Result<()> {
    recovery::mark_all_superseded(tx, &change.user.id).await?;
    revocation::revoke_limited_sessions(tx, rekey, &change.user.id, change.keep).await?;
    end_one_time_tokens(tx, rekey, change).await?;
    end_verification_records(tx, change).await?;
    end_dispute_links(tx, rekey, change).await?;
    let identifiers = match change.kind {
        ChangeKind::IdentifiersChanged(after)
        | ChangeKind::IdentifiersSet(after)
        | ChangeKind::Disputed(after, _) => added_identifiers(change.user, after),
        ChangeKind::PasswordReset(proof) => {
            users::save_password_proof(tx, &change.user.id, Some(proof)).await?;
            Vec::new()
        }
        ChangeKind::PasswordChanged | ChangeKind::PasswordSet => {
            users::save_password_proof(tx, &change.user.id, None).await?;
            Vec::new()
        }
        ChangeKind::Suspended | ChangeKind::Deleted => Vec::new(),
    };
    end_sign_ups(tx, &identifiers).await
}

/// Ends the sign-ups that wait for identifiers which have become somebody's. One that is not proved yet goes on looking as it did: whoever
/// waits must not see that the address was taken (no_oracle).
pub(super) async fn end_sign_ups(tx: &mut Tx, taken: &[Identifier]) -> Result<()> {
    for identifier in taken {
        recovery::supersede_sign_ups(tx, &identifier.to_key()).await?;
    }
    Ok(())
}

/// The same for an account that is being made.
pub(super) async fn end_sign_ups_for_new_user(tx: &mut Tx, new: &NewUser) -> Result<()> {
    let written = [new.email.as_deref(), new.phone.as_deref(), new.username.as_deref()];
    let taken: Vec<Identifier> = written.into_iter().flatten().filter_map(Identifier::parse).collect();
    end_sign_ups(tx, &taken).await
}

/// One-time tokens were sent to an address: they end with it, and with a password that they could have set anew.
async fn end_one_time_tokens(tx: &mut Tx, rekey: &Core, change: &CredentialChange<'_>) -> Result<()> {
    let ended = match change.kind {
        // Also those for an address that is the person's from now on: whoever had them sent did not mean this account.
        ChangeKind::IdentifiersChanged(after) | ChangeKind::IdentifiersSet(after) => {
            one_time_tokens::revoke_by_identifiers(tx, &removed_addresses(after, change.user), rekey.now())
                .await?;
            removed_addresses(change.user, after)
        }
        ChangeKind::Disputed(after, _) => {
            one_time_tokens::revoke_by_identifiers(tx, &address_keys(after), rekey.now()).await?;
            address_keys(change.user)
        }
        _ => address_keys(change.user),
    };
    Ok(one_time_tokens::revoke_by_identifiers(tx, &ended, rekey.now()).await?)
}

/// Proofs of somebody who is signed in: those by the old password end with it and those by an address with that; where it was not the
/// person's own doing, all of them.
async fn end_verification_records(tx: &mut Tx, change: &CredentialChange<'_>) -> Result<()> {
    let id = &change.user.id;
    match change.kind {
        ChangeKind::PasswordChanged => verification_records::delete_by_password(tx, id).await?,
        ChangeKind::IdentifiersChanged(after) => {
            verification_records::delete_by_addresses(tx, id, &removed_addresses(change.user, after)).await?;
        }
        _ => verification_records::delete_all(tx, id).await?,
    }
    Ok(())
}

/// Links of notices. What a signed-in person does ends none: it may be the thief, and the owner needs them. A recovery ends those of
/// addresses that the account no longer has, but not of one that it had before the address which proves the recovery: otherwise a thief
/// would end the owner's way back by a reset over his own address.
async fn end_dispute_links(tx: &mut Tx, rekey: &Core, change: &CredentialChange<'_>) -> Result<()> {
    let (id, now) = (&change.user.id, rekey.now());
    match change.kind {
        ChangeKind::PasswordChanged | ChangeKind::PasswordSet | ChangeKind::IdentifiersChanged(_) => {}
        ChangeKind::PasswordReset(proof) => {
            disputes::end_former(tx, id, &address_keys(change.user), proof, now).await?;
        }
        ChangeKind::IdentifiersSet(after) => {
            disputes::end_by_addresses(tx, id, &removed_addresses(change.user, after), now).await?;
        }
        ChangeKind::Disputed(_, link) => {
            disputes::mark_reverted_since(
                tx,
                id,
                link.created_at,
                now,
                now.plus_seconds(DISPUTE_TTL_SECONDS),
            )
            .await?;
        }
        ChangeKind::Suspended | ChangeKind::Deleted => {
            disputes::end_since(tx, id, Timestamp(0), now).await?;
        }
    }
    Ok(())
}

/// The addresses of an account, tagged.
fn address_keys(user: &User) -> Addresses {
    let tagged =
        |text: &Option<String>| text.as_deref().and_then(Identifier::parse).map(|found| found.to_key());
    let phone = user.phone.as_ref().map(|digits| Identifier::Phone(digits.clone()).to_key());
    Addresses { email: tagged(&user.email), phone }
}

/// Those that the account had and has no longer.
fn removed_addresses(before: &User, after: &User) -> Addresses {
    let (before, after) = (address_keys(before), address_keys(after));
    Addresses {
        email: before.email.filter(|email| Some(email) != after.email.as_ref()),
        phone: before.phone.filter(|phone| Some(phone) != after.phone.as_ref()),
    }
}

/// The identifiers that the account has and did not have.
fn added_identifiers(before: &User, after: &User) -> Vec<Identifier> {
    let known = all_identifiers(before);
    all_identifiers(after).into_iter().filter(|identifier| !known.contains(identifier)).collect()
}

fn all_identifiers(user: &User) -> Vec<Identifier> {
    let name = user.username.as_deref().and_then(Identifier::parse);
    user.identifiers().into_iter().chain(name).collect()
}
