//! The sign-in experience: how users sign up, sign in and recover their accounts. What is actually offered
//! also depends on connectors, which `snapshot` decides.

use serde::{Deserialize, Serialize};

use crate::settings::password_policy::PasswordPolicy;
use crate::types::identifier::{Channel, IdentifierKind};

/// How people sign in and come back in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SignInExperience {
    /// The name that pages and messages use; without one they say the product's.
    pub display_name: Option<String>,
    /// Whether people may sign in, register or both.
    pub sign_in_mode: SignInMode,
    /// How accounts are made.
    pub sign_up: SignUp,
    /// How people sign in.
    pub sign_in: SignIn,
    /// The ways of recovery; null means every way that has a connector (decision 19).
    pub forgot_password_methods: Option<Vec<ForgotPasswordMethod>>,
    /// What a new password must be like.
    pub password_policy: PasswordPolicy,
    /// What happens at sign-in to a password that the policy would not take today.
    pub password_compliance: PasswordCompliance,
    /// How the language is chosen.
    pub language_info: LanguageInfo,
}

/// What happens at sign-in to a password that the policy would not take today. Who can't change theirs is
/// left alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PasswordCompliance {
    /// Nothing; it is not even looked at.
    #[default]
    Off,
    /// The user is notified and may continue.
    Notify,
    /// The person changes it before going on.
    Require,
}

/// Whether people may sign in, register or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum SignInMode {
    /// Existing accounts only.
    SignIn,
    /// New accounts only.
    Register,
    /// Both.
    #[default]
    SignInAndRegister,
}

/// A way to prove that an account is one's own without its password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum ForgotPasswordMethod {
    /// A code and a link by mail.
    EmailVerificationCode,
    /// A code by SMS.
    PhoneVerificationCode,
}

impl ForgotPasswordMethod {
    /// The channel of its message.
    pub const fn channel(self) -> Channel {
        match self {
            Self::EmailVerificationCode => Channel::Email,
            Self::PhoneVerificationCode => Channel::Phone,
        }
    }
}

/// How the language is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct LanguageInfo {
    /// Whether the browser's wish counts.
    pub auto_detect: bool,
    /// The language when nothing better is known.
    pub fallback_language: String,
}

/// How accounts are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SignUp {
    /// What a new account can be made with; nothing closes the door.
    pub identifiers: Vec<IdentifierKind>,
    /// Whether a password is chosen.
    pub password: bool,
    /// Whether an address is proved by a code first; always true where there is one.
    pub verify: bool,
}

/// How people sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SignIn {
    /// One for each kind of identifier that is taken.
    pub methods: Vec<SignInMethod>,
}

/// How people sign in with one kind of identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInMethod {
    /// The kind.
    pub identifier: IdentifierKind,
    /// Whether the password signs in.
    #[serde(default = "yes")]
    pub password: bool,
    /// Whether a code signs in.
    #[serde(default)]
    pub verification_code: bool,
    /// Which of the two a screen shows first when both do.
    #[serde(default = "yes")]
    pub is_password_primary: bool,
}

impl Default for SignUp {
    fn default() -> Self {
        Self { identifiers: vec![IdentifierKind::Email], password: true, verify: true }
    }
}

impl Default for SignIn {
    fn default() -> Self {
        let by_password = |identifier| SignInMethod {
            identifier,
            password: true,
            verification_code: false,
            is_password_primary: true,
        };
        let kinds = [IdentifierKind::Email, IdentifierKind::Phone, IdentifierKind::Username];
        Self { methods: kinds.map(by_password).into() }
    }
}

impl Default for LanguageInfo {
    fn default() -> Self {
        Self { auto_detect: true, fallback_language: "en".to_owned() }
    }
}

const fn yes() -> bool {
    true
}
