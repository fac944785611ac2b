//! Settings that operators change at run time: their types, defaults, bounds and storage. What is active
//! is in `snapshot`; configuration, which needs a restart, is in `config`. Every part has a default, so a
//! partial document is complete; durations are whole seconds and a limit of 0 means none.

pub mod account;
pub mod apps;
pub mod audit;
pub mod bootstrap_file;
pub mod captcha;
pub mod claims;
pub mod document;
pub mod password_policy;
pub mod sign_in;
pub mod store;
pub mod throttle;
pub mod validation;
pub mod weaknesses;

use serde::{Deserialize, Serialize};

pub use crate::settings::account::{AccountCenter, AccountFields, FieldAccess};
pub use crate::settings::apps::{ApiResource, OutboundSettings, SigningKeys, WebhookSettings};
pub use crate::settings::audit::AuditSettings;
use crate::settings::captcha::Captcha;
use crate::settings::claims::JwtCustomizer;
use crate::settings::password_policy::PasswordPolicy;
use crate::settings::sign_in::{SignIn, SignUp};
use crate::settings::throttle::ThrottleSettings;

/// The settings of one installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// How users sign in and recover accounts.
    pub sign_in_experience: SignInExperience,
    /// The rate limits.
    pub throttle: ThrottleSettings,
    /// The lifetimes of codes, links and grants.
    pub recovery: RecoverySettings,
    /// What a new password does to sessions.
    pub after_password_change: AfterPasswordChange,
    /// The captcha provider, and when it is required.
    #[serde(deserialize_with = "captcha::or_none")]
    pub captcha: Captcha,
    /// What signed-in users may see and change about themselves.
    pub account_center: AccountCenter,
    /// The operator's APIs, for which apps may request tokens.
    pub api_resources: Vec<ApiResource>,
    /// The signing keys.
    pub signing_keys: SigningKeys,
    /// Custom claims of tokens.
    pub jwt_customizer: JwtCustomizer,
    /// How webhooks are delivered.
    pub webhooks: WebhookSettings,
    /// How long the audit log is kept.
    pub audit: AuditSettings,
    /// Which addresses this server may send requests to for callers of an API.
    pub outbound: OutboundSettings,
    /// What SMS messages contain.
    pub sms: SmsSettings,
}

/// What SMS messages contain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmsSettings {
    /// Whether a recovery SMS contains the link as well. That makes it two segments instead of one, and some
    /// carriers hold messages with links back.
    pub links: bool,
}

impl Settings {
    /// Whether webhooks may use private addresses, and http.
    pub const fn allows_private_webhooks(&self) -> bool {
        self.outbound.allow_private_addresses || self.webhooks.allow_private_addresses
    }
}

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

/// How the language is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct LanguageInfo {
    /// Whether the browser's wish counts.
    pub auto_detect: bool,
    /// The language when nothing better is known.
    pub fallback_language: String,
}

/// The lifetimes of codes, links and grants, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RecoverySettings {
    /// The code: 60 to 600 (ASVS 6.5.5 allows at most ten minutes).
    pub code_ttl: u32,
    /// The link: 60 to 86400.
    pub link_ttl: u32,
    /// The grant to set a new password after verification: 60 to 3600.
    pub grant_ttl: u32,
    /// Whether the GraphQL API reveals that an account does not exist.
    pub reveal_user_exists: bool,
}

/// What a new password does to sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AfterPasswordChange {
    /// Which sessions end.
    pub revoke: SessionRevocation,
}

/// Which sessions end after a new password (decision 12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionRevocation {
    /// All but the one that made the change.
    #[default]
    Others,
    /// All.
    All,
    /// None.
    None,
}

impl Default for LanguageInfo {
    fn default() -> Self {
        Self { auto_detect: true, fallback_language: "en".to_owned() }
    }
}

impl Default for RecoverySettings {
    fn default() -> Self {
        Self { code_ttl: 600, link_ttl: 1800, grant_ttl: 600, reveal_user_exists: false }
    }
}
