//! Passwords that API clients set and check. The policy applies to what a user typed or chose there, unlike
//! to a password that the operator sets (`create`, `set_password`).

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::passwords::{self, AcceptedPassword, ReusePolicy, SetReason};
use crate::throttle::lock_subject;
use crate::types::error::violation::Violation;
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::email::Email;
use crate::types::ids::UserId;
use crate::types::secret::Secret;
use crate::user_management::import_hash::{HashAlgorithm, read_digest};
use crate::user_management::manage::load;
use crate::user_management::{InitialPassword, create};
use crate::users::search::find;
use crate::users::user::{NewUser, User};
use crate::{Core, account, audit};

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
    let initial = match password {
        NewPassword::Typed(typed) => {
            Some(InitialPassword::Hashed(validate_and_hash(core, by, &new, typed).await?))
        }
        NewPassword::Bcrypt(text) => {
            Some(InitialPassword::Imported(read_digest(HashAlgorithm::Bcrypt, text.expose())?))
        }
        NewPassword::NotSet => None,
    };
    create(core, by, new, initial).await
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

/// Sets a password as an administrator: no policy, full sessions stay, audited (decision 17). Returns the
/// account afterwards.
#[tracing::instrument(name = "set_user_password", skip_all, fields(user.id = id.as_str()))]
pub async fn set_password(core: &Core, by: Actor<'_>, id: &UserId, password: &Secret) -> Result<User> {
    let accepted = passwords::hash_for_operator(core, password).await?;
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, id.as_str()).await?;
    passwords::clear_limits_by_operator(&mut tx, core, id.as_str()).await?;
    let before = load(&mut tx, id).await?;
    let outcome = passwords::set(&mut tx, core, &before, &accepted, SetReason::Operator(by)).await?;
    tx.commit().await?;
    Ok(outcome.user)
}

/// Whether this is the account's password, counted and locked like a sign-in: the API must not bypass the
/// guess budget.
#[tracing::instrument(name = "check_user_password", skip_all, fields(user.id = id.as_str()))]
pub async fn check_password(core: &Core, by: Actor<'_>, id: &UserId, password: &Secret) -> Result<()> {
    let user = find(core, id).await?.ok_or(Refusal::NotFound)?;
    let stored = user.password_digest.as_deref();
    let confirmed = account::verify_current_password(by.context(core), &user, stored, Some(password)).await;
    let outcome = match confirmed {
        Err(Error::Refused(Refusal::WrongCurrentPassword)) => Err(Refusal::InvalidCredentials.into()),
        other => other,
    };
    audit::record_if_refused(by.context(core), outcome, |code| refused_check(by, code, Some(id))).await
}

/// The policy violations of a password, for an API client, which may try passwords here without limit: a
/// refused one is audited.
pub async fn check_password_policy(
    core: &Core,
    by: Actor<'_>,
    password: &Secret,
    id: Option<&UserId>,
) -> Result<Vec<Violation>> {
    let found = passwords::violations_for_user(by.context(core), password, id).await?;
    if !found.is_empty() {
        let event = refused_check(by, Refusal::PasswordWeak(Vec::new()).code(), id);
        audit::record_alone(by.context(core), &event).await?;
    }
    Ok(found)
}

fn refused_check(by: Actor<'_>, code: &'static str, id: Option<&UserId>) -> Event {
    Event::refused(EventKind::PasswordCheck, code, id.cloned()).with_subject(by.key)
}
