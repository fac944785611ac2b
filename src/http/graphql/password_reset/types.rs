//! The types of resetting a password.

use async_graphql::{Enum, InputObject};

use crate::http::graphql::payload::response;
use crate::http::graphql::weak_password::WeakPasswordReason;

/// The longest variant name that is looked up.
pub(super) const MAX_VARIANT_LEN: usize = 64;

/// Why no message was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CreatePasswordResetRequestErrorCode {
    /// Nobody has this address. Said only where the setting `recovery.revealUserExists` is on.
    PersonNotFound,
    /// What was shown does not prove that nobody is a machine; the message says why.
    InvalidCaptcha,
    /// Too many requests from this network address; `retryAfter` says how long to wait.
    RateLimitExceeded,
}

/// Why no password was set.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ResetPasswordErrorCode {
    /// There is no such token.
    TokenNotFound,
    /// A newer message took its place, or its account is switched off.
    TokenInvalid,
    /// It, or the code of the same message, was used.
    TokenUsed,
    /// It is past its time.
    TokenExpired,
    /// The policy refuses the password; the token can still be used.
    PasswordTooWeak,
}

/// Where a token stands.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CheckResetPasswordTokenCode {
    /// There is no such request.
    RequestNotFound,
    /// It is not the token of this request.
    TokenNotFound,
    /// A newer message took its place.
    TokenInvalid,
    /// It, or the code of the same message, was used.
    TokenUsed,
    /// It is past its time.
    TokenExpired,
    /// It would set a password.
    TokenValid,
}

/// How the message is worded.
#[derive(InputObject)]
pub struct CreateResetPasswordRequestOptions {
    /// The id of the application on whose behalf.
    pub(super) mail_project: Option<String>,
    /// Which of several words, or the language: `de`, `en_us`.
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
