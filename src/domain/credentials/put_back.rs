//! What "this wasn't me" undoes: an address as it was before the change, and the password that somebody else may have set. The surprise:
//! an address that a change which was taken back had put there is never put back, whatever other link says so.

use crate::domain::Rekey;
use crate::model::error::Result;
use crate::model::identifier::{Identifier, IdentifierKind};
use crate::model::user::User;
use crate::store::repudiations::{self, Repudiation};
use crate::store::sql::Tx;
use crate::store::users;

/// What becomes of the address that a link speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressOutcome {
    /// The link speaks of no address, or there was nothing to put back.
    Kept,
    /// It is as it was before the change.
    Restored,
    /// The new one is gone, and none is in its place: there was none before, or somebody else has it by now.
    Removed,
}

/// The account with the address as it was before the change. Nothing is written.
pub(super) async fn restored(
    tx: &mut Tx,
    link: &Repudiation,
    user: &User,
) -> Result<(AddressOutcome, IdentifierKind, User)> {
    let mut after = user.clone();
    let (kind, text) =
        link.address.as_deref().and_then(|address| address.split_once(':')).unwrap_or_default();
    let kind = if kind == "phone" { IdentifierKind::Phone } else { IdentifierKind::Email };
    let before = Identifier::of(kind, text);
    if link.address.is_none() || user.is_suspended || !may_return(tx, user, before.as_ref()).await? {
        return Ok((AddressOutcome::Kept, kind, after));
    }
    let text = match &before {
        Some(identifier) if is_free(tx, user, identifier).await? => Some(text.to_owned()),
        _ => None,
    };
    let outcome = if text.is_some() { AddressOutcome::Restored } else { AddressOutcome::Removed };
    match kind {
        IdentifierKind::Phone => after.phone = text,
        IdentifierKind::Email | IdentifierKind::Username => after.email = text,
    }
    let is_same = (&after.email, &after.phone) == (&user.email, &user.phone);
    Ok((if is_same { AddressOutcome::Kept } else { outcome }, kind, after))
}

async fn may_return(tx: &mut Tx, user: &User, before: Option<&Identifier>) -> Result<bool> {
    match before {
        Some(identifier) => Ok(!repudiations::was_taken_back(tx, &user.id, &identifier.tagged()).await?),
        None => Ok(true),
    }
}

async fn is_free(tx: &mut Tx, user: &User, identifier: &Identifier) -> Result<bool> {
    let holder = users::by_identifier(tx, identifier).await?;
    Ok(holder.is_none_or(|holder| holder.id == user.id))
}

/// Switches off the password that is there now; false where there is none, or the owner's own way back set it. That is a recovery after
/// the change, proved over an address that the account had before it, and over another than the change itself was proved with, unless the
/// link went there.
pub(super) async fn freeze(tx: &mut Tx, rekey: &Rekey, link: &Repudiation, user: &User) -> Result<bool> {
    let is_later =
        user.password_since() > link.password_changed_at && user.password_since() > link.created_at;
    if is_later && is_owners(tx, link, user).await? {
        return Ok(false);
    }
    Ok(users::mark_frozen(tx, &user.id, user.password_since(), rekey.now()).await?)
}

async fn is_owners(tx: &mut Tx, link: &Repudiation, user: &User) -> Result<bool> {
    let Some(proof) = users::password_proof(tx, &user.id).await? else { return Ok(false) };
    if link.sent_to.as_ref() == Some(&proof) {
        return Ok(true);
    }
    let told = repudiations::list_told(tx, &user.id, link.created_at).await?;
    Ok(told.contains(&proof) && link.proved_by.as_ref() != Some(&proof))
}
