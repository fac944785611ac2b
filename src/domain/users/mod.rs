//! What administrators do with people: make, find, import, set a password. Administrators are exempt from the policy (decision
//! 17) and never from parsing: an identifier that could not be typed by its owner is refused by name.

use crate::model::caller::Network;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::{Identifier, username_key};
use crate::model::ids::UserId;
use crate::model::secret::Secret;
use crate::model::user::{NewUser, User};
use crate::store::sql::Tx;
use crate::store::users;

use super::apps::Author;
use super::credentials::{ChangeKind, CredentialChange, end_proofs, end_sign_ups_of_new};
use super::throttle::{Purpose, clear, hold, id as throttle_id};
use super::webhooks::{self, Fact};
use super::{Rekey, audit, passwords};

mod change;
pub mod directory;
mod enrol;
mod ensure;
pub mod import;
pub(super) mod names;
pub mod unfit;

pub use self::change::{
    UserPatch, add_configs, add_custom_data, add_profile, check_password, create, delete, judge_password,
    patch, suspend,
};

pub use self::ensure::ensure;

pub use self::enrol::{NewPassword, choose_password, enrol};

/// Makes an account; its id is the answer.
pub async fn add(rekey: &Rekey, mut new: NewUser, password: Option<&Secret>) -> Result<UserId> {
    well_formed(&new)?;
    if let Some(password) = password {
        new.password_digest = Some(passwords::hash(rekey, Network::Unknown, password).await?);
    }
    let id = new.id.clone().map_or_else(|| UserId::fresh(rekey.now(), rekey.chance()), UserId);
    let mut tx = rekey.store.write().await?;
    free(&mut tx, &new, None).await?;
    end_sign_ups_of_new(&mut tx, &new).await?;
    users::insert(&mut tx, &id, &new, rekey.now()).await?;
    tx.commit().await?;
    Ok(id)
}

fn well_formed(new: &NewUser) -> Result<()> {
    let unfit = unfit::identifiers(new);
    if unfit.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(unfit).into()) }
}

/// Refuses identifiers that somebody else has, saying which.
async fn free(tx: &mut Tx, new: &NewUser, but: Option<&UserId>) -> Result<()> {
    let wanted = [(new.email.as_deref(), Refusal::EmailTaken), (new.phone.as_deref(), Refusal::PhoneTaken)];
    if let Some(key) = new.username.as_deref().and_then(username_key)
        && users::is_name_taken(tx, &key, but).await?
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
pub async fn find(rekey: &Rekey, id: &UserId) -> Result<Option<User>> {
    let mut tx = rekey.store.read().await?;
    Ok(users::by_id(&mut tx, id).await?)
}

/// An account by id or any identifier, as an administrator types it.
pub async fn search(rekey: &Rekey, typed: &str) -> Result<Option<User>> {
    if let Some(user) = find(rekey, &UserId(typed.to_owned())).await? {
        return Ok(Some(user));
    }
    let Some(identifier) = Identifier::parse(typed) else {
        return Ok(None);
    };
    let mut tx = rekey.store.read().await?;
    Ok(users::by_identifier(&mut tx, &identifier).await?)
}

/// Sets a password as an administrator: no policy, nothing revoked, audited (decision 17).
pub async fn set_password(rekey: &Rekey, by: Author<'_>, id: &UserId, password: &Secret) -> Result<()> {
    let phc = passwords::hash(rekey, Network::Unknown, password).await?;
    let mut tx = rekey.store.write().await?;
    hold(&mut tx, rekey, id.as_str()).await?;
    // Whoever guessed did not guess at this one.
    clear(&mut tx, &throttle_id(rekey, Purpose::SignIn, id.as_str())).await?;
    let before = users::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let change = CredentialChange::without_session(&before, ChangeKind::PasswordSet);
    end_proofs(&mut tx, rekey, &change).await?;
    if !users::save_any_password(&mut tx, id, &phc, rekey.now()).await? {
        return Err(Refusal::NotFound.into());
    }
    let user = users::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    webhooks::tell(&mut tx, rekey, by.caller, Fact::UserUpdated(&user)).await?;
    let event = Event::success(EventKind::PasswordSetByAdmin, Some(id.clone())).about(by.key);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    Ok(tx.commit().await?)
}
