//! What ends when a password, an identifier or a standing changes. Every change of one, on every face and by whomever, calls
//! `end_proofs` in its own transaction: what was handed out to what is taken away opens nothing afterwards (proofs_end). Which change
//! ends what is a table in docs/security.md.

mod notices;
mod put_back;
pub mod repudiation;

use crate::model::error::Result;
use crate::model::identifier::Identifier;
use crate::model::ids::SessionId;
use crate::model::time::Timestamp;
use crate::model::user::{NewUser, User};
use crate::store::one_time_tokens;
use crate::store::repudiations::{self, Addresses};
use crate::store::sql::Tx;
use crate::store::{recovery, users, verifications};

use super::Rekey;
use super::notify::NOT_ME_LIFE;
use super::oidc::ending;

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
    Repudiated(&'a User, &'a repudiations::Repudiation),
}

impl CredentialChange<'_> {
    /// A change that no session survives.
    pub(super) const fn without_session<'a>(user: &'a User, kind: ChangeKind<'a>) -> CredentialChange<'a> {
        CredentialChange { user, kind, keep: None }
    }
}

/// Ends everything that was handed out to what this change takes away. Called before the change is written, with the account's
/// throttle row held.
pub(super) async fn end_proofs(tx: &mut Tx, rekey: &Rekey, change: &CredentialChange<'_>) -> Result<()> {
    recovery::mark_all_superseded(tx, &change.user.id).await?;
    ending::revoke_limited_sessions(tx, rekey, &change.user.id, change.keep).await?;
    end_tokens(tx, rekey, change).await?;
    end_records(tx, change).await?;
    end_links(tx, rekey, change).await?;
    let identifiers = match change.kind {
        ChangeKind::IdentifiersChanged(after)
        | ChangeKind::IdentifiersSet(after)
        | ChangeKind::Repudiated(after, _) => added_identifiers(change.user, after),
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
        recovery::end_sign_ups(tx, &identifier.tagged()).await?;
    }
    Ok(())
}

/// The same for an account that is being made.
pub(super) async fn end_sign_ups_of_new(tx: &mut Tx, new: &NewUser) -> Result<()> {
    let written = [new.email.as_deref(), new.phone.as_deref(), new.username.as_deref()];
    let taken: Vec<Identifier> = written.into_iter().flatten().filter_map(Identifier::parse).collect();
    end_sign_ups(tx, &taken).await
}

/// One-time tokens were sent to an address: they end with it, and with a password that they could have set anew.
async fn end_tokens(tx: &mut Tx, rekey: &Rekey, change: &CredentialChange<'_>) -> Result<()> {
    let ended = match change.kind {
        // Also those for an address that is the person's from now on: whoever had them sent did not mean this account.
        ChangeKind::IdentifiersChanged(after) | ChangeKind::IdentifiersSet(after) => {
            one_time_tokens::revoke_by_identifiers(tx, &removed_addresses(after, change.user), rekey.now())
                .await?;
            removed_addresses(change.user, after)
        }
        ChangeKind::Repudiated(after, _) => {
            one_time_tokens::revoke_by_identifiers(tx, &addresses(after), rekey.now()).await?;
            addresses(change.user)
        }
        _ => addresses(change.user),
    };
    Ok(one_time_tokens::revoke_by_identifiers(tx, &ended, rekey.now()).await?)
}

/// Proofs of somebody who is signed in: those by the old password end with it and those by an address with that; where it was not the
/// person's own doing, all of them.
async fn end_records(tx: &mut Tx, change: &CredentialChange<'_>) -> Result<()> {
    let id = &change.user.id;
    match change.kind {
        ChangeKind::PasswordChanged => verifications::end_by_password(tx, id).await?,
        ChangeKind::IdentifiersChanged(after) => {
            verifications::end_by_addresses(tx, id, &removed_addresses(change.user, after)).await?;
        }
        _ => verifications::end_all(tx, id).await?,
    }
    Ok(())
}

/// Links of notices. What a signed-in person does ends none: it may be the thief, and the owner needs them. A recovery ends those of
/// addresses that the account no longer has, but not of one that it had before the address which proves the recovery: otherwise a thief
/// would end the owner's way back by a reset over his own address.
async fn end_links(tx: &mut Tx, rekey: &Rekey, change: &CredentialChange<'_>) -> Result<()> {
    let (id, now) = (&change.user.id, rekey.now());
    match change.kind {
        ChangeKind::PasswordChanged | ChangeKind::PasswordSet | ChangeKind::IdentifiersChanged(_) => {}
        ChangeKind::PasswordReset(proof) => {
            repudiations::end_former(tx, id, &addresses(change.user), proof, now).await?;
        }
        ChangeKind::IdentifiersSet(after) => {
            repudiations::end_by_addresses(tx, id, &removed_addresses(change.user, after), now).await?;
        }
        ChangeKind::Repudiated(_, link) => {
            repudiations::mark_undone_since(tx, id, link.created_at, now, now.plus(NOT_ME_LIFE)).await?;
        }
        ChangeKind::Suspended | ChangeKind::Deleted => {
            repudiations::end_since(tx, id, Timestamp(0), now).await?;
        }
    }
    Ok(())
}

/// The addresses of an account, tagged.
fn addresses(user: &User) -> Addresses {
    let tagged =
        |text: &Option<String>| text.as_deref().and_then(Identifier::parse).map(|found| found.tagged());
    let phone = user.phone.as_ref().map(|digits| Identifier::Phone(digits.clone()).tagged());
    Addresses { email: tagged(&user.email), phone }
}

/// Those that the account had and has no longer.
fn removed_addresses(before: &User, after: &User) -> Addresses {
    let (before, after) = (addresses(before), addresses(after));
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
