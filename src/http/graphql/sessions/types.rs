//! The types of signing in and out.

use async_graphql::{Enum, InputObject, SimpleObject};

use crate::http::graphql::payload::response;
use crate::http::graphql::people::Person;

/// The longest accepted lifetime, in minutes: longer than any session lasts.
pub(super) const MAX_EXPIRATION_MINUTES: i32 = 60 * 24 * 366;

/// Why nobody was signed in.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum SignInErrorCode {
    /// Address and password do not belong together, or nobody has the address, or the account is switched
    /// off, or has no password.
    InvalidCredentials,
    /// Never said: it would tell who has an account.
    UnknownEmail,
    /// Never said: it would tell who has an account.
    InvalidPassword,
    /// Never said: it would tell who has an account.
    PersonDisabled,
    /// Never said: it would tell who has an account.
    NoPasswordSet,
    /// Never said: there are no second factors.
    OtpRequired,
    /// Never said: there are no second factors.
    InvalidOtpToken,
    /// Never said: there are no second factors.
    MfaEnrollmentRequired,
    /// Never said: every address is verified before it is kept.
    EmailNotVerified,
    /// Too many failures; `retryAfter` says how long to wait.
    RateLimitExceeded,
}

/// The beginning of a second factor; there are none.
#[derive(Clone, SimpleObject)]
pub struct MfaEnrollment {
    /// For an authenticator.
    otp_uri: String,
    /// The same to be typed.
    otp_secret: String,
}

/// Somebody is signed in.
#[derive(SimpleObject)]
pub struct SignInResult {
    /// The token of the session, for `Authorization: Bearer`.
    pub(super) token: String,
    /// Who.
    pub(super) person: Person,
    /// None: there are no second factors.
    pub(super) backup_codes: Option<Vec<String>>,
}

/// Why nobody was signed out.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum SignOutErrorCode {
    /// The token of this call is that of a key.
    NotAPerson,
    /// Never said: keys are nobody's.
    NotPossibleSignOutWithPermanentApiKey,
}

/// Why no session was made.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CreateSessionTokenErrorCode {
    /// Nobody has this address.
    UnknownEmail,
    /// Nobody has this id.
    UnknownPersonId,
    /// The account is switched off.
    PersonDisabled,
}

/// A session that was made.
#[derive(SimpleObject)]
pub struct CreateSessionTokenResult {
    /// Its token.
    pub(super) token: String,
    /// Whose it is.
    pub(super) person: Person,
}

/// How a session is used.
#[derive(InputObject)]
pub struct SignInOptions {
    /// Never: the address of a proxy counts where the configuration names it.
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
