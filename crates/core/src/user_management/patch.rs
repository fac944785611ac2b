//! Changes of users by operators: what is merged, and what is validated before it is written.

use serde_json::{Map, Value};

use crate::Core;
use crate::audit::actor::Actor;
use crate::types::error::{Refusal, Result};
use crate::types::ids::UserId;
use crate::types::patch::Patch;
use crate::user_management::manage::update_with;
use crate::users::custom_data::{self, Document};
use crate::users::identifiers::changed_identifier_errors;
use crate::users::profile::Profile;
use crate::users::user::{NewUser, User};

/// An update of an account: a missing field stays, a null one is removed.
#[derive(Clone, Debug, Default)]
pub struct UserPatch {
    /// The username.
    pub username: Patch<String>,
    /// The email address.
    pub email: Patch<String>,
    /// The phone number.
    pub phone: Patch<String>,
    /// The display name.
    pub name: Patch<String>,
    /// The URL of a picture.
    pub avatar: Patch<String>,
    /// The profile, replaced as a whole.
    pub profile: Option<Profile>,
    /// Custom data of apps, replaced as a whole.
    pub custom_data: Option<Document>,
}

/// Merges these fields into the custom data.
pub async fn merge_custom_data(
    core: &Core,
    by: Actor<'_>,
    id: &UserId,
    fields: Map<String, Value>,
) -> Result<User> {
    update_with(core, by, id, |user| merge_patch(&mut user.custom_data, fields)).await
}

/// Merges these fields into the data of API clients.
pub async fn merge_configs(
    core: &Core,
    by: Actor<'_>,
    id: &UserId,
    fields: Map<String, Value>,
) -> Result<User> {
    update_with(core, by, id, |user| merge_patch(&mut user.configs, fields)).await
}

/// Merges these fields into the profile; null removes a field.
pub async fn merge_profile(
    core: &Core,
    by: Actor<'_>,
    id: &UserId,
    fields: Map<String, Value>,
) -> Result<User> {
    update_with(core, by, id, |user| {
        user.profile =
            user.profile.merge_patch(fields).map_err(|problem| Refusal::SettingsInvalid(vec![problem]))?;
        Ok(())
    })
    .await
}

fn merge_patch(document: &mut Document, fields: Map<String, Value>) -> Result<()> {
    document.0.extend(fields);
    Ok(())
}

pub(super) fn to_new_user(user: &User) -> NewUser {
    NewUser {
        username: user.username.clone(),
        email: user.email.clone(),
        phone: user.phone.clone(),
        name: user.name.clone(),
        locale: user.locale.clone(),
        is_suspended: user.is_suspended,
        ..NewUser::default()
    }
}

pub(super) fn draft_user(id: &UserId, new: &NewUser, core: &Core) -> User {
    User {
        username: new.username.clone(),
        email: new.email.clone(),
        phone: new.phone.clone(),
        name: new.name.clone(),
        avatar: new.avatar.clone(),
        profile: new.profile.clone(),
        custom_data: new.custom_data.clone(),
        ..User::new(id.clone(), core.now())
    }
}

/// Refuses values that are too long or no address, with a line for each.
pub(super) fn validate(before: &User, user: &User) -> Result<()> {
    let mut found = changed_identifier_errors(before, user);
    if user.name.as_deref().is_some_and(|name| name.chars().count() > 128) {
        found.push("name: expected at most 128 characters".to_owned());
    }
    if user.avatar.as_deref().is_some_and(|avatar| !is_picture_url(avatar)) {
        found.push("avatar: expected an http or https address".to_owned());
    }
    found.extend(user.profile.too_long_fields().into_iter().map(|problem| format!("profile.{problem}")));
    if !user.custom_data.is_within_limit() {
        found.push(format!("customData: expected at most {} bytes", custom_data::MAX_BYTES));
    }
    if !user.configs.is_within_limit() {
        found.push(format!("expected at most {} bytes in all", custom_data::MAX_BYTES));
    }
    if found.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(found).into()) }
}

/// A script URL in place of a picture would run in whatever page shows it.
fn is_picture_url(text: &str) -> bool {
    let url = url::Url::parse(text).ok().filter(|_| text.len() <= 2048);
    url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
