//! The types of signing in and out, and how a lifetime and a refusal are converted.

use async_graphql::{Enum, InputObject, Result, SimpleObject};

use crate::http::graphql::payload::{clamp_seconds, invalid_input, response};
use crate::http::graphql::people::Person;
use rekey_core::types::error::Refusal;

/// The longest accepted lifetime, in minutes: longer than any session lasts.
const MAX_EXPIRATION_MINUTES: i32 = 60 * 24 * 366;

/// Why the sign-in failed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum SignInErrorCode {
    /// Address and password do not match, or no account has the address, or it is suspended or has no
    /// password.
    InvalidCredentials,
    /// Not returned: it would reveal who has an account.
    UnknownEmail,
    /// Not returned: it would reveal who has an account.
    InvalidPassword,
    /// Not returned: it would reveal who has an account.
    PersonDisabled,
    /// Not returned: it would reveal who has an account.
    NoPasswordSet,
    /// Not returned: there are no second factors.
    OtpRequired,
    /// Not returned: there are no second factors.
    InvalidOtpToken,
    /// Not returned: there are no second factors.
    MfaEnrollmentRequired,
    /// Not returned: every address is verified before it is stored.
    EmailNotVerified,
    /// Too many failures; `retryAfter` says how long to wait.
    RateLimitExceeded,
}

/// The setup of a second factor; there are none.
#[derive(Clone, SimpleObject)]
pub struct MfaEnrollment {
    /// The URI for an authenticator app.
    otp_uri: String,
    /// The secret, to be typed.
    otp_secret: String,
}

/// A successful sign-in.
#[derive(SimpleObject)]
pub struct SignInResult {
    /// The token of the session, for `Authorization: Bearer`.
    pub(super) token: String,
    /// The user.
    pub(super) person: Person,
    /// Null: there are no second factors.
    pub(super) backup_codes: Option<Vec<String>>,
}

/// Why the sign-out failed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum SignOutErrorCode {
    /// The caller is an API key, not a user.
    NotAPerson,
    /// Not returned: keys belong to no user.
    NotPossibleSignOutWithPermanentApiKey,
}

/// Why no session was started.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CreateSessionTokenErrorCode {
    /// No account has this address.
    UnknownEmail,
    /// There is no user with this id.
    UnknownPersonId,
    /// The account is suspended.
    PersonDisabled,
}

/// A new session.
#[derive(SimpleObject)]
pub struct CreateSessionTokenResult {
    /// Its token.
    pub(super) token: String,
    /// Its user.
    pub(super) person: Person,
}

/// Options of a session.
#[derive(InputObject)]
pub struct SignInOptions {
    /// Only false: the configuration names the trusted proxies.
    #[graphql(name = "trustForwardedClientInfo")]
    _trust_forwarded_client_info: Option<bool>,
}

response!(
    "What became of signing in.", SignInResponse, SignInError, SignInErrorCode
    { result: SignInResult = "The session." }
    { retry_after: i32 = "Seconds to wait.", mfa_enrollment: MfaEnrollment = "Never filled." }
);

response!(
    "What became of signing out.", SignOutResponse, SignOutError, SignOutErrorCode
    { logout_url: String = "None: there are no accounts elsewhere." } {}
);

response!(
    "What became of making a session.",
    CreateSessionTokenResponse, CreateSessionTokenError, CreateSessionTokenErrorCode
    { result: CreateSessionTokenResult = "The session." } {}
);

/// Converts the minutes of a lifetime to seconds.
pub(super) fn ttl_seconds(expiration: Option<i32>) -> Result<Option<i64>> {
    match expiration {
        None => Ok(None),
        Some(minutes @ 1..=MAX_EXPIRATION_MINUTES) => Ok(Some(i64::from(minutes) * 60)),
        Some(_) => Err(invalid_input("expiration: expected a number of minutes, at least 1")),
    }
}

/// The error for a refused sign-in.
pub(super) fn sign_in_error(refusal: &Refusal) -> SignInError {
    match refusal.retry_after() {
        Some(wait) => SignInError {
            retry_after: Some(clamp_seconds(wait)),
            ..SignInError::new(
                SignInErrorCode::RateLimitExceeded,
                format!("Too many attempts. Retry after {wait}s."),
            )
        },
        None if *refusal == Refusal::IdentifierHidden => SignInError::new(
            SignInErrorCode::InvalidCredentials,
            "A sign in this email address can't be seen",
        ),
        None if *refusal == Refusal::PasswordBlocked => SignInError::new(
            SignInErrorCode::RateLimitExceeded,
            "Too many attempts in a row. The password has to be reset.",
        ),
        None => SignInError::new(SignInErrorCode::InvalidCredentials, "Invalid credentials"),
    }
}
