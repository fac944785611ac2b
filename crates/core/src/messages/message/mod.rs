//! Messages before they are rendered. The outbox stores an `AddressedMessage` sealed, `mail` renders it, and
//! a connector sends the `OutgoingMessage`. These types hold codes and links in clear, so none of them may be
//! logged; their `Debug` hides the secrets.

mod codes;
mod dispatch;
mod notices;

use serde::{Deserialize, Serialize};

use crate::messages::template_type::TemplateType;

pub use crate::messages::message::codes::{RecoveryCode, VerificationCode};
pub use crate::messages::message::dispatch::{OutgoingMessage, Rendered};
pub use crate::messages::message::notices::{
    AccountExists, AddressChange, AddressChanged, AttemptsBlocked, BlockedCredential, ChangedBy,
    PasswordChange, PasswordChanged, UsernameChange, UsernameChanged,
};
use crate::types::identifier::address::Address;

/// A message with its recipient, as the outbox stores it (sealed).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddressedMessage {
    /// The recipient; none for a decoy, which is claimed and dropped like a delivered message.
    pub to: Option<Address>,
    /// The language tag to write in (`en`, `de`, `ar` …).
    pub locale: String,
    /// The message.
    pub message: Message,
}

/// The content of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// A recovery code and, by mail, an equivalent link.
    RecoveryCode(RecoveryCode),
    /// A sign-in code.
    SignIn(VerificationCode),
    /// A sign-up code.
    Register(VerificationCode),
    /// A verification code for an operator's application.
    Generic(VerificationCode),
    /// Somebody tried to sign up with an address that has an account.
    AccountExists(AccountExists),
    /// A code by which a signed-in user reauthenticates.
    Permission(VerificationCode),
    /// A code by which a signed-in user verifies a new address.
    NewAddress(VerificationCode),
    /// A password was changed, reset or set for the first time (decision 13).
    PasswordChanged(PasswordChanged),
    /// An address of an account was changed, added or removed.
    AddressChanged(AddressChanged),
    /// A username was changed, set or removed.
    UsernameChanged(UsernameChanged),
    /// Too many wrong attempts in a row: the codes or the password of an account are blocked until another
    /// proof.
    AttemptsBlocked(AttemptsBlocked),
}

impl Message {
    /// The type of its templates.
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

    /// The app it is sent for, when known.
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

    /// The id of that app; empty when unknown.
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

    /// The template variant that was requested; empty for the default.
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
