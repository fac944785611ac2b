//! A signed-in person takes another address, or gives one up. Two proofs are needed for a new one: that they are still there, and that
//! it is theirs; the second is used up. Open recovery requests end with it, because they were for the addresses of before.

use super::authorization::{
    FieldAccessor, Principal, ensure_editable, ensure_recent_reauthentication, ensure_scope,
};
use crate::domain::credentials::{
    AddressNotice, ChangeKind, CredentialChange, end_proofs, enqueue_address_notice,
};
use crate::domain::throttle::lock_subject;
use crate::domain::webhooks::{self, WebhookEvent};
use crate::domain::{Core, audit, notify};
use crate::model::caller::Caller;
use crate::model::error::{AccountApiError, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::{Identifier, IdentifierKind};
use crate::model::message::ChangedBy;
use crate::model::user::User;
use crate::store::error::StoreError;
use crate::store::sql::Tx;
use crate::store::users;
use crate::store::verification_records::{self, RecordKey};

/// An address that a person wants.
#[derive(Clone, Debug)]
pub struct NewAddress {
    /// The canonical form.
    pub identifier: Identifier,
    /// The record that proves it theirs.
    pub verification_id: String,
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
    rekey: &Core,
    caller: &Caller,
    who: &Principal,
    proof: Option<&str>,
    new: &NewAddress,
) -> Result<()> {
    let outcome = change_address(rekey, caller, who, proof, AddressChange::Set(new)).await;
    audit_refusal(rekey, caller, who, outcome).await
}

/// Gives the address of this kind up.
pub async fn remove_address(
    rekey: &Core,
    caller: &Caller,
    who: &Principal,
    proof: Option<&str>,
    kind: IdentifierKind,
) -> Result<()> {
    let outcome = change_address(rekey, caller, who, proof, AddressChange::Remove(kind)).await;
    audit_refusal(rekey, caller, who, outcome).await
}

async fn audit_refusal(rekey: &Core, caller: &Caller, who: &Principal, outcome: Result<()>) -> Result<()> {
    let refused = |code| Event::refused(EventKind::AddressChange, code, Some(who.user.id.clone()));
    audit::record_if_refused(rekey, caller, outcome, refused).await
}

/// The order is contract: the proof, the setting, the scope, the new address.
async fn change_address(
    rekey: &Core,
    caller: &Caller,
    who: &Principal,
    proof: Option<&str>,
    wanted: AddressChange<'_>,
) -> Result<()> {
    let kind = wanted.kind();
    let mut tx = rekey.store.write().await?;
    lock_subject(&mut tx, rekey, who.user.id.as_str()).await?;
    let before = users::lock(&mut tx, &who.user.id).await?.ok_or(AccountApiError::VerificationRequired)?;
    ensure_recent_reauthentication(&mut tx, rekey, &before, proof).await?;
    let (field, scope) = field_and_scope(kind);
    ensure_editable(rekey, field)?;
    ensure_scope(who, scope)?;
    let after = match wanted {
        AddressChange::Set(new) => with_address(&mut tx, rekey, &before, new).await?,
        AddressChange::Remove(kind) => without_address(rekey, &before, kind)?,
    };
    let change = CredentialChange {
        user: &before,
        kind: ChangeKind::IdentifiersChanged(&after),
        keep: Some(&who.session),
    };
    end_proofs(&mut tx, rekey, &change).await?;
    match users::update_self(&mut tx, &after, rekey.now()).await {
        Err(StoreError::Conflict) => return Err(taken_refusal(kind).into()),
        other => other?,
    }
    let notice = AddressNotice { before: &before, after: &after, kind, by: ChangedBy::Person };
    enqueue_address_notice(&mut tx, rekey, caller, &notice).await?;
    webhooks::publish(&mut tx, rekey, caller, WebhookEvent::UserUpdated(&after)).await?;
    let event = Event::success(EventKind::AddressChange, Some(after.id.clone()));
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(())
}

/// The setting and the scope of an address of this kind.
fn field_and_scope(kind: IdentifierKind) -> (FieldAccessor, &'static str) {
    match kind {
        IdentifierKind::Phone => (|fields| fields.phone, "phone"),
        IdentifierKind::Email | IdentifierKind::Username => (|fields| fields.email, "email"),
    }
}

async fn with_address(tx: &mut Tx, rekey: &Core, before: &User, new: &NewAddress) -> Result<User> {
    let tagged = new.identifier.to_key();
    let key = RecordKey { id: &new.verification_id, identifier: &tagged };
    if !verification_records::take(tx, &before.id, key, rekey.now()).await? {
        return Err(AccountApiError::VerificationInvalid.into());
    }
    // Said only now, to somebody who can read what is sent there.
    let holder = users::by_identifier(tx, &new.identifier).await?;
    if holder.is_some_and(|holder| holder.id != before.id) {
        return Err(taken_refusal(new.identifier.kind()).into());
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
fn without_address(rekey: &Core, before: &User, kind: IdentifierKind) -> Result<User> {
    let mut after = before.clone();
    let (other, required) = match kind {
        IdentifierKind::Phone => {
            after.phone = None;
            (IdentifierKind::Email, AccountApiError::PhoneRequired)
        }
        IdentifierKind::Email | IdentifierKind::Username => {
            after.email = None;
            (IdentifierKind::Phone, AccountApiError::EmailRequired)
        }
    };
    let live = rekey.snapshot();
    let needed = &live.settings.sign_in_experience.sign_up.identifiers;
    if needed.contains(&kind) && !needed.contains(&other) {
        return Err(required.into());
    }
    let is_last = after.addresses().is_empty();
    let needs_one = needed.iter().any(|kind| kind.channel().is_some());
    if is_last && (needs_one || after.username.is_none() || after.password_digest.is_none()) {
        return Err(AccountApiError::AddressRequired.into());
    }
    after.updated_at = rekey.now();
    Ok(after)
}

const fn taken_refusal(kind: IdentifierKind) -> Refusal {
    match kind {
        IdentifierKind::Phone => Refusal::PhoneTaken,
        IdentifierKind::Email | IdentifierKind::Username => Refusal::EmailTaken,
    }
}
