//! The types of resetting a password.

use async_graphql::{Enum, InputObject};

use crate::http::graphql::payload::response;
use crate::http::graphql::weak_password::WeakPasswordReason;

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
