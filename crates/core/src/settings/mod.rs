//! Settings that operators change at run time: their types, defaults, bounds and storage, as one JSON
//! document. What is active is in `snapshot`; configuration, which needs a restart, is in `config`. Every
//! part has a default, so a partial document is complete; durations are whole seconds and a limit of 0 means
//! none.

pub mod account;
pub mod bootstrap_file;
pub mod captcha;
pub mod claims;
pub mod operation;
pub mod password_policy;
pub mod sign_in;
pub mod store;
pub mod throttle;
pub mod validation;
pub mod weaknesses;

use serde::{Deserialize, Serialize};

use crate::db::sql::Tx;
pub use crate::settings::account::{AccountCenter, AccountFields, FieldAccess};
use crate::settings::captcha::Captcha;
use crate::settings::claims::JwtCustomizer;
pub use crate::settings::operation::{
    ApiResource, AuditSettings, OutboundSettings, SigningKeys, SmsSettings, WebhookSettings,
};
pub use crate::settings::sign_in::{
    ForgotPasswordMethod, LanguageInfo, PasswordCompliance, SignInExperience, SignInMode,
};
use crate::settings::throttle::ThrottleSettings;
use crate::types::error::Result;
use crate::types::time::Timestamp;

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

impl Settings {
    /// Whether webhooks may use private addresses, and http.
    pub const fn allows_private_webhooks(&self) -> bool {
        self.outbound.allow_private_addresses || self.webhooks.allow_private_addresses
    }
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

impl Default for RecoverySettings {
    fn default() -> Self {
        Self { code_ttl: 600, link_ttl: 1800, grant_ttl: 600, reveal_user_exists: false }
    }
}

/// Loads the stored settings, and which fields the bootstrap file sets; the defaults if none are stored.
pub(crate) async fn load_stored(tx: &mut Tx) -> Result<(Settings, Vec<String>)> {
    let Some((document, managed)) = store::document(tx).await? else {
        return Ok(Default::default());
    };
    let settings = serde_json::from_str(&document).map_err(anyhow::Error::from)?;
    Ok((settings, serde_json::from_str(&managed).map_err(anyhow::Error::from)?))
}

/// Saves the settings, and which fields the bootstrap file sets.
pub(crate) async fn save(tx: &mut Tx, settings: &Settings, managed: &[String], now: Timestamp) -> Result<()> {
    let document = serde_json::to_string(settings).map_err(anyhow::Error::from)?;
    let managed = serde_json::to_string(managed).map_err(anyhow::Error::from)?;
    Ok(store::save(tx, &document, &managed, now).await?)
}
