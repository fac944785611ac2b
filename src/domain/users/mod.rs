//! User administration: create, find, import, set a password. Administrators are exempt from the policy
//! (decision 17) but not from parsing: an identifier that its owner could not type is refused by name.

use crate::model::caller::Network;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::{Identifier, username_key};
use crate::model::ids::UserId;
use crate::model::secret::Secret;
use crate::model::user::{NewUser, User};
use crate::store::sql::Tx;
use crate::store::users;

use super::apps::Actor;
use super::credentials::{ChangeKind, CredentialChange, end_proofs, end_sign_ups_for_new_user};
use super::throttle::{LimitKind, clear, lock_subject, row_id as throttle_id};
use super::webhooks::{self, WebhookEvent};
use super::{Core, audit, passwords};

mod ensure;
pub mod import_hash;
mod manage;
pub(super) mod name_limit;
mod provision;
pub mod search;
pub mod validation;

pub use self::manage::{
    UserPatch, check_password, check_password_policy, create, delete, merge_configs, merge_custom_data,
    merge_profile, patch, set_suspended,
};

pub use self::ensure::ensure;

pub use self::provision::{NewPassword, choose_password, create_with_password};

/// Creates an account; returns its id.
pub async fn add(rekey: &Core, mut new: NewUser, password: Option<&Secret>) -> Result<UserId> {
    validate_identifiers(&new)?;
    if let Some(password) = password {
        new.password_digest = Some(passwords::hash(rekey, Network::Unknown, password).await?);
    }
    let id = new.id.clone().map_or_else(|| UserId::generate(rekey.now(), rekey.rng()), UserId);
    let mut tx = rekey.store.write().await?;
    ensure_identifiers_available(&mut tx, &new, None).await?;
    end_sign_ups_for_new_user(&mut tx, &new).await?;
    users::insert(&mut tx, &id, &new, rekey.now()).await?;
    tx.commit().await?;
    Ok(id)
}

fn validate_identifiers(new: &NewUser) -> Result<()> {
    let unfit = validation::identifier_errors(new);
    if unfit.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(unfit).into()) }
}

/// Refuses identifiers that are taken, naming them.
async fn ensure_identifiers_available(tx: &mut Tx, new: &NewUser, but: Option<&UserId>) -> Result<()> {
    let wanted = [(new.email.as_deref(), Refusal::EmailTaken), (new.phone.as_deref(), Refusal::PhoneTaken)];
    if let Some(key) = new.username.as_deref().and_then(username_key)
        && users::is_username_taken(tx, &key, but).await?
    {
        return Err(Refusal::UsernameTaken.into());
    }
    for (text, refusal) in wanted {
        let Some(identifier) = text.and_then(Identifier::parse) else {
            continue;
        };
        if users::by_identifier(tx, &identifier).await?.is_some_and(|user| Some(&user.id) != but) {
            return Err(refusal.into());
        }
    }
    Ok(())
}

/// An account by id.
pub async fn find(rekey: &Core, id: &UserId) -> Result<Option<User>> {
    let mut tx = rekey.store.read().await?;
    Ok(users::by_id(&mut tx, id).await?)
}

/// An account by id or any identifier, as an administrator types it.
pub async fn find_by_id_or_identifier(rekey: &Core, typed: &str) -> Result<Option<User>> {
    if let Some(user) = find(rekey, &UserId(typed.to_owned())).await? {
        return Ok(Some(user));
    }
    let Some(identifier) = Identifier::parse(typed) else {
        return Ok(None);
    };
    let mut tx = rekey.store.read().await?;
    Ok(users::by_identifier(&mut tx, &identifier).await?)
}

/// Sets a password as an administrator: no policy, full sessions stay, audited (decision 17).
pub async fn set_password(rekey: &Core, by: Actor<'_>, id: &UserId, password: &Secret) -> Result<()> {
    let phc = passwords::hash(rekey, Network::Unknown, password).await?;
    let mut tx = rekey.store.write().await?;
    lock_subject(&mut tx, rekey, id.as_str()).await?;
    // Earlier guesses were not made at this password.
    clear(&mut tx, &throttle_id(rekey, LimitKind::SignIn, id.as_str())).await?;
    let before = users::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let change = CredentialChange::without_session(&before, ChangeKind::PasswordSet);
    end_proofs(&mut tx, rekey, &change).await?;
    if !users::admin_set_password(&mut tx, id, &phc, rekey.now()).await? {
        return Err(Refusal::NotFound.into());
    }
    let user = users::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    webhooks::publish(&mut tx, rekey, by.caller, WebhookEvent::UserUpdated(&user)).await?;
    let event = Event::success(EventKind::PasswordSetByAdmin, Some(id.clone())).with_subject(by.key);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    Ok(tx.commit().await?)
}
