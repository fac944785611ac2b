//! What people say about themselves: name, picture, username, profile, and what apps keep about them. Each change is made to the account
//! as it is at that moment, held: two at once lose nothing of each other. A username can be signed in with, so it needs a proof.

use serde_json::{Map, Value};

use super::name_notice::enqueue_username_notice;
use super::who::{Who, editable, granted, permitted};
use crate::domain::credentials::{ChangeKind, CredentialChange, end_proofs};
use crate::domain::throttle::hold;
use crate::domain::users::names::admit_name;
use crate::domain::webhooks::{self, Fact};
use crate::domain::{Rekey, audit, notify};
use crate::model::caller::Caller;
use crate::model::complaint;
use crate::model::error::{Denied, Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::{Identifier, IdentifierKind, username_key, written_username};
use crate::model::user::document::Document;
use crate::model::user::{Profile, User};
use crate::store::error::StoreError;
use crate::store::sql::Tx;
use crate::store::users;

/// The longest name, in characters.
const LONGEST_NAME: usize = 128;
/// The longest address of a picture, in bytes.
const LONGEST_URL: usize = 2048;

/// What is to change; an inner none takes it away.
#[derive(Clone, Debug, Default)]
pub struct OwnChange {
    /// What the person is called.
    pub name: Option<Option<String>>,
    /// The address of a picture.
    pub avatar: Option<Option<String>>,
    /// The name to sign in with.
    pub username: Option<Option<String>>,
    /// What apps keep, as a whole.
    pub custom_data: Option<Document>,
}

impl OwnChange {
    const fn is_empty(&self) -> bool {
        self.name.is_none() && self.avatar.is_none() && self.username.is_none() && self.custom_data.is_none()
    }

    /// Changes what needs no proof.
    fn lay_over(self, user: &mut User) {
        if let Some(name) = self.name {
            user.name = name;
        }
        if let Some(avatar) = self.avatar {
            user.avatar = avatar;
        }
        if let Some(data) = self.custom_data {
            user.custom_data = data;
        }
    }

    /// What is wrong with it, a line each.
    fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let said = |field: &Option<Option<String>>, good: &dyn Fn(&str) -> bool| {
            field.as_ref().and_then(Option::as_deref).is_some_and(|text| !good(text))
        };
        if said(&self.name, &|name| name.chars().count() <= LONGEST_NAME) {
            found.push(format!("name: expected at most {LONGEST_NAME} characters"));
        }
        if said(&self.avatar, &is_picture) {
            found.push("avatar: expected an http or https address".to_owned());
        }
        found.extend(self.username.as_ref().and_then(Option::as_deref).and_then(unfit_name));
        if self.custom_data.as_ref().is_some_and(|data| !data.fits()) {
            found.push("customData: expected at most 16 KiB".to_owned());
        }
        found
    }
}

fn unfit_name(name: &str) -> Option<String> {
    let form = "expected a name of letters, digits and _ . - that does not begin with a digit";
    let read = Identifier::read_of(IdentifierKind::Username, name);
    let why = read.and_then(|name| name.check_new()).err()?;
    Some(format!("username: {}", why.expected(form)))
}

fn is_picture(text: &str) -> bool {
    let web = |url: url::Url| matches!(url.scheme(), "http" | "https");
    text.len() <= LONGEST_URL && url::Url::parse(text).is_ok_and(web)
}

/// Changes what is named; the answer is the account afterwards.
pub async fn update(
    rekey: &Rekey,
    caller: &Caller,
    who: &Who,
    proof: Option<&str>,
    change: OwnChange,
) -> Result<User> {
    allowed(rekey, who, &change)?;
    let problems = change.problems();
    if !problems.is_empty() {
        return Err(Refusal::SettingsInvalid(problems).into());
    }
    if change.is_empty() {
        return Ok(who.user.clone());
    }
    if let Some(Some(_)) = &change.username {
        permitted(&mut rekey.store.read().await?, rekey, &who.user, proof).await?;
        admit_name(rekey, caller, &who.user.id).await?;
    }
    let mut tx = rekey.store.write().await?;
    hold(&mut tx, rekey, who.user.id.as_str()).await?;
    let before = users::hold(&mut tx, &who.user.id).await?.ok_or(Denied::ProofMissing)?;
    let mut user = before.clone();
    if let Some(name) = &change.username {
        permitted(&mut tx, rekey, &user, proof).await?;
        free(&mut tx, &user, name.as_deref()).await?;
        user.username = name.as_deref().map(written_username);
    }
    change.lay_over(&mut user);
    if before.username != user.username {
        let kind = ChangeKind::IdentifiersChanged(&user);
        let change = CredentialChange { user: &before, kind, keep: Some(&who.session) };
        end_proofs(&mut tx, rekey, &change).await?;
    }
    save(tx, rekey, caller, &before, user).await
}

fn allowed(rekey: &Rekey, who: &Who, change: &OwnChange) -> Result<()> {
    if change.name.is_some() {
        editable(rekey, |fields| fields.name)?;
    }
    if change.avatar.is_some() {
        editable(rekey, |fields| fields.avatar)?;
    }
    if change.username.is_some() {
        editable(rekey, |fields| fields.username)?;
    }
    if change.custom_data.is_some() {
        editable(rekey, |fields| fields.custom_data)?;
    }
    granted(who, "profile")?;
    if change.custom_data.is_some() { granted(who, "custom_data") } else { Ok(()) }
}

/// Refuses a name that somebody else has, and taking the last identifier away.
async fn free(tx: &mut Tx, user: &User, name: Option<&str>) -> Result<()> {
    let Some(name) = name else {
        return match user.addresses().is_empty() {
            true => Err(Denied::IdentifierRequired.into()),
            false => Ok(()),
        };
    };
    let key = username_key(name).ok_or(Refusal::IdentifierMalformed)?;
    match users::is_name_taken(tx, &key, Some(&user.id)).await? {
        true => Err(Refusal::UsernameTaken.into()),
        false => Ok(()),
    }
}

/// Writes it down. A name that somebody took in this very moment ends all of it.
async fn save(mut tx: Tx, rekey: &Rekey, caller: &Caller, before: &User, mut user: User) -> Result<User> {
    user.updated_at = rekey.now();
    match users::save_own(&mut tx, &user, rekey.now()).await {
        Err(StoreError::Conflict) => return Err(Refusal::UsernameTaken.into()),
        other => other?,
    }
    enqueue_username_notice(&mut tx, rekey, caller, before, &user).await?;
    webhooks::tell(&mut tx, rekey, caller, Fact::UserUpdated(&user)).await?;
    let event = Event::success(EventKind::ProfileChange, Some(user.id.clone()));
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(user)
}

/// Changes the fields of the profile that are named; null takes one away.
pub async fn update_profile(
    rekey: &Rekey,
    caller: &Caller,
    who: &Who,
    fields: Map<String, Value>,
) -> Result<User> {
    editable(rekey, |fields| fields.profile)?;
    granted(who, "profile")?;
    if fields.contains_key("address") {
        granted(who, "address")?;
    }
    merged(&Profile::default(), &fields)?;
    if fields.is_empty() {
        return Ok(who.user.clone());
    }
    let mut tx = rekey.store.write().await?;
    let before = users::hold(&mut tx, &who.user.id).await?.ok_or(Denied::ProofMissing)?;
    let mut user = before.clone();
    user.profile = merged(&user.profile, &fields)?;
    save(tx, rekey, caller, &before, user).await
}

/// The profile with these fields in it.
fn merged(profile: &Profile, fields: &Map<String, Value>) -> Result<Profile> {
    let mut whole = serde_json::to_value(profile).map_err(anyhow::Error::from)?;
    if let Value::Object(known) = &mut whole {
        known.extend(fields.clone());
    }
    let invalid = |problems: Vec<String>| Error::Refused(Refusal::SettingsInvalid(problems));
    let merged: Profile =
        serde_path_to_error::deserialize(whole).map_err(|error| invalid(vec![complaint::tell(&error)]))?;
    let long = merged.too_long();
    if long.is_empty() { Ok(merged) } else { Err(invalid(long)) }
}
