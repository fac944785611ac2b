//! What we want to tell someone, before it has words. The outbox keeps an `Envelope` sealed, the mail face
//! turns it into text, a connector carries the `Dispatch`. The surprise: codes and links are in here in
//! clear, so none of these types may be logged; their `Debug` hides the secrets.

mod codes;
mod dispatch;
mod notices;

use serde::{Deserialize, Serialize};

use super::identifier::Identifier;
use super::template::TemplateType;

pub use self::codes::{RecoveryCode, VerificationCode};
pub use self::dispatch::{OutgoingMessage, Rendered};
pub use self::notices::{
    AccountExists, AddressChange, AddressChanged, AttemptsBlocked, BlockedCredential, ChangedBy,
    PasswordChange, PasswordChanged, UsernameChange, UsernameChanged,
};

/// Where a message goes: the stored address of a person, never what somebody typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// An e-mail address.
    Email(String),
    /// A phone number: digits with the country code, no plus.
    Phone(String),
}

impl Address {
    /// Its kind and canonical form, as an identifier is tagged.
    pub fn to_key(&self) -> Option<String> {
        let identifier = match self {
            Self::Email(text) => Identifier::parse(text),
            Self::Phone(digits) => Some(Identifier::Phone(digits.clone())),
        };
        identifier.map(|identifier| identifier.to_key())
    }
}

/// A message with its reader, as the outbox keeps it (sealed).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddressedMessage {
    /// The reader; none for a decoy, which is claimed and dropped like a delivered message.
    pub to: Option<Address>,
    /// The language tag to write in (`en`, `de`, `ar` …).
    pub locale: String,
    /// What to say.
    pub message: Message,
}

/// What there is to say.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// A verification code for a new password and, by mail, the link that does the same.
    RecoveryCode(RecoveryCode),
    /// A verification code to sign in with.
    SignIn(VerificationCode),
    /// A verification code to make an account with.
    Register(VerificationCode),
    /// A verification code for whatever an operator's application wants.
    Generic(VerificationCode),
    /// Somebody tried to make an account with an address that has one.
    AccountExists(AccountExists),
    /// A verification code by which a signed-in person proves that they are still there.
    Permission(VerificationCode),
    /// A verification code by which a signed-in person proves that a new address is theirs.
    NewAddress(VerificationCode),
    /// A password was changed, reset or set for the first time (decision 13).
    PasswordChanged(PasswordChanged),
    /// An address of an account was changed, added or given up.
    AddressChanged(AddressChanged),
    /// The name that somebody signs in with was changed, set or given up.
    UsernameChanged(UsernameChanged),
    /// So many wrong tries in a row that the codes or the password of an account wait for another proof.
    AttemptsBlocked(AttemptsBlocked),
}

impl Message {
    /// The type of the words that it takes.
    pub const fn template_type(&self) -> TemplateType {
        match self {
            Self::RecoveryCode(_) => TemplateType::ForgotPassword,
            Self::SignIn(_) => TemplateType::SignIn,
            Self::Register(_) => TemplateType::Register,
            Self::Generic(_) => TemplateType::Generic,
            Self::AccountExists(_) => TemplateType::AccountExists,
            Self::PasswordChanged(_) => TemplateType::PasswordChanged,
            Self::Permission(_) => TemplateType::UserPermissionValidation,
            Self::NewAddress(_) => TemplateType::BindNewIdentifier,
            Self::AddressChanged(_) => TemplateType::AddressChanged,
            Self::UsernameChanged(_) => TemplateType::UsernameChanged,
            Self::AttemptsBlocked(_) => TemplateType::AttemptsBlocked,
        }
    }

    /// The app on whose behalf it is sent, when one is known.
    pub fn app(&self) -> Option<&str> {
        match self {
            Self::RecoveryCode(code) => code.app.as_deref(),
            Self::SignIn(code)
            | Self::Register(code)
            | Self::Generic(code)
            | Self::Permission(code)
            | Self::NewAddress(code) => code.app.as_deref(),
            Self::AccountExists(_)
            | Self::PasswordChanged(_)
            | Self::AddressChanged(_)
            | Self::UsernameChanged(_)
            | Self::AttemptsBlocked(_) => None,
        }
    }

    /// The id of that app; empty when none is known.
    pub fn app_id(&self) -> &str {
        match self {
            Self::RecoveryCode(code) => &code.app_id,
            Self::SignIn(code)
            | Self::Register(code)
            | Self::Generic(code)
            | Self::Permission(code)
            | Self::NewAddress(code) => &code.app_id,
            Self::AccountExists(_)
            | Self::PasswordChanged(_)
            | Self::AddressChanged(_)
            | Self::UsernameChanged(_)
            | Self::AttemptsBlocked(_) => "",
        }
    }

    /// Which of several words were asked for; empty for the usual ones.
    pub fn variant(&self) -> &str {
        match self {
            Self::RecoveryCode(code) => &code.variant,
            _ => "",
        }
    }

    /// Its name.
    pub const fn kind(&self) -> &'static str {
        self.template_type().name()
    }
}
