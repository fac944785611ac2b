//! The error type of everything above the store. `Refused` concerns the caller and is safe to show, as a code
//! without sentences; `Failed` is a fault of ours, logged once at the edge and shown as a plain page with a
//! request id. Every API translates refusals in one exhaustive match, so a new one does not compile until
//! each of them handles it.

pub mod oauth_error;
pub mod parse_error;
pub mod violation;

use crate::core::types::error::oauth_error::ProtocolError;
use crate::core::types::error::violation::Violation;
use crate::core::types::identifier::IdentifierError;

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

/// Every reason for a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The typed identifier cannot be an address, a phone number or a username.
    IdentifierMalformed,
    /// The text contains an invisible character.
    IdentifierHidden,
    /// A new username mixes letters of scripts that look alike.
    UsernameMixed,
    /// No code can be sent to this identifier.
    IdentifierUnreachable,
    /// No usable connector, or recovery is disabled in the settings.
    RecoveryDisabled,
    /// Sign-in is disabled, or this method of it.
    SignInDisabled,
    /// Sign-up is disabled.
    SignUpDisabled,
    /// Wrong identifier or password; also for suspended and unknown users.
    InvalidCredentials,
    /// Not the newest code of this request.
    CodeWrong { tries_left: i64 },
    /// A code from an earlier message; counted as a wrong one (decision 5).
    CodeSuperseded { tries_left: i64 },
    /// The text is not six digits; not counted.
    CodeMalformed,
    /// The code has expired.
    CodeExpired,
    /// Too many wrong codes for this request.
    CodeExhausted,
    /// The request was completed, replaced, cancelled, or never existed in this browser.
    RequestEnded,
    /// Recovery of this account is delayed after too many wrong codes (decision 6).
    RecoveryDelayed { retry_after: i64 },
    /// Too many wrong codes in a row: the account's codes are blocked until a link or another proof (decision
    /// 6).
    CodesBlocked,
    /// Too many wrong passwords in a row: the password is blocked until a reset.
    PasswordBlocked,
    /// The link has expired.
    LinkExpired,
    /// The link, or the code of the same message, was used.
    LinkUsed,
    /// A newer message replaced this link.
    LinkSuperseded,
    /// No such link.
    LinkUnknown,
    /// The number does not match the one in the waiting window.
    NumberWrong { tries_left: i64 },
    /// The proof is missing, expired or consumed: a new code is needed.
    GrantInvalid,
    /// The policy refuses the new password.
    PasswordWeak(Vec<Violation>),
    /// The new password is the current one; only where an API's contract refuses that.
    SamePassword,
    /// The current password is wrong.
    WrongCurrentPassword,
    /// Too many requests; seconds to wait.
    Throttled { retry_after: i64 },
    /// The hashing queue is full; seconds to wait.
    Busy { retry_after: i64 },
    /// The breach server does not answer and the operator allows no unchecked password; seconds to wait.
    BreachCheckUnavailable { retry_after: i64 },
    /// It does not exist, or belongs to another user.
    NotFound,
    /// The email address is taken.
    EmailTaken,
    /// The phone number is taken.
    PhoneTaken,
    /// The username is taken.
    UsernameTaken,
    /// Invalid settings: one line for each, with the path first.
    SettingsInvalid(Vec<String>),
    /// The policy reads personal data, but the password's owner was not named.
    UserRequired,
    /// An app's request violates the protocol or is not allowed.
    Protocol(ProtocolError),
    /// The id or name exists already.
    Duplicate,
    /// A new account with both a password and a digest.
    PasswordAndDigest,
    /// A digest without the name of its algorithm.
    PasswordAlgorithmMissing,
    /// A webhook without events.
    WebhookEventsMissing,
    /// A problem with a connector.
    Connector(ConnectorFault),
    /// A refused request of an app about its user's account.
    Account(AccountApiError),
    /// The captcha was not passed.
    Captcha(CaptchaFault),
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

impl Refusal {
    /// The stable public code, also the locale key below `refusal-` with dots as dashes.
    #[expect(clippy::too_many_lines, reason = "a line for each, so that none is forgotten")]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::IdentifierMalformed => "identifier.malformed",
            Self::IdentifierHidden => "identifier.hidden",
            Self::UsernameMixed => "username.mixed",
            Self::IdentifierUnreachable => "identifier.unreachable",
            Self::RecoveryDisabled => "recovery.off",
            Self::SignInDisabled => "sign-in.off",
            Self::SignUpDisabled => "sign-up.off",
            Self::InvalidCredentials => "credentials.wrong",
            Self::CodeWrong { .. } => "code.wrong",
            Self::CodeSuperseded { .. } => "code.earlier",
            Self::CodeMalformed => "code.malformed",
            Self::CodeExpired => "code.expired",
            Self::CodeExhausted => "code.exhausted",
            Self::RequestEnded => "request.ended",
            Self::RecoveryDelayed { .. } => "recovery.waits",
            Self::CodesBlocked => "codes.blocked",
            Self::PasswordBlocked => "password.blocked",
            Self::LinkExpired => "link.expired",
            Self::LinkUsed => "link.used",
            Self::LinkSuperseded => "link.earlier",
            Self::LinkUnknown => "link.unknown",
            Self::NumberWrong { .. } => "number.wrong",
            Self::GrantInvalid => "grant.gone",
            Self::PasswordWeak(_) => "password.rejected",
            Self::SamePassword => "password.same",
            Self::WrongCurrentPassword => "password.current",
            Self::Throttled { .. } => "throttled",
            Self::Busy { .. } => "busy",
            Self::BreachCheckUnavailable { .. } => "breaches.unavailable",
            Self::NotFound => "not-found",
            Self::EmailTaken => "email.taken",
            Self::PhoneTaken => "phone.taken",
            Self::UsernameTaken => "username.taken",
            Self::SettingsInvalid(_) => "settings.invalid",
            Self::Connector(_) => "connector.missing",
            Self::UserRequired => "person.needed",
            Self::Protocol(fault) => fault.error.code(),
            Self::Account(_) => "account.denied",
            Self::Captcha(CaptchaFault::Missing) => "captcha.required",
            Self::Captcha(_) => "captcha.failed",
            Self::Duplicate => "duplicate",
            Self::PasswordAndDigest => "user.password_and_digest",
            Self::PasswordAlgorithmMissing => "user.password_algorithm_required",
            Self::WebhookEventsMissing => "hook.events_missing",
        }
    }

    /// Whether it concerns the typed identifier, so that it is shown at that field.
    pub const fn is_about_identifier(&self) -> bool {
        matches!(
            self,
            Self::IdentifierMalformed
                | Self::IdentifierHidden
                | Self::UsernameMixed
                | Self::IdentifierUnreachable
                | Self::EmailTaken
                | Self::PhoneTaken
                | Self::UsernameTaken
        )
    }

    /// The codes for exceeding a limit. Of a flood of them only the first and their count are of interest.
    pub const OVER_LIMIT_CODES: [&'static str; 3] = ["throttled", "recovery.waits", "code.exhausted"];

    /// Seconds to wait, where waiting helps.
    pub const fn retry_after(&self) -> Option<i64> {
        match self {
            Self::RecoveryDelayed { retry_after }
            | Self::Throttled { retry_after }
            | Self::Busy { retry_after }
            | Self::BreachCheckUnavailable { retry_after } => Some(*retry_after),
            _ => None,
        }
    }
}

impl From<IdentifierError> for Refusal {
    fn from(why: IdentifierError) -> Self {
        match why {
            IdentifierError::Malformed => Self::IdentifierMalformed,
            IdentifierError::Hidden => Self::IdentifierHidden,
            IdentifierError::Mixed => Self::UsernameMixed,
        }
    }
}

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
