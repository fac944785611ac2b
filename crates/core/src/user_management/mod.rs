//! Accounts that operators create, by an API client, a command or the bootstrap file; changes of accounts are
//! in the files below. Operators are exempt from the policy (decision 17) but not from parsing: an identifier
//! that its owner could not type is refused by name. What an account is, and how it is found, is in `users`.

mod ensure;
pub mod import;
pub mod import_hash;
mod manage;
mod patch;
mod user_passwords;

use crate::audit::actor::Actor;
use crate::credentials::end_sign_ups_for_new_user;
use crate::db::error::StoreError;
use crate::db::sql::Tx;
use crate::passwords::hash_formats::import::ImportedHash;
use crate::passwords::{self, AcceptedPassword, SetReason};
use crate::types::error::{Refusal, Result};
use crate::types::identifier::{Identifier, username_key};
use crate::types::ids::UserId;
use crate::types::secret::Secret;
use crate::user_management::manage::{audit_change, load};
use crate::user_management::patch::{draft_user, validate};
use crate::users::identifiers::identifier_errors;
use crate::users::user::{NewUser, User};
use crate::webhooks::{self, WebhookEvent};
use crate::{Core, users};

pub use crate::user_management::ensure::{check_entry, ensure};
pub use crate::user_management::manage::{delete, patch, set_suspended};
pub use crate::user_management::patch::{UserPatch, merge_configs, merge_custom_data, merge_profile};
pub use crate::user_management::user_passwords::{
    NewPassword, check_password, check_password_policy, choose_password, create_with_password, set_password,
};

/// The password that an operator gives a new account.
#[derive(Clone, Debug)]
pub enum InitialPassword {
    /// As text. The policy does not apply to it (decision 17).
    Plain(Secret),
    /// The hash of a password that the policy accepted.
    Hashed(AcceptedPassword),
    /// The digest of another system.
    Imported(ImportedHash),
}

impl InitialPassword {
    /// Its hash. Called outside of a transaction, because hashing takes long.
    async fn into_hash(self, core: &Core) -> Result<AcceptedPassword> {
        match self {
            Self::Plain(password) => passwords::hash_for_operator(core, &password).await,
            Self::Hashed(accepted) => Ok(accepted),
            Self::Imported(hash) => passwords::accept_imported(core, hash).await,
        }
    }
}

/// Creates an account for an API client.
#[tracing::instrument(name = "create_user", skip_all)]
pub async fn create(
    core: &Core,
    by: Actor<'_>,
    new: NewUser,
    password: Option<InitialPassword>,
) -> Result<User> {
    let id = UserId::generate(core.now(), core.rng());
    validate(&User::new(id.clone(), core.now()), &draft_user(&id, &new, core))?;
    let accepted = hash_initial(core, password).await?;
    let mut tx = core.store.write().await?;
    let user = insert(&mut tx, core, &id, &new, accepted.as_ref()).await?;
    webhooks::publish(&mut tx, core, by.caller, WebhookEvent::UserCreated(&user)).await?;
    audit_change(&mut tx, core, by, &id, "created").await?;
    tx.commit().await?;
    Ok(user)
}

/// Creates an account for a command or the bootstrap file; returns its id.
pub async fn add(core: &Core, new: NewUser, password: Option<InitialPassword>) -> Result<UserId> {
    validate_identifiers(&new)?;
    let accepted = hash_initial(core, password).await?;
    let id = new.id.clone().map_or_else(|| UserId::generate(core.now(), core.rng()), UserId);
    let mut tx = core.store.write().await?;
    insert(&mut tx, core, &id, &new, accepted.as_ref()).await?;
    tx.commit().await?;
    Ok(id)
}

async fn hash_initial(core: &Core, password: Option<InitialPassword>) -> Result<Option<AcceptedPassword>> {
    match password {
        Some(password) => Ok(Some(password.into_hash(core).await?)),
        None => Ok(None),
    }
}

/// Inserts an account with its password, and ends the sign-ups that wait for its identifiers; returns the
/// account. Of two requests that insert one identifier at once, the unique column refuses one.
async fn insert(
    tx: &mut Tx,
    core: &Core,
    id: &UserId,
    new: &NewUser,
    accepted: Option<&AcceptedPassword>,
) -> Result<User> {
    ensure_identifiers_available(tx, new, None).await?;
    end_sign_ups_for_new_user(tx, new).await?;
    match users::store::insert(tx, id, new, core.now()).await {
        Err(StoreError::Conflict) => return Err(Refusal::Duplicate.into()),
        other => other?,
    }
    let user = load(tx, id).await?;
    match accepted {
        Some(accepted) => Ok(passwords::set(tx, core, &user, accepted, SetReason::NewAccount).await?.user),
        None => Ok(user),
    }
}

fn validate_identifiers(new: &NewUser) -> Result<()> {
    let unfit = identifier_errors(new);
    if unfit.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(unfit).into()) }
}

/// Refuses identifiers that are taken, naming them.
async fn ensure_identifiers_available(tx: &mut Tx, new: &NewUser, but: Option<&UserId>) -> Result<()> {
    let wanted = [(new.email.as_deref(), Refusal::EmailTaken), (new.phone.as_deref(), Refusal::PhoneTaken)];
    if let Some(key) = new.username.as_deref().and_then(username_key)
        && users::store::is_username_taken(tx, &key, but).await?
    {
        return Err(Refusal::UsernameTaken.into());
    }
    for (text, refusal) in wanted {
        let Some(identifier) = text.and_then(Identifier::parse) else {
            continue;
        };
        if users::store::by_identifier(tx, &identifier).await?.is_some_and(|user| Some(&user.id) != but) {
            return Err(refusal.into());
        }
    }
    Ok(())
}
