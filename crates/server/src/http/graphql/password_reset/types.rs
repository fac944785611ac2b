//! The types of resetting a password, and the refusals that have a code in them.

use async_graphql::{Enum, InputObject};

use crate::http::graphql::payload::{clamp_seconds, response};
use crate::http::graphql::weak_password::{WeakPasswordReason, too_weak};
use rekey_core::types::error::Refusal;
use rekey_core::types::secret::Secret;

/// The longest variant name that is looked up.
pub(super) const MAX_VARIANT_LEN: usize = 64;

/// Why no reset was requested.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CreatePasswordResetRequestErrorCode {
    /// No account has this address. Only returned if the setting `recovery.revealUserExists` is on.
    PersonNotFound,
    /// The captcha is missing or invalid; the message says why.
    InvalidCaptcha,
    /// Too many requests from this network; `retryAfter` says how long to wait.
    RateLimitExceeded,
}

/// Why no password was set.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ResetPasswordErrorCode {
    /// There is no such token.
    TokenNotFound,
    /// A newer message has replaced it, or the account is suspended.
    TokenInvalid,
    /// It, or the code of the same message, was already used.
    TokenUsed,
    /// It has expired.
    TokenExpired,
    /// The policy refuses the password; the token can still be used.
    PasswordTooWeak,
}

/// The status of a token.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CheckResetPasswordTokenCode {
    /// There is no such request.
    RequestNotFound,
    /// It is not the token of this request.
    TokenNotFound,
    /// A newer message has replaced it.
    TokenInvalid,
    /// It, or the code of the same message, was already used.
    TokenUsed,
    /// It has expired.
    TokenExpired,
    /// It is valid.
    TokenValid,
}

/// Options of the message.
#[derive(InputObject)]
pub struct CreateResetPasswordRequestOptions {
    /// The id of the application on whose behalf it is sent.
    pub(super) mail_project: Option<String>,
    /// The variant of the template, or the language: `de`, `en_us`.
    pub(super) mail_variant: Option<String>,
}

response!(
    "What became of asking for a message with a token.",
    CreatePasswordResetRequestResponse, CreatePasswordResetRequestError, CreatePasswordResetRequestErrorCode
    {} { retry_after: i32 = "Seconds to wait." }
);

response!(
    "What became of setting a new password.",
    ResetPasswordResponse, ResetPasswordError, ResetPasswordErrorCode
    {} { weak_password_reasons: Vec<WeakPasswordReason> = "What is wrong with the password." }
);
too_weak!(ResetPasswordError, ResetPasswordErrorCode::PasswordTooWeak);

/// The error for a refused request; `None` if no code stands for the refusal.
pub(super) fn request_error(refusal: &Refusal, email: &str) -> Option<CreatePasswordResetRequestError> {
    use CreatePasswordResetRequestErrorCode as Code;
    let error = CreatePasswordResetRequestError::new;
    match refusal {
        Refusal::NotFound => {
            Some(error(Code::PersonNotFound, format!("Person with email {email} was not found")))
        }
        Refusal::Captcha(fault) => {
            Some(error(Code::InvalidCaptcha, format!("Captcha verification failed: {}", fault.reason())))
        }
        Refusal::Throttled { retry_after } => Some(CreatePasswordResetRequestError {
            retry_after: Some(clamp_seconds(*retry_after)),
            ..error(Code::RateLimitExceeded, format!("Too many requests. Retry after {retry_after}s."))
        }),
        _ => None,
    }
}

/// The same for a refused reset.
pub(super) fn reset_error(refusal: &Refusal, password: &Secret) -> Option<ResetPasswordError> {
    use ResetPasswordErrorCode as Code;
    let error = |code, message: &str| Some(ResetPasswordError::new(code, message));
    match refusal {
        Refusal::LinkUnknown => error(Code::TokenNotFound, "Token was not found"),
        Refusal::LinkSuperseded => error(Code::TokenInvalid, "A newer message took the place of this token"),
        Refusal::LinkUsed => error(Code::TokenUsed, "Token was already used"),
        Refusal::LinkExpired => error(Code::TokenExpired, "Token is expired"),
        Refusal::PasswordWeak(violations) => {
            Some(ResetPasswordError::too_weak(violations, password.expose()))
        }
        _ => None,
    }
}
