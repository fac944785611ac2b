//! The types of signing up.

use async_graphql::{Enum, SimpleObject};

use crate::http::graphql::payload::response;
use crate::http::graphql::people::Person;
use crate::http::graphql::weak_password::{WeakPasswordReason, too_weak};
use rekey_core::types::error::violation::Violation;
use rekey_core::user_management::NewPassword;

/// Whether an existing account has a password.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum SignUpErrorRecommendedAction {
    /// It has a password.
    SignIn,
    /// It has none.
    ResetPassword,
}

/// Why no account was created.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum SignUpErrorCode {
    /// The address is taken.
    EmailAlreadyExists,
    /// It is not an email address.
    InvalidEmailFormat,
    /// The policy refuses the password.
    TooWeak,
    /// The captcha is missing or invalid; `developerMessage` ends with the reason.
    InvalidCaptcha,
    /// Not returned: a key with the role `root` is not limited.
    RateLimitExceeded,
}

/// A new account.
#[derive(SimpleObject)]
pub struct SignUpResult {
    /// The user.
    pub(super) person: Person,
}

response!(
    "What became of making an account.", SignUpResponse, SignUpError, SignUpErrorCode
    { result: SignUpResult = "The account." }
    {
        weak_password_reasons: Vec<WeakPasswordReason> = "What is wrong with the password.",
        recommended_action: SignUpErrorRecommendedAction = "What the owner of a taken address can do.",
        retry_after: i32 = "Never filled."
    }
);
too_weak!(SignUpError, SignUpErrorCode::TooWeak);

/// The error for a password that violates the policy; a hash shows nothing of its password.
pub(super) fn too_weak_error(violations: &[Violation], password: &NewPassword) -> SignUpError {
    let typed = match password {
        NewPassword::Typed(typed) => typed.expose(),
        NewPassword::Bcrypt(_) | NewPassword::NotSet => "",
    };
    SignUpError::too_weak(violations, typed)
}
