//! The active settings in the types of this API; [`super::settings`] changes them. A field without a setting
//! here is present with its fixed value.

mod output;

use async_graphql::{Enum, SimpleObject};

use crate::http::graphql::admin::captcha::ConfigCaptcha;
use crate::http::graphql::admin::rate_limits::ConfigRateLimits;
use crate::http::graphql::payload::Interval;
use rekey_core::settings::Settings;
use rekey_core::types::identifier::IdentifierKind;

/// The password policy.
#[derive(SimpleObject)]
pub struct ConfigPassword {
    /// The minimum length.
    min_length: i32,
    /// Always 0: the policy counts classes of characters, not the characters of one class.
    require_uppercase: i32,
    /// Always 0: the policy counts classes of characters, not the characters of one class.
    require_lowercase: i32,
    /// Always 0: the policy counts classes of characters, not the characters of one class.
    require_digit: i32,
    /// Always 0: the policy counts classes of characters, not the characters of one class.
    require_special: i32,
    /// Null.
    pattern: Option<String>,
    /// Whether common passwords are refused; the same switch as `checkHibp`.
    check_blacklist: bool,
    /// Whether leaked passwords are refused; the same switch as `checkBlacklist`.
    check_hibp: bool,
}

/// Sign-in.
#[derive(SimpleObject)]
pub struct ConfigLogin {
    /// The first wait between two messages to one address.
    base_backoff: Interval,
    /// The longest wait.
    max_backoff: Interval,
    /// How long a message counts.
    attempt_window: Interval,
    /// Whether a reset reports that no account has the address.
    reveal_user_exists: bool,
    /// Always false.
    reveal_login_method: bool,
    /// The lifetime of a session.
    default_token_expiration: Interval,
    /// The longest lifetime of a session.
    max_token_expiration: Option<Interval>,
    /// Always zero: there are no second factors.
    mfa_grace_duration: Interval,
    /// Not detected by this server.
    anomaly_detection: ConfigAnomalyDetection,
}

/// Detection of sign-ins from new places.
#[derive(SimpleObject)]
pub struct ConfigAnomalyDetection {
    /// Always false.
    enabled: bool,
    /// Without effect.
    history_size: i32,
    /// Without effect.
    email_threshold: i32,
    /// Without effect.
    step_up_threshold: i32,
}

/// Sign-up.
#[derive(SimpleObject)]
pub struct ConfigSignup {
    /// Always true: an address is verified before it is stored.
    require_email_verification: bool,
}

/// Changes of addresses.
#[derive(SimpleObject)]
pub struct ConfigEmailChange {
    /// Always true: an address is verified before it is stored.
    require_verification: bool,
}

/// For whom a feature is enabled.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ConfigPolicy {
    /// All users.
    #[graphql(name = "always")]
    Always,
    /// No user.
    #[graphql(name = "never")]
    Never,
    /// Not supported: there is no setting per user.
    #[graphql(name = "optIn")]
    OptIn,
    /// Not supported: there is no setting per user.
    #[graphql(name = "optOut")]
    OptOut,
}

impl ConfigPolicy {
    /// Whether users can sign in by a code.
    pub(super) fn from_settings(settings: &Settings) -> Self {
        let mut methods = settings.sign_in_experience.sign_in.methods.iter();
        let is_on =
            methods.any(|method| method.identifier == IdentifierKind::Email && method.verification_code);
        if is_on { Self::Always } else { Self::Never }
    }
}

/// Sign-in by a code.
#[derive(SimpleObject)]
pub struct ConfigPasswordless {
    /// Whether it is enabled for email addresses.
    enabled: ConfigPolicy,
    /// Null: the code is entered where it was requested.
    url: Option<String>,
    /// The lifetime of a code, for every purpose.
    expiration: Interval,
}

/// The settings of this installation.
#[derive(SimpleObject)]
pub struct Config {
    /// The password policy.
    password: ConfigPassword,
    /// Sign-in.
    login: ConfigLogin,
    /// The captcha.
    captcha: ConfigCaptcha,
    /// Rate limits.
    rate_limits: ConfigRateLimits,
    /// Sign-up.
    signup: ConfigSignup,
    /// Changes of addresses.
    email_change: ConfigEmailChange,
    /// Sign-in by a code.
    passwordless: ConfigPasswordless,
}
