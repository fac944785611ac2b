//! What an API client does on a user's behalf: creates the account with the password that the user typed,
//! sets the password that they chose. The policy applies here, unlike to a password that the operator sets
//! (`create`, `set_password`).

use crate::Core;
use crate::audit::actor::Actor;
use crate::passwords::{self, AcceptedPassword, ReusePolicy};
use crate::types::error::{Refusal, Result};
use crate::types::identifier::email::Email;
use crate::types::ids::UserId;
use crate::types::secret::Secret;
use crate::user_management::import_hash::{HashAlgorithm, import_digest};
use crate::user_management::{InitialPassword, check_password_policy, create, set_password};
use crate::users::search::find;
use crate::users::user::{NewUser, User};

/// The password of a new account.
#[derive(Clone, Debug)]
pub enum NewPassword {
    /// As typed.
    Typed(Secret),
    /// A bcrypt digest of another system, to which the policy can no longer be applied.
    Bcrypt(Secret),
    /// None yet.
    NotSet,
}

/// Creates the account of a user who signs up through an API client.
#[tracing::instrument(name = "create_user_with_password", skip_all)]
pub async fn create_with_password(
    core: &Core,
    by: Actor<'_>,
    email: &str,
    name: Option<String>,
    password: &NewPassword,
) -> Result<User> {
    let email = Some(Email::try_parse(email)?.key().to_owned());
    let new = NewUser { email, name, ..NewUser::default() };
    let accepted = match password {
        NewPassword::Typed(typed) => Some(validate_and_hash(core, by, &new, typed).await?),
        NewPassword::Bcrypt(text) => Some(import_digest(core, HashAlgorithm::Bcrypt, text.expose()).await?),
        NewPassword::NotSet => None,
    };
    create(core, by, new, accepted.map(InitialPassword::Hashed)).await
}

async fn validate_and_hash(
    core: &Core,
    by: Actor<'_>,
    new: &NewUser,
    typed: &Secret,
) -> Result<AcceptedPassword> {
    let mut user = User::new(UserId::generate(core.now(), core.rng()), core.now());
    user.email.clone_from(&new.email);
    user.name.clone_from(&new.name);
    passwords::validate_and_hash(by.context(core), typed, &user, ReusePolicy::Allow).await
}

/// Sets the password that this user chose, if the policy accepts it.
#[tracing::instrument(name = "choose_user_password", skip_all, fields(user.id = id.as_str()))]
pub async fn choose_password(core: &Core, by: Actor<'_>, id: &UserId, password: &Secret) -> Result<()> {
    find(core, id).await?.ok_or(Refusal::NotFound)?;
    let violations = check_password_policy(core, by, password, Some(id)).await?;
    if !violations.is_empty() {
        return Err(Refusal::PasswordWeak(violations).into());
    }
    set_password(core, by, id, password).await.map(|_| ())
}
