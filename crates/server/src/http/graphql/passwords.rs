//! Changing the signed-in user's own password, and setting a user's password as an operator. The rules are
//! in `rekey_core::account` and `rekey_core::user_management`. The new password is checked before the
//! current one, because clients expect that order.

use async_graphql::{Context, Enum, Object, Result};

use crate::http::graphql::authentication::{Principal, graphql_request};
use crate::http::graphql::payload::{forbidden, response, to_graphql_error};
use crate::http::graphql::weak_password::{WeakPasswordReason, too_weak};
use rekey_core::account::{self, TypedPasswords};
use rekey_core::passwords::{self, SessionTokenPolicy};
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::ids::UserId;
use rekey_core::types::secret::Secret;
use rekey_core::user_management;

/// Why the caller's password was not changed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ChangeMyPasswordErrorCode {
    /// The policy refuses the new password.
    TooWeak,
    /// The caller is an API key, not a user.
    NotAPerson,
    /// The current password is wrong.
    InvalidPassword,
    /// There is no password to change; a reset sets the first one.
    NoPasswordSet,
}

response!(
    "What became of changing the own password.",
    ChangeMyPasswordResponse, ChangeMyPasswordError, ChangeMyPasswordErrorCode
    {} { weak_password_reasons: Vec<WeakPasswordReason> = "What is wrong with the password." }
);
too_weak!(ChangeMyPasswordError, ChangeMyPasswordErrorCode::TooWeak);

/// Why a user's password was not set.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ChangePasswordErrorCode {
    /// There is no user with this id.
    PersonNotFound,
    /// The policy refuses the password.
    TooWeak,
}

response!(
    "What became of setting somebody's password.",
    ChangePasswordResponse, ChangePasswordError, ChangePasswordErrorCode
    {} { weak_password_reasons: Vec<WeakPasswordReason> = "What is wrong with the password." }
);
too_weak!(ChangePasswordError, ChangePasswordErrorCode::TooWeak);

/// Mutations of passwords.
#[derive(Default)]
pub struct PasswordMutation;

/// Mutations of passwords.
#[Object]
impl PasswordMutation {
    /// Changes the caller's password. Other sessions end as the settings say; the token of this one stays
    /// valid.
    async fn change_my_password(
        &self,
        context: &Context<'_>,
        #[graphql(secret)] current_password: String,
        #[graphql(secret)] new_password: String,
    ) -> Option<Result<ChangeMyPasswordResponse>> {
        Some(
            try_change_my_password(context, &Secret::new(current_password), &Secret::new(new_password)).await,
        )
    }

    /// Sets a user's password, if it meets the policy.
    async fn change_password(
        &self,
        context: &Context<'_>,
        person_id: String,
        #[graphql(secret)] password: String,
    ) -> Option<Result<ChangePasswordResponse>> {
        Some(try_change_password(context, &UserId(person_id), &Secret::new(password)).await)
    }
}

async fn try_change_my_password(
    context: &Context<'_>,
    current: &Secret,
    new: &Secret,
) -> Result<ChangeMyPasswordResponse> {
    use ChangeMyPasswordErrorCode as Code;
    let request = graphql_request(context)?;
    let refused = |code, message| Ok(ChangeMyPasswordError::new(code, message).into());
    let Principal::User(signed_in) = &request.principal else {
        return refused(Code::NotAPerson, "Only a person has a password");
    };
    if !account::may_change_password(request.core()) {
        return Err(forbidden("change your password"));
    }
    let judged = passwords::violations_for_user(request.context(), new, Some(&signed_in.user.id)).await;
    let violations = judged.map_err(|error| to_graphql_error(&error))?;
    if !violations.is_empty() {
        return Ok(ChangeMyPasswordError::too_weak(&violations, new.expose()).into());
    }
    if signed_in.user.password_digest.is_none() {
        return refused(Code::NoPasswordSet, "There is no password to change");
    }
    let typed = TypedPasswords { current: Some(current), new };
    match account::change_password(request.context(), signed_in, typed, SessionTokenPolicy::Keep).await {
        Ok(_) => Ok(ChangeMyPasswordResponse::done()),
        Err(Error::Refused(Refusal::WrongCurrentPassword)) => {
            refused(Code::InvalidPassword, "The current password is not right")
        }
        Err(Error::Refused(Refusal::PasswordWeak(violations))) => {
            Ok(ChangeMyPasswordError::too_weak(&violations, new.expose()).into())
        }
        Err(error) => Err(to_graphql_error(&error)),
    }
}

async fn try_change_password(
    context: &Context<'_>,
    id: &UserId,
    password: &Secret,
) -> Result<ChangePasswordResponse> {
    let request = graphql_request(context)?;
    let by = request.actor("change somebody's password")?;
    match user_management::choose_password(request.core(), by, id, password).await {
        Ok(()) => Ok(ChangePasswordResponse::done()),
        Err(Error::Refused(Refusal::NotFound)) => {
            Ok(ChangePasswordError::new(ChangePasswordErrorCode::PersonNotFound, "Person was not found")
                .into())
        }
        Err(Error::Refused(Refusal::PasswordWeak(violations))) => {
            Ok(ChangePasswordError::too_weak(&violations, password.expose()).into())
        }
        Err(error) => Err(to_graphql_error(&error)),
    }
}
