//! What we may say no to; safe to show, without sentences.

use crate::types::error::oauth_error::ProtocolError;
use crate::types::error::violation::Violation;
use crate::types::error::{AccountApiError, CaptchaFault, ConnectorFault};
use crate::types::identifier::IdentifierError;

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

impl From<IdentifierError> for Refusal {
    fn from(why: IdentifierError) -> Self {
        match why {
            IdentifierError::Malformed => Self::IdentifierMalformed,
            IdentifierError::Hidden => Self::IdentifierHidden,
            IdentifierError::Mixed => Self::UsernameMixed,
        }
    }
}
