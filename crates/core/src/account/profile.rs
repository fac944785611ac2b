//! Profile data that users edit: name, picture, username, profile fields, and custom data of apps. Each
//! change is applied to the account under a lock, so that concurrent changes do not overwrite each other. A
//! username can be signed in with, so changing it needs a proof.

use serde_json::{Map, Value};

use crate::account::authorization::{
    Principal, ensure_editable, ensure_recent_reauthentication, ensure_scope,
};
use crate::account::name_limit::limit_name_checks;
use crate::account::username_notice::enqueue_username_notice;
use crate::audit::event::{Event, EventKind};
use crate::credentials::{ChangeKind, CredentialChange, end_proofs};
use crate::db::error::StoreError;
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::throttle::lock_subject;
use crate::types::error::{AccountApiError, Error, Refusal, Result, parse_error};
use crate::types::identifier::{Identifier, IdentifierKind, displayed_username, username_key};
use crate::types::patch::Patch;
use crate::users::custom_data::Document;
use crate::users::profile::Profile;
use crate::users::user::User;
use crate::webhooks::{self, WebhookEvent};
use crate::{Context, Core, audit, users};

/// The longest name, in characters.
const MAX_NAME_LEN: usize = 128;
/// The longest address of a picture, in bytes.
const MAX_URL_BYTES: usize = 2048;

/// The fields to change.
#[derive(Clone, Debug, Default)]
pub struct AccountPatch {
    /// The display name.
    pub name: Patch<String>,
    /// The URL of a picture.
    pub avatar: Patch<String>,
    /// The username to sign in with.
    pub username: Patch<String>,
    /// Custom data that apps keep, replaced as a whole.
    pub custom_data: Option<Document>,
}

impl AccountPatch {
    const fn is_empty(&self) -> bool {
        self.name.is_absent()
            && self.avatar.is_absent()
            && self.username.is_absent()
            && self.custom_data.is_none()
    }

    /// Applies the changes that need no proof.
    fn apply_to(self, user: &mut User) {
        self.name.apply_to(&mut user.name);
        self.avatar.apply_to(&mut user.avatar);
        if let Some(data) = self.custom_data {
            user.custom_data = data;
        }
    }

    /// Lists the validation errors, one line each.
    fn validation_errors(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.name.value().is_some_and(|name| name.chars().count() > MAX_NAME_LEN) {
            found.push(format!("name: expected at most {MAX_NAME_LEN} characters"));
        }
        if self.avatar.value().is_some_and(|url| !is_picture_url(url)) {
            found.push("avatar: expected an http or https address".to_owned());
        }
        found.extend(self.username.value().and_then(|name| username_error(name)));
        if self.custom_data.as_ref().is_some_and(|data| !data.is_within_limit()) {
            found.push("customData: expected at most 16 KiB".to_owned());
        }
        found
    }
}

fn username_error(name: &str) -> Option<String> {
    let form = "expected a name of letters, digits and _ . - that does not begin with a digit";
    let read = Identifier::try_parse_as(IdentifierKind::Username, name);
    let why = read.and_then(|name| name.validate_new()).err()?;
    Some(format!("username: {}", why.expected(form)))
}

fn is_picture_url(text: &str) -> bool {
    let web = |url: url::Url| matches!(url.scheme(), "http" | "https");
    text.len() <= MAX_URL_BYTES && url::Url::parse(text).is_ok_and(web)
}

/// Changes the named fields; returns the account afterwards.
#[tracing::instrument(name = "update_account", skip_all)]
pub async fn update(
    context: Context<'_>,
    who: &Principal,
    proof: Option<&str>,
    change: AccountPatch,
) -> Result<User> {
    let core = context.core;
    ensure_allowed(core, who, &change)?;
    let problems = change.validation_errors();
    if !problems.is_empty() {
        return Err(Refusal::SettingsInvalid(problems).into());
    }
    if change.is_empty() {
        return Ok(who.user.clone());
    }
    if change.username.value().is_some() {
        ensure_recent_reauthentication(&mut core.store.read().await?, core, &who.user, proof).await?;
        limit_name_checks(context, &who.user.id).await?;
    }
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, who.user.id.as_str()).await?;
    let before =
        users::store::lock(&mut tx, &who.user.id).await?.ok_or(AccountApiError::VerificationRequired)?;
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
        let change = CredentialChange { user: &before, kind, keep: Some(&who.session) };
        end_proofs(&mut tx, core, &change).await?;
    }
    save(tx, context, &before, user).await
}

fn ensure_allowed(core: &Core, who: &Principal, change: &AccountPatch) -> Result<()> {
    if !change.name.is_absent() {
        ensure_editable(core, |fields| fields.name)?;
    }
    if !change.avatar.is_absent() {
        ensure_editable(core, |fields| fields.avatar)?;
    }
    if !change.username.is_absent() {
        ensure_editable(core, |fields| fields.username)?;
    }
    if change.custom_data.is_some() {
        ensure_editable(core, |fields| fields.custom_data)?;
    }
    ensure_scope(who, "profile")?;
    if change.custom_data.is_some() { ensure_scope(who, "custom_data") } else { Ok(()) }
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
    who: &Principal,
    fields: Map<String, Value>,
) -> Result<User> {
    ensure_editable(context.core, |fields| fields.profile)?;
    ensure_scope(who, "profile")?;
    if fields.contains_key("address") {
        ensure_scope(who, "address")?;
    }
    merge_patch(&Profile::default(), &fields)?;
    if fields.is_empty() {
        return Ok(who.user.clone());
    }
    let mut tx = context.core.store.write().await?;
    let before =
        users::store::lock(&mut tx, &who.user.id).await?.ok_or(AccountApiError::VerificationRequired)?;
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
