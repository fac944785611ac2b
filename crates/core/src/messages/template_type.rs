//! The types of messages, by the names that templates of operators have in the APIs.

use serde::{Deserialize, Serialize};

/// The type of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[sqlx(type_name = "text")]
pub enum TemplateType {
    /// A sign-in code.
    SignIn,
    /// A sign-up code.
    Register,
    /// A recovery code, and by mail a link.
    ForgotPassword,
    /// Accepted for compatibility; nothing here sends it.
    OrganizationInvitation,
    /// A code for an application's own purpose; also the fallback for the other codes.
    Generic,
    /// A code by which a signed-in user reauthenticates.
    UserPermissionValidation,
    /// A code that verifies a new address of an account.
    BindNewIdentifier,
    /// A code as the second factor.
    MfaVerification,
    /// A code that sets up the second factor.
    BindMfa,
    /// A notice: the password was changed.
    PasswordChanged,
    /// A notice: an address of the account was changed, added or removed.
    AddressChanged,
    /// A notice: the username was changed, set or removed.
    UsernameChanged,
    /// A notice: somebody tried to sign up with an address that has an account.
    AccountExists,
    /// A notice: too many wrong codes or passwords in a row have blocked them until another proof.
    AttemptsBlocked,
}

impl TemplateType {
    /// The name in APIs and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "SignIn",
            Self::Register => "Register",
            Self::ForgotPassword => "ForgotPassword",
            Self::OrganizationInvitation => "OrganizationInvitation",
            Self::Generic => "Generic",
            Self::UserPermissionValidation => "UserPermissionValidation",
            Self::BindNewIdentifier => "BindNewIdentifier",
            Self::MfaVerification => "MfaVerification",
            Self::BindMfa => "BindMfa",
            Self::PasswordChanged => "PasswordChanged",
            Self::AddressChanged => "AddressChanged",
            Self::UsernameChanged => "UsernameChanged",
            Self::AccountExists => "AccountExists",
            Self::AttemptsBlocked => "AttemptsBlocked",
        }
    }

    /// Whether the message contains a code.
    pub(crate) const fn has_code(self) -> bool {
        !matches!(
            self,
            Self::OrganizationInvitation
                | Self::PasswordChanged
                | Self::AddressChanged
                | Self::UsernameChanged
                | Self::AccountExists
                | Self::AttemptsBlocked
        )
    }
}
