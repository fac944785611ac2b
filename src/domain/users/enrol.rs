//! What an operator's machine does in a person's place: make the account with the password that the person typed, set the one that they
//! chose. The surprise: the policy judges it, which it does not do for a password of the operator's own (`create`, `set_password`).

use super::import::{Algorithm, digest};
use super::{create, find, judge_password, set_password};
use crate::domain::Rekey;
use crate::domain::apps::Author;
use crate::domain::passwords::{self, Again};
use crate::model::email::Email;
use crate::model::error::{Refusal, Result};
use crate::model::ids::UserId;
use crate::model::secret::Secret;
use crate::model::user::{NewUser, User};

/// The password of an account to be.
#[derive(Clone, Debug)]
pub enum NewPassword {
    /// As typed.
    Typed(Secret),
    /// A bcrypt text that another system made; nobody can judge it any more.
    Bcrypt(Secret),
    /// None yet.
    Later,
}

/// Makes the account of somebody who signs up at an operator's machine.
pub async fn enrol(
    rekey: &Rekey,
    by: Author<'_>,
    email: &str,
    name: Option<String>,
    password: &NewPassword,
) -> Result<User> {
    let email = Some(Email::read(email)?.key().to_owned());
    let mut new = NewUser { email, name, ..NewUser::default() };
    new.password_digest = match password {
        NewPassword::Typed(typed) => Some(judged(rekey, by, &new, typed).await?),
        NewPassword::Bcrypt(text) => Some(digest(rekey, Algorithm::Bcrypt, text.expose()).await?),
        NewPassword::Later => None,
    };
    create(rekey, by, new, None).await
}

async fn judged(rekey: &Rekey, by: Author<'_>, new: &NewUser, typed: &Secret) -> Result<String> {
    let mut user = User::fresh(UserId::fresh(rekey.now(), rekey.chance()), rekey.now());
    user.email.clone_from(&new.email);
    user.name.clone_from(&new.name);
    let accepted = passwords::accept(rekey, by.caller, typed, &user, Again::Fine).await?;
    Ok(accepted.phc().to_owned())
}

/// Sets the password that this person chose, when the policy takes it.
pub async fn choose_password(rekey: &Rekey, by: Author<'_>, id: &UserId, password: &Secret) -> Result<()> {
    find(rekey, id).await?.ok_or(Refusal::NotFound)?;
    let violations = judge_password(rekey, by, password, Some(id)).await?;
    if !violations.is_empty() {
        return Err(Refusal::PasswordWeak(violations).into());
    }
    set_password(rekey, by, id, password).await
}
