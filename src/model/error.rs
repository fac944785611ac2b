//! One error for everything above the store. `Refused` is the caller's situation: safe to show, without
//! sentences;
//! `Failed` is ours: logged once at the edge, shown as a calm page with a request id. Faces translate every refusal in one
//! exhaustive match, so a new one does not compile until each face answers.

use super::identifier::IdentifierError;
use super::oidc::oauth_error::ProtocolError;
use super::policy::Violation;

/// Why a step did not happen.
#[derive(Debug)]
pub enum Error {
    /// The caller may know why.
    Refused(Refusal),
    /// Only we may know why.
    Failed(anyhow::Error),
}

/// The short form of a result in the domain.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything we may say no to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The typed identifier is neither an address nor a number nor a name that could exist here.
    IdentifierMalformed,
    /// A sign in what was typed can't be seen.
    IdentifierHidden,
    /// A new name mixes letters of scripts that look alike.
    UsernameMixed,
    /// No code can be sent to what was typed.
    IdentifierUnreachable,
    /// No usable connector, or the settings switch recovery off.
    RecoveryDisabled,
    /// People can't sign in here, or not in this way.
    SignInDisabled,
    /// People can't make accounts here.
    SignUpDisabled,
    /// Identifier and password do not belong together; also for suspended and unknown people.
    InvalidCredentials,
    /// Not the newest code of this request.
    CodeWrong { tries_left: i64 },
    /// A code from an earlier message of the same request; counted as a wrong one (decision 5).
    CodeSuperseded { tries_left: i64 },
    /// What was typed is not six digits; not counted.
    CodeMalformed,
    /// The code is past its time.
    CodeExpired,
    /// Too many wrong codes for this request.
    CodeExhausted,
    /// The request was completed, replaced, cancelled, or never existed in this browser.
    RequestEnded,
    /// The recovery of this account waits after too many wrong codes (decision 6).
    RecoveryDelayed { retry_after: i64 },
    /// So many wrong codes in a row that the account's codes wait for a link or another proof (decision 6).
    CodesBlocked,
    /// So many wrong passwords in a row that the password waits for a reset.
    PasswordBlocked,
    /// The link is past its time.
    LinkExpired,
    /// The link, or the code of the same message, was used.
    LinkUsed,
    /// A newer message replaced this link.
    LinkSuperseded,
    /// No such link.
    LinkUnknown,
    /// The number does not match the one in the waiting window.
    NumberWrong { tries_left: i64 },
    /// The proof is gone, expired or spent: a new code is needed.
    GrantInvalid,
    /// The policy refuses the new password.
    PasswordWeak(Vec<Violation>),
    /// The new password is the one that the person has; only where an API's contract refuses that.
    SamePassword,
    /// The current password is not right.
    WrongCurrentPassword,
    /// Too many requests; seconds to wait.
    Throttled { retry_after: i64 },
    /// The hashing queue is full; seconds to wait.
    Busy { retry_after: i64 },
    /// The breach server does not answer and the operator wants no password unchecked; seconds to wait.
    BreachCheckUnavailable { retry_after: i64 },
    /// No such thing, or not yours.
    NotFound,
    /// Somebody else has this address.
    EmailTaken,
    /// Somebody else has this number.
    PhoneTaken,
    /// Somebody else has this name.
    UsernameTaken,
    /// A setting is not what it must be: one line for each, its path first.
    SettingsInvalid(Vec<String>),
    /// The policy looks at the person's own data, and nobody said whose password it is.
    UserRequired,
    /// What an app sent does not fit the protocol, or may not be had.
    Protocol(ProtocolError),
    /// There is one of this id or name already.
    Duplicate,
    /// A new account with a password and with a digest.
    PasswordAndDigest,
    /// A digest of which nobody says what made it.
    PasswordAlgorithmMissing,
    /// A hook that wants to hear of nothing.
    WebhookEventsMissing,
    /// Something about a connector.
    Connector(ConnectorFault),
    /// What an app wants of its person's account may not be had.
    Account(AccountApiError),
    /// Somebody may be a machine.
    Captcha(CaptchaFault),
}

/// Why somebody may be a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptchaFault {
    /// Nothing was shown.
    Missing,
    /// What was shown is not right.
    Invalid,
    /// It was right once.
    Expired,
    /// The provider thinks so.
    LowScore,
    /// It could not be checked.
    Unavailable,
}

impl CaptchaFault {
    /// The reason in a word.
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
    /// A way of recovery, or an address, without a connector that could carry its messages.
    Missing,
    /// There is no such kind.
    UnknownFactory,
    /// It could not work like that: why, the path first.
    Invalid(String),
    /// It did not carry what it was tried out with: why.
    Failed(String),
}

/// Why an app may not do something with its person's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountApiError {
    /// The settings close the account center.
    AccountCenterDisabled,
    /// The settings do not show this.
    FieldHidden,
    /// The settings do not let people change this.
    FieldNotEditable,
    /// The token lacks the scope for this.
    ScopeMissing,
    /// The application is third-party.
    ThirdParty,
    /// The person has not proved of late that they are still there.
    VerificationRequired,
    /// There is no such record, or it proves something else, or it was used.
    VerificationInvalid,
    /// The record is for another e-mail address.
    OtherEmail,
    /// The record is for another phone number.
    OtherPhone,
    /// Accounts here have an e-mail address.
    EmailRequired,
    /// Accounts here have a phone number.
    PhoneRequired,
    /// It is the last address by which the person could come back in.
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

    /// Whether it is about what was typed as an identifier, so that it belongs to that field.
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

    /// The codes of those who are over a limit. A flood of them says no more than the first one and how many
    /// they were.
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
