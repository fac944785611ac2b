//! The active settings in the types of this API; [`super::settings`] changes them. A field without a setting
//! here is present with its fixed value.

mod output;

use async_graphql::{Enum, SimpleObject};

use crate::http::graphql::payload::Interval;
use rekey_core::settings::Settings;
use rekey_core::settings::captcha::CaptchaProvider as Kind;
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

/// A limit: a number within an interval.
#[derive(SimpleObject)]
pub struct ConfigRateLimitWindow {
    /// The number; 0 for no limit.
    limit: i32,
    /// The interval.
    window: Interval,
}

/// Rate limits.
#[derive(SimpleObject)]
pub struct ConfigRateLimits {
    /// The same limit as `passwordResetPerIp`. A key with the role `root` is not limited.
    sign_up_per_ip: ConfigRateLimitWindow,
    /// Not limited: failures are counted by account and network.
    login_per_ip: ConfigRateLimitWindow,
    /// Requested messages by network, for every purpose.
    password_reset_per_ip: ConfigRateLimitWindow,
    /// The same limit as `passwordResetPerIp`.
    passwordless_init_per_ip: ConfigRateLimitWindow,
    /// The same limit as `passwordResetPerIp`.
    email_verification_per_ip: ConfigRateLimitWindow,
    /// Messages to one recipient.
    email_otp_per_person: ConfigRateLimitWindow,
}

/// The captcha.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CaptchaProvider {
    /// Cloudflare Turnstile.
    #[graphql(name = "turnstile")]
    Turnstile,
    /// hCaptcha.
    #[graphql(name = "hcaptcha")]
    Hcaptcha,
    /// Google reCAPTCHA v3.
    #[graphql(name = "recaptchaV3")]
    RecaptchaV3,
    /// The proof of work of this server.
    #[graphql(name = "altcha")]
    Altcha,
}

/// Which actions need a captcha.
#[derive(SimpleObject)]
pub struct ConfigCaptchaProtect {
    /// Sign-up.
    sign_up: bool,
    /// Requesting a password reset.
    password_reset: bool,
    /// Requesting a sign-in code.
    passwordless_init: bool,
    /// Always false: a captcha is never required to verify an address.
    email_verification: bool,
}

/// The captcha.
#[derive(SimpleObject)]
pub struct ConfigCaptcha {
    /// The provider; null if there is none.
    provider: Option<CaptchaProvider>,
    /// The minimum score, for `recaptchaV3`.
    threshold: Option<f64>,
    /// Which actions need a captcha.
    protect: ConfigCaptchaProtect,
}

const PROVIDERS: [(CaptchaProvider, Kind); 4] = [
    (CaptchaProvider::Turnstile, Kind::Turnstile),
    (CaptchaProvider::Hcaptcha, Kind::Hcaptcha),
    (CaptchaProvider::RecaptchaV3, Kind::RecaptchaV3),
    (CaptchaProvider::Altcha, Kind::Altcha),
];

impl CaptchaProvider {
    /// As the settings name it.
    pub(super) fn name(self) -> &'static str {
        PROVIDERS.iter().find(|(theirs, _)| *theirs == self).map_or("", |(_, ours)| ours.name())
    }
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
