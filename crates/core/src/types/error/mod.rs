//! The error type of everything above the store. `Refused` concerns the caller and is safe to show, as a code
//! without sentences; `Failed` is a fault of ours, logged once at the edge and shown as a plain page with a
//! request id. Every API translates refusals in one exhaustive match, so a new one does not compile until
//! each of them handles it.

pub mod oauth_error;
pub mod parse_error;
mod refusal;
mod refusal_code;
pub mod violation;

use crate::types::error::oauth_error::ProtocolError;
pub use crate::types::error::refusal::Refusal;
use crate::types::identifier::IdentifierError;

/// Why a step failed.
#[derive(Debug)]
pub enum Error {
    /// Safe to tell the caller.
    Refused(Refusal),
    /// Internal; only logged.
    Failed(anyhow::Error),
}

/// The short form of a result in the core.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<IdentifierError> for Error {
    fn from(why: IdentifierError) -> Self {
        Self::Refused(why.into())
    }
}

impl From<ProtocolError> for Error {
    fn from(fault: ProtocolError) -> Self {
        Self::Refused(Refusal::Protocol(fault))
    }
}

impl From<AccountApiError> for Error {
    fn from(denied: AccountApiError) -> Self {
        Self::Refused(Refusal::Account(denied))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// Why the captcha was not passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptchaFault {
    /// No response was sent.
    Missing,
    /// The response is wrong.
    Invalid,
    /// The response has expired or was used.
    Expired,
    /// The provider's score is too low.
    LowScore,
    /// It could not be checked.
    Unavailable,
}

impl CaptchaFault {
    /// The reason as a code.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::LowScore => "low_score",
            Self::Unavailable => "verify_error",
        }
    }
}

/// What is wrong with a connector, or that there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectorFault {
    /// A recovery method, or an address, without a connector for its messages.
    Missing,
    /// The factory does not exist.
    UnknownFactory,
    /// The configuration is invalid; why, with the path first.
    Invalid(String),
    /// The test failed; why.
    Failed(String),
}

/// Why an app may not do something with its user's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountApiError {
    /// The account center is disabled.
    AccountCenterDisabled,
    /// The settings hide this field.
    FieldHidden,
    /// The settings do not let users change this field.
    FieldNotEditable,
    /// The token lacks the scope for this.
    ScopeMissing,
    /// The application is third-party.
    ThirdParty,
    /// A recent reauthentication is missing.
    VerificationRequired,
    /// The record does not exist, proves something else, or was used.
    VerificationInvalid,
    /// The record is for another email address.
    OtherEmail,
    /// The record is for another phone number.
    OtherPhone,
    /// Accounts must have an email address.
    EmailRequired,
    /// Accounts must have a phone number.
    PhoneRequired,
    /// It is the last address with which the user could recover the account.
    AddressRequired,
    /// It is the last identifier to sign in with.
    IdentifierRequired,
}
