//! The purposes of messages, by the names that templates of operators have in the APIs.

use serde::{Deserialize, Serialize};

/// The purpose of a message, by its API name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
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
