//! Profile data that users edit: name, picture, username, profile fields, and custom data of apps. Each
//! change is applied to the account under a lock, so that concurrent changes do not overwrite each other. A
//! username can be signed in with, so changing it needs a proof.

use serde_json::{Map, Value};

use crate::account::account_patch::AccountPatch;
use crate::account::authorization::{
    Principal, ensure_editable, ensure_recent_reauthentication, ensure_scope, lock_user,
};
use crate::audit::event::{Event, EventKind};
use crate::credentials::{ChangeKind, CredentialChange, end_proofs, enqueue_username_notice};
use crate::db::error::StoreError;
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::throttle::{LimitKind, Rule, check_and_count, lock_subject, row_id};
use crate::types::error::{AccountApiError, Error, Refusal, Result, parse_error};
use crate::types::identifier::{displayed_username, username_key};
use crate::types::ids::UserId;
use crate::types::purpose::Purpose;
use crate::users::profile::Profile;
use crate::users::user::User;
use crate::verification::request::limits::limit_by_network;
use crate::webhooks::{self, WebhookEvent};
use crate::{Context, audit, users};

/// Changes the named fields; returns the account afterwards.
#[tracing::instrument(name = "update_account", skip_all)]
pub async fn update(
    context: Context<'_>,
    principal: &Principal,
    proof: Option<&str>,
    change: AccountPatch,
) -> Result<User> {
    let core = context.core;
    change.ensure_allowed(core, principal)?;
    let problems = change.validation_errors();
    if !problems.is_empty() {
        return Err(Refusal::SettingsInvalid(problems).into());
    }
    if change.is_empty() {
        return Ok(principal.user.clone());
    }
    if change.username.value().is_some() {
        ensure_recent_reauthentication(&mut core.store.read().await?, core, &principal.user, proof).await?;
        limit_name_checks(context, &principal.user.id).await?;
    }
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, principal.user.id.as_str()).await?;
    let before = lock_user(&mut tx, &principal.user.id).await?;
    let mut user = before.clone();
    if !change.username.is_absent() {
        let name = change.username.value();
        ensure_recent_reauthentication(&mut tx, core, &user, proof).await?;
        ensure_username_available(&mut tx, &user, name.map(String::as_str)).await?;
        user.username = name.map(|name| displayed_username(name));
    }
    change.apply_to(&mut user);
    if before.username != user.username {
        let kind = ChangeKind::IdentifiersChanged(&user);
        let change = CredentialChange { user: &before, kind, keep: Some(&principal.session) };
        end_proofs(&mut tx, core, &change).await?;
    }
    save(tx, context, &before, user).await
}

/// Counts a check of whether a username is free, which could be used to enumerate names. It counts against
/// the network, as at sign-up, and the account: an app's server is one network for all its users, and a user
/// may change networks. It runs in its own transaction, so that a later refusal does not take it back.
async fn limit_name_checks(context: Context<'_>, user: &UserId) -> Result<()> {
    let limit = context.snapshot().settings.throttle.requests_per_ip;
    let tx = context.core.store.write().await?;
    let mut tx = limit_by_network(tx, context, Purpose::SignUp).await?;
    let row = row_id(context.core, LimitKind::UsernameChecks, user.as_str());
    if let Some(retry_after) = check_and_count(&mut tx, context.core, &row, &[Rule::Window(limit)]).await? {
        tx.rollback().await?;
        let refusal = Refusal::Throttled { retry_after };
        return Err(audit::refuse(context, EventKind::ProfileChange, refusal).await);
    }
    Ok(tx.commit().await?)
}

/// Refuses a username that is taken, and removing the last identifier.
async fn ensure_username_available(tx: &mut Tx, user: &User, name: Option<&str>) -> Result<()> {
    let Some(name) = name else {
        return if user.addresses().is_empty() {
            Err(AccountApiError::IdentifierRequired.into())
        } else {
            Ok(())
        };
    };
    let key = username_key(name).ok_or(Refusal::IdentifierMalformed)?;
    if users::store::is_username_taken(tx, &key, Some(&user.id)).await? {
        Err(Refusal::UsernameTaken.into())
    } else {
        Ok(())
    }
}

/// Saves the change. If somebody took the username at the same moment, the whole change fails.
async fn save(mut tx: Tx, context: Context<'_>, before: &User, mut user: User) -> Result<User> {
    user.updated_at = context.now();
    match users::store::update_self(&mut tx, &user, context.now()).await {
        Err(StoreError::Conflict) => return Err(Refusal::UsernameTaken.into()),
        other => other?,
    }
    enqueue_username_notice(&mut tx, context, before, &user).await?;
    webhooks::publish(&mut tx, context.core, context.caller, WebhookEvent::UserUpdated(&user)).await?;
    let event = Event::success(EventKind::ProfileChange, Some(user.id.clone()));
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Ok(user)
}

/// Changes the named profile fields; null removes a field.
#[tracing::instrument(skip_all)]
pub async fn update_profile(
    context: Context<'_>,
    principal: &Principal,
    fields: Map<String, Value>,
) -> Result<User> {
    ensure_editable(context.core, |fields| fields.profile)?;
    ensure_scope(principal, "profile")?;
    if fields.contains_key("address") {
        ensure_scope(principal, "address")?;
    }
    merge_patch(&Profile::default(), &fields)?;
    if fields.is_empty() {
        return Ok(principal.user.clone());
    }
    let mut tx = context.core.store.write().await?;
    let before = lock_user(&mut tx, &principal.user.id).await?;
    let mut user = before.clone();
    user.profile = merge_patch(&user.profile, &fields)?;
    save(tx, context, &before, user).await
}

/// Returns the profile with these fields merged into it.
fn merge_patch(profile: &Profile, fields: &Map<String, Value>) -> Result<Profile> {
    let mut whole = serde_json::to_value(profile).map_err(anyhow::Error::from)?;
    if let Value::Object(known) = &mut whole {
        known.extend(fields.clone());
    }
    let invalid = |problems: Vec<String>| Error::Refused(Refusal::SettingsInvalid(problems));
    let merged: Profile = serde_path_to_error::deserialize(whole)
        .map_err(|error| invalid(vec![parse_error::describe(&error)]))?;
    let long = merged.too_long_fields();
    if long.is_empty() { Ok(merged) } else { Err(invalid(long)) }
}
