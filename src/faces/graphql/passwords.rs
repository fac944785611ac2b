//! The password of somebody who is signed in, and one that an operator sets for somebody. The rules are `domain::account` and
//! `domain::users`. The surprise: the new password is judged before the current one is looked at, because clients know that order.

use async_graphql::{Context, Enum, Object, Result};

use super::weak::{WeakPasswordReason, reasons};
use super::who::{Who, asker};
use super::wire::{failed, forbidden, response};
use crate::domain::account::{self, Token, TypedPasswords};
use crate::domain::{passwords, users};
use crate::model::error::{Error, Refusal};
use crate::model::ids::UserId;
use crate::model::secret::Secret;

/// Why the own password was not changed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ChangeMyPasswordErrorCode {
    /// The policy refuses the new password.
    TooWeak,
    /// The token of this call is that of a key.
    NotAPerson,
    /// The current password is not right.
    InvalidPassword,
    /// There is no password that could be changed; a reset sets the first one.
    NoPasswordSet,
}

response!(
    "What became of changing the own password.",
    ChangeMyPasswordResponse, ChangeMyPasswordError, ChangeMyPasswordErrorCode
    {} { weak_password_reasons: Vec<WeakPasswordReason> = "What is wrong with the password." }
);

/// Why somebody's password was not set.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ChangePasswordErrorCode {
    /// Nobody has this id.
    PersonNotFound,
    /// The policy refuses the password.
    TooWeak,
}

response!(
    "What became of setting somebody's password.",
    ChangePasswordResponse, ChangePasswordError, ChangePasswordErrorCode
    {} { weak_password_reasons: Vec<WeakPasswordReason> = "What is wrong with the password." }
);

/// What can be done about passwords.
#[derive(Default)]
pub struct PasswordMutation;

/// What can be done about passwords.
#[Object]
impl PasswordMutation {
    /// Changes the password of the person of this call. Other sessions end as the settings say; the token of this one stays.
    async fn change_my_password(
        &self,
        context: &Context<'_>,
        #[graphql(secret)] current_password: String,
        #[graphql(secret)] new_password: String,
    ) -> Option<Result<ChangeMyPasswordResponse>> {
        Some(changed(context, &Secret::new(current_password), &Secret::new(new_password)).await)
    }

    /// Sets somebody's password, when the policy takes it.
    async fn change_password(
        &self,
        context: &Context<'_>,
        person_id: String,
        #[graphql(secret)] password: String,
    ) -> Option<Result<ChangePasswordResponse>> {
        Some(chosen(context, &UserId(person_id), &Secret::new(password)).await)
    }
}

async fn changed(context: &Context<'_>, current: &Secret, new: &Secret) -> Result<ChangeMyPasswordResponse> {
    use ChangeMyPasswordErrorCode as Code;
    let asker = asker(context)?;
    let refused = |code, message| Ok(ChangeMyPasswordError::new(code, message).into());
    let Who::Person(here) = &asker.who else {
        return refused(Code::NotAPerson, "Only a person has a password");
    };
    if !account::may_change_password(asker.rekey()) {
        return Err(forbidden("change your password"));
    }
    let judged = passwords::check(asker.rekey(), asker.caller(), new, Some(&here.user.id)).await;
    let violations = judged.map_err(|error| failed(&asker.call, &error))?;
    if !violations.is_empty() {
        return Ok(too_weak(&violations, new).into());
    }
    if here.user.password_digest.is_none() {
        return refused(Code::NoPasswordSet, "There is no password to change");
    }
    let typed = TypedPasswords { current: Some(current), new };
    match account::change_password(asker.rekey(), asker.caller(), here, typed, Token::Kept).await {
        Ok(_) => Ok(ChangeMyPasswordResponse::done()),
        Err(Error::Refused(Refusal::CurrentPassword)) => {
            refused(Code::InvalidPassword, "The current password is not right")
        }
        Err(Error::Refused(Refusal::PasswordWeak(violations))) => Ok(too_weak(&violations, new).into()),
        Err(error) => Err(failed(&asker.call, &error)),
    }
}

fn too_weak(violations: &[crate::model::policy::Violation], new: &Secret) -> ChangeMyPasswordError {
    let (reasons, message) = reasons(violations, new.expose());
    let error = ChangeMyPasswordError::new(ChangeMyPasswordErrorCode::TooWeak, message);
    ChangeMyPasswordError { weak_password_reasons: Some(reasons), ..error }
}

async fn chosen(context: &Context<'_>, id: &UserId, password: &Secret) -> Result<ChangePasswordResponse> {
    let asker = asker(context)?;
    let by = asker.author("change somebody's password")?;
    match users::choose_password(asker.rekey(), by, id, password).await {
        Ok(()) => Ok(ChangePasswordResponse::done()),
        Err(Error::Refused(Refusal::NotFound)) => {
            Ok(ChangePasswordError::new(ChangePasswordErrorCode::PersonNotFound, "Person was not found")
                .into())
        }
        Err(Error::Refused(Refusal::PasswordWeak(violations))) => {
            let (reasons, message) = reasons(&violations, password.expose());
            let error = ChangePasswordError::new(ChangePasswordErrorCode::TooWeak, message);
            Ok(ChangePasswordError { weak_password_reasons: Some(reasons), ..error }.into())
        }
        Err(error) => Err(failed(&asker.call, &error)),
    }
}
