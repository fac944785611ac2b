//! Changes of accounts by API clients: update, suspend, delete. Only suspending and deleting end sessions.
//! Concurrent updates are both applied: every update locks the account first.

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::credentials::{ChangeKind, CredentialChange, end_proofs};
use crate::db::error::StoreError;
use crate::db::sql::Tx;
use crate::sessions::revoke;
use crate::throttle::lock_subject;
use crate::types::error::{Refusal, Result};
use crate::types::ids::UserId;
use crate::user_management::ensure_identifiers_available;
use crate::user_management::patch::{UserPatch, to_new_user, validate};
use crate::users::user::User;
use crate::webhooks::{self, WebhookEvent};
use crate::{Core, audit, users};

/// Updates an account. If an address or username changes, every open request of the user ends: a code sent to
/// the old address becomes useless.
#[tracing::instrument(name = "patch_user", skip_all, fields(user.id = id.as_str()))]
pub async fn patch(core: &Core, by: Actor<'_>, id: &UserId, patch: UserPatch) -> Result<User> {
    update_with(core, by, id, |user| {
        let UserPatch { username, email, phone, name, avatar, profile, custom_data } = patch;
        username.apply_to(&mut user.username);
        email.apply_to(&mut user.email);
        phone.apply_to(&mut user.phone);
        name.apply_to(&mut user.name);
        avatar.apply_to(&mut user.avatar);
        if let Some(profile) = profile {
            user.profile = profile;
        }
        if let Some(data) = custom_data {
            user.custom_data = data;
        }
        Ok(())
    })
    .await
}

pub(super) async fn update_with(
    core: &Core,
    by: Actor<'_>,
    id: &UserId,
    how: impl FnOnce(&mut User) -> Result<()>,
) -> Result<User> {
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, id.as_str()).await?;
    // The user may be changing their own account at this moment, which locks the row.
    users::store::lock(&mut tx, id).await?;
    let before = load(&mut tx, id).await?;
    let mut user = before.clone();
    how(&mut user)?;
    let user = save_update(&mut tx, core, by, &before, user).await?;
    tx.commit().await?;
    Ok(user)
}

/// Saves the update of a locked account, ends the proofs it invalidates, and publishes events; returns the
/// account afterwards.
pub(super) async fn save_update(
    tx: &mut Tx,
    core: &Core,
    by: Actor<'_>,
    before: &User,
    user: User,
) -> Result<User> {
    let id = &before.id;
    validate(before, &user)?;
    let new = to_new_user(&user);
    ensure_identifiers_available(tx, &new, Some(id)).await?;
    if (&user.email, &user.phone, &user.username) != (&before.email, &before.phone, &before.username) {
        let kind = ChangeKind::IdentifiersSet(&user);
        end_proofs(tx, core, &CredentialChange::without_session(before, kind)).await?;
    }
    match users::store::save(tx, id, &new, core.now()).await {
        Err(StoreError::Conflict) => return Err(Refusal::Duplicate.into()),
        other => other?,
    }
    users::store::update_profile(tx, id, &user, core.now()).await?;
    let user = load(tx, id).await?;
    webhooks::publish(tx, core, by.caller, WebhookEvent::UserUpdated(&user)).await?;
    audit_change(tx, core, by, id, "changed").await?;
    Ok(user)
}

/// Suspends an account or reactivates it. Suspending ends every session, and every token with it.
#[tracing::instrument(name = "suspend_user", skip_all, fields(user.id = id.as_str()))]
pub async fn set_suspended(core: &Core, by: Actor<'_>, id: &UserId, is_suspended: bool) -> Result<User> {
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, id.as_str()).await?;
    let before = load(&mut tx, id).await?;
    if users::store::set_suspended(&mut tx, id, is_suspended, core.now()).await? {
        if is_suspended {
            let change = CredentialChange::without_session(&before, ChangeKind::Suspended);
            end_proofs(&mut tx, core, &change).await?;
            revoke::revoke_other_sessions(&mut tx, core, id, None).await?;
        }
        let user = load(&mut tx, id).await?;
        webhooks::publish(&mut tx, core, by.caller, WebhookEvent::SuspensionChanged(&user)).await?;
        audit_change(&mut tx, core, by, id, if is_suspended { "suspended" } else { "restored" }).await?;
    }
    let user = load(&mut tx, id).await?;
    tx.commit().await?;
    Ok(user)
}

/// Deletes an account: its sessions and tokens end, apps that registered for logout are notified, and then it
/// is removed.
#[tracing::instrument(name = "delete_user", skip_all, fields(user.id = id.as_str()))]
pub async fn delete(core: &Core, by: Actor<'_>, id: &UserId) -> Result<()> {
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, id.as_str()).await?;
    users::store::lock(&mut tx, id).await?;
    let user = load(&mut tx, id).await?;
    end_proofs(&mut tx, core, &CredentialChange::without_session(&user, ChangeKind::Deleted)).await?;
    revoke::revoke_other_sessions(&mut tx, core, id, None).await?;
    users::store::delete(&mut tx, id).await?;
    webhooks::publish(&mut tx, core, by.caller, WebhookEvent::UserDeleted(&user)).await?;
    audit_change(&mut tx, core, by, id, "deleted").await?;
    Ok(tx.commit().await?)
}

pub(super) async fn load(tx: &mut Tx, id: &UserId) -> Result<User> {
    Ok(users::store::by_id(tx, id).await?.ok_or(Refusal::NotFound)?)
}

pub(super) async fn audit_change(
    tx: &mut Tx,
    core: &Core,
    by: Actor<'_>,
    id: &UserId,
    how: &'static str,
) -> Result<()> {
    let event = Event::with_result(EventKind::UserChange, how, Some(id.clone())).with_subject(by.key);
    audit::record(tx, by.context(core), &event).await
}
