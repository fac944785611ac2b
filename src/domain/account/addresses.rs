//! A signed-in person takes another address, or gives one up. Two proofs are needed for a new one: that they are still there, and that
//! it is theirs; the second is used up. Open recovery requests end with it, because they were for the addresses of before.

use super::who::{Field, Who, editable, granted, permitted};
use crate::domain::credentials::{
    AddressNotice, ChangeKind, CredentialChange, end_proofs, enqueue_address_notice,
};
use crate::domain::throttle::hold;
use crate::domain::webhooks::{self, Fact};
use crate::domain::{Rekey, audit, notify};
use crate::model::caller::Caller;
use crate::model::error::{Denied, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::{Identifier, IdentifierKind};
use crate::model::message::ChangedBy;
use crate::model::user::User;
use crate::store::error::StoreError;
use crate::store::sql::Tx;
use crate::store::users;
use crate::store::verifications::{self, RecordKey};

/// An address that a person wants.
#[derive(Clone, Debug)]
pub struct NewAddress {
    /// The canonical form.
    pub identifier: Identifier,
    /// The record that proves it theirs.
    pub record: String,
}

/// What becomes of an address.
#[derive(Clone, Copy)]
enum AddressChange<'a> {
    /// This one takes the place of the one of its kind.
    Set(&'a NewAddress),
    /// The one of this kind goes.
    Remove(IdentifierKind),
}

impl AddressChange<'_> {
    const fn kind(self) -> IdentifierKind {
        match self {
            Self::Set(new) => new.identifier.kind(),
            Self::Remove(kind) => kind,
        }
    }
}

/// Takes a new address in the place of the one of its kind.
pub async fn set_address(
    rekey: &Rekey,
    caller: &Caller,
    who: &Who,
    proof: Option<&str>,
    new: &NewAddress,
) -> Result<()> {
    let outcome = change(rekey, caller, who, proof, AddressChange::Set(new)).await;
    noted(rekey, caller, who, outcome).await
}

/// Gives the address of this kind up.
pub async fn remove_address(
    rekey: &Rekey,
    caller: &Caller,
    who: &Who,
    proof: Option<&str>,
    kind: IdentifierKind,
) -> Result<()> {
    let outcome = change(rekey, caller, who, proof, AddressChange::Remove(kind)).await;
    noted(rekey, caller, who, outcome).await
}

async fn noted(rekey: &Rekey, caller: &Caller, who: &Who, outcome: Result<()>) -> Result<()> {
    let refused = |code| Event::refused(EventKind::AddressChange, code, Some(who.user.id.clone()));
    audit::record_if_refused(rekey, caller, outcome, refused).await
}

/// The order is contract: the proof, the setting, the scope, the new address.
async fn change(
    rekey: &Rekey,
    caller: &Caller,
    who: &Who,
    proof: Option<&str>,
    wanted: AddressChange<'_>,
) -> Result<()> {
    let kind = wanted.kind();
    let mut tx = rekey.store.write().await?;
    hold(&mut tx, rekey, who.user.id.as_str()).await?;
    let before = users::hold(&mut tx, &who.user.id).await?.ok_or(Denied::ProofMissing)?;
    permitted(&mut tx, rekey, &before, proof).await?;
    let (field, scope) = rule(kind);
    editable(rekey, field)?;
    granted(who, scope)?;
    let after = match wanted {
        AddressChange::Set(new) => with(&mut tx, rekey, &before, new).await?,
        AddressChange::Remove(kind) => without(rekey, &before, kind)?,
    };
    let change = CredentialChange {
        user: &before,
        kind: ChangeKind::IdentifiersChanged(&after),
        keep: Some(&who.session),
    };
    end_proofs(&mut tx, rekey, &change).await?;
    match users::save_own(&mut tx, &after, rekey.now()).await {
        Err(StoreError::Conflict) => return Err(taken(kind).into()),
        other => other?,
    }
    let notice = AddressNotice { before: &before, after: &after, kind, by: ChangedBy::Person };
    enqueue_address_notice(&mut tx, rekey, caller, &notice).await?;
    webhooks::tell(&mut tx, rekey, caller, Fact::UserUpdated(&after)).await?;
    let event = Event::success(EventKind::AddressChange, Some(after.id.clone()));
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(())
}

/// The setting and the scope of an address of this kind.
fn rule(kind: IdentifierKind) -> (Field, &'static str) {
    match kind {
        IdentifierKind::Phone => (|fields| fields.phone, "phone"),
        IdentifierKind::Email | IdentifierKind::Username => (|fields| fields.email, "email"),
    }
}

async fn with(tx: &mut Tx, rekey: &Rekey, before: &User, new: &NewAddress) -> Result<User> {
    let tagged = new.identifier.tagged();
    let key = RecordKey { id: &new.record, identifier: &tagged };
    if !verifications::take(tx, &before.id, key, rekey.now()).await? {
        return Err(Denied::ProofUnknown.into());
    }
    // Said only now, to somebody who can read what is sent there.
    let holder = users::by_identifier(tx, &new.identifier).await?;
    if holder.is_some_and(|holder| holder.id != before.id) {
        return Err(taken(new.identifier.kind()).into());
    }
    let mut after = before.clone();
    match &new.identifier {
        Identifier::Phone(digits) => after.phone = Some(digits.clone()),
        Identifier::Email(key) | Identifier::Username(key) => after.email = Some(key.clone()),
    }
    after.updated_at = rekey.now();
    Ok(after)
}

/// Somebody without any address could not come back in after forgetting the password: only where people sign up without one may the last
/// go, and only when a name and a password are left to sign in with.
fn without(rekey: &Rekey, before: &User, kind: IdentifierKind) -> Result<User> {
    let mut after = before.clone();
    let (other, required) = match kind {
        IdentifierKind::Phone => {
            after.phone = None;
            (IdentifierKind::Email, Denied::PhoneRequired)
        }
        IdentifierKind::Email | IdentifierKind::Username => {
            after.email = None;
            (IdentifierKind::Phone, Denied::EmailRequired)
        }
    };
    let live = rekey.live();
    let needed = &live.settings.sign_in_experience.sign_up.identifiers;
    if needed.contains(&kind) && !needed.contains(&other) {
        return Err(required.into());
    }
    let is_last = after.addresses().is_empty();
    let needs_one = needed.iter().any(|kind| kind.channel().is_some());
    if is_last && (needs_one || after.username.is_none() || after.password_digest.is_none()) {
        return Err(Denied::AddressRequired.into());
    }
    after.updated_at = rekey.now();
    Ok(after)
}

const fn taken(kind: IdentifierKind) -> Refusal {
    match kind {
        IdentifierKind::Phone => Refusal::PhoneTaken,
        IdentifierKind::Email | IdentifierKind::Username => Refusal::EmailTaken,
    }
}
