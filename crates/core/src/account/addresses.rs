//! Sets or removes an address of a signed-in user. A new address needs two proofs: recent reauthentication,
//! and a verification record for the address, which is consumed. Open recovery requests end, because they
//! were made for the previous addresses.

use crate::account::authorization::{
    FieldAccessor, Principal, ensure_editable, ensure_recent_reauthentication, ensure_scope, lock_user,
};
use crate::audit::event::{Event, EventKind};
use crate::credentials::{AddressNotice, ChangeKind, CredentialChange, end_proofs, enqueue_address_notice};
use crate::db::error::StoreError;
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::messages::message::ChangedBy;
use crate::throttle::lock_subject;
use crate::types::error::{AccountApiError, Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierKind};
use crate::types::ids::RequestId;
use crate::users::user::User;
use crate::verification::grant;
use crate::webhooks::{self, WebhookEvent};
use crate::{Context, Core, audit, users};

/// An address that the user wants to set.
#[derive(Clone, Debug)]
pub struct NewAddress {
    /// The canonical form.
    pub identifier: Identifier,
    /// The verification record that proves ownership of the address.
    pub verification_id: String,
}

/// A change to one address.
#[derive(Clone, Copy)]
enum AddressChange<'a> {
    /// Replaces the address of the same kind.
    Set(&'a NewAddress),
    /// Removes the address of this kind.
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

/// Sets a new address, replacing the one of the same kind.
#[tracing::instrument(skip_all)]
pub async fn set_address(
    context: Context<'_>,
    principal: &Principal,
    proof: Option<&str>,
    new: &NewAddress,
) -> Result<()> {
    let outcome = change_address(context, principal, proof, AddressChange::Set(new)).await;
    audit_refusal(context, principal, outcome).await
}

/// Removes the address of this kind.
#[tracing::instrument(skip_all)]
pub async fn remove_address(
    context: Context<'_>,
    principal: &Principal,
    proof: Option<&str>,
    kind: IdentifierKind,
) -> Result<()> {
    let outcome = change_address(context, principal, proof, AddressChange::Remove(kind)).await;
    audit_refusal(context, principal, outcome).await
}

async fn audit_refusal(context: Context<'_>, principal: &Principal, outcome: Result<()>) -> Result<()> {
    let refused = |code| Event::refused(EventKind::AddressChange, code, Some(principal.user.id.clone()));
    audit::record_if_refused(context, outcome, refused).await
}

/// The order of the checks is part of the API contract: proof, setting, scope, new address.
async fn change_address(
    context: Context<'_>,
    principal: &Principal,
    proof: Option<&str>,
    wanted: AddressChange<'_>,
) -> Result<()> {
    let Context { core, caller } = context;
    let kind = wanted.kind();
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, principal.user.id.as_str()).await?;
    let before = lock_user(&mut tx, &principal.user.id).await?;
    ensure_recent_reauthentication(&mut tx, core, &before, proof).await?;
    let (field, scope) = field_and_scope(kind);
    ensure_editable(core, field)?;
    ensure_scope(principal, scope)?;
    let after = match wanted {
        AddressChange::Set(new) => with_address(&mut tx, core, &before, new).await?,
        AddressChange::Remove(kind) => without_address(core, &before, kind)?,
    };
    let change = CredentialChange {
        user: &before,
        kind: ChangeKind::IdentifiersChanged(&after),
        keep: Some(&principal.session),
    };
    end_proofs(&mut tx, core, &change).await?;
    match users::store::update_self(&mut tx, &after, core.now()).await {
        Err(StoreError::Conflict) => return Err(taken_refusal(kind).into()),
        other => other?,
    }
    let notice = AddressNotice { before: &before, after: &after, kind, by: ChangedBy::User };
    enqueue_address_notice(&mut tx, context, &notice).await?;
    webhooks::publish(&mut tx, core, caller, WebhookEvent::UserUpdated(&after)).await?;
    let event = Event::success(EventKind::AddressChange, Some(after.id.clone()));
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    enqueue::wake_sender(core);
    Ok(())
}

/// The setting and the scope that control an address of this kind.
fn field_and_scope(kind: IdentifierKind) -> (FieldAccessor, &'static str) {
    match kind {
        IdentifierKind::Phone => (|fields| fields.phone, "phone"),
        IdentifierKind::Email | IdentifierKind::Username => (|fields| fields.email, "email"),
    }
}

async fn with_address(tx: &mut Tx, core: &Core, before: &User, new: &NewAddress) -> Result<User> {
    let id = RequestId(new.verification_id.clone());
    if !grant::consume_record(tx, core, &before.id, &id, &new.identifier).await? {
        return Err(AccountApiError::VerificationInvalid.into());
    }
    // Conflicts are reported only now, to a caller who has proved that they can read mail at this address.
    let holder = users::store::by_identifier(tx, &new.identifier).await?;
    if holder.is_some_and(|holder| holder.id != before.id) {
        return Err(taken_refusal(new.identifier.kind()).into());
    }
    let mut after = before.clone();
    match &new.identifier {
        Identifier::Phone(digits) => after.phone = Some(digits.clone()),
        Identifier::Email(key) | Identifier::Username(key) => after.email = Some(key.clone()),
    }
    after.updated_at = core.now();
    Ok(after)
}

/// A user without any address could not recover the account after forgetting the password. The last address
/// may be removed only where sign-up works without one, and only when a username and a password remain to
/// sign in with.
fn without_address(core: &Core, before: &User, kind: IdentifierKind) -> Result<User> {
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
    let snapshot = core.snapshot();
    let needed = &snapshot.settings.sign_in_experience.sign_up.identifiers;
    if needed.contains(&kind) && !needed.contains(&other) {
        return Err(required.into());
    }
    let is_last = after.addresses().is_empty();
    let needs_one = needed.iter().any(|kind| kind.channel().is_some());
    if is_last && (needs_one || after.username.is_none() || after.password_digest.is_none()) {
        return Err(AccountApiError::AddressRequired.into());
    }
    after.updated_at = core.now();
    Ok(after)
}

const fn taken_refusal(kind: IdentifierKind) -> Refusal {
    match kind {
        IdentifierKind::Phone => Refusal::PhoneTaken,
        IdentifierKind::Email | IdentifierKind::Username => Refusal::EmailTaken,
    }
}
