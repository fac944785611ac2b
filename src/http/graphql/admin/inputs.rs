//! The input types of the settings; [`super::settings`] applies them. A field without a setting here is
//! accepted if it has the value that this server uses anyway ([`super::unsupported`]).

use async_graphql::{InputObject, MaybeUndefined};

use crate::http::graphql::admin::config::{CaptchaProvider, ConfigPolicy};
use crate::http::graphql::payload::Interval;

/// The password policy; absent fields stay unchanged.
#[derive(InputObject)]
pub struct ConfigPasswordInput {
    /// The minimum length.
    pub min_length: Option<i32>,
    /// Only 0.
    pub require_uppercase: Option<i32>,
    /// Only 0.
    pub require_lowercase: Option<i32>,
    /// Only 0.
    pub require_digit: Option<i32>,
    /// Only 0.
    pub require_special: Option<i32>,
    /// Only null.
    pub pattern: Option<String>,
    /// Whether common and leaked passwords are refused; the same switch as `checkHibp`.
    pub check_blacklist: Option<bool>,
    /// The same.
    pub check_hibp: Option<bool>,
    /// Must be true with a `minLength` below 8, to acknowledge that such passwords are easily guessed.
    pub acknowledge_weak: Option<bool>,
}

/// Detection of sign-ins from new places.
#[derive(InputObject)]
pub struct ConfigAnomalyDetectionInput {
    /// Only false.
    pub enabled: Option<bool>,
    /// Only 10.
    pub history_size: Option<i32>,
    /// Only 1.
    pub email_threshold: Option<i32>,
    /// Only 3.
    pub step_up_threshold: Option<i32>,
}

/// Sign-in; absent fields stay unchanged.
#[derive(InputObject)]
pub struct ConfigLoginInput {
    /// The first wait between two messages to one address.
    pub base_backoff: Option<Interval>,
    /// The longest wait.
    pub max_backoff: Option<Interval>,
    /// How long a message counts.
    pub attempt_window: Option<Interval>,
    /// Whether a reset reports that no account has the address. This lets anyone find out who has an account.
    pub reveal_user_exists: Option<bool>,
    /// Only false.
    pub reveal_login_method: Option<bool>,
    /// Only the current value: a session lasts thirty days.
    pub default_token_expiration: Option<Interval>,
    /// Only the current value.
    pub max_token_expiration: Option<Interval>,
    /// Only `PT0S`: there are no second factors.
    pub mfa_grace_duration: Option<Interval>,
    /// Not detected by this server.
    pub anomaly_detection: Option<ConfigAnomalyDetectionInput>,
}

/// A limit; absent fields stay unchanged.
#[derive(InputObject)]
pub struct ConfigRateLimitWindowInput {
    /// The number; 0 for no limit.
    pub limit: Option<i32>,
    /// The interval.
    pub window: Option<Interval>,
}

/// Rate limits; absent fields stay unchanged.
#[derive(InputObject, Default)]
pub struct ConfigRateLimitsInput {
    /// The same limit as `passwordResetPerIp`.
    pub sign_up_per_ip: Option<ConfigRateLimitWindowInput>,
    /// Only no limit: failures are counted by account and network.
    pub login_per_ip: Option<ConfigRateLimitWindowInput>,
    /// Requested messages by network, for every purpose.
    pub password_reset_per_ip: Option<ConfigRateLimitWindowInput>,
    /// The same limit as `passwordResetPerIp`.
    pub passwordless_init_per_ip: Option<ConfigRateLimitWindowInput>,
    /// The same limit as `passwordResetPerIp`.
    pub email_verification_per_ip: Option<ConfigRateLimitWindowInput>,
    /// Messages to one recipient.
    pub email_otp_per_person: Option<ConfigRateLimitWindowInput>,
}

/// Sign-up.
#[derive(InputObject)]
pub struct ConfigSignupInput {
    /// Only true: an address is verified before it is stored.
    pub require_email_verification: Option<bool>,
}

/// Changes of addresses.
#[derive(InputObject)]
pub struct ConfigEmailChangeInput {
    /// Only true: an address is verified before it is stored.
    pub require_verification: Option<bool>,
}

/// Sign-in by a code.
#[derive(InputObject)]
pub struct ConfigPasswordlessInput {
    /// Only the current value: it follows from the sign-in methods.
    pub enabled: Option<ConfigPolicy>,
    /// Only null: the code is entered where it was requested.
    pub url: Option<String>,
    /// The lifetime of a code, for every purpose.
    pub expiration: Option<Interval>,
}

/// Which actions need a captcha; absent fields stay unchanged.
#[derive(InputObject)]
pub struct ConfigCaptchaProtectInput {
    /// Sign-up.
    pub sign_up: Option<bool>,
    /// Requesting a password reset.
    pub password_reset: Option<bool>,
    /// Requesting a sign-in code.
    pub passwordless_init: Option<bool>,
    /// Only false: a captcha is never required to verify an address.
    pub email_verification: Option<bool>,
}

/// The captcha; absent fields stay unchanged, null removes it.
#[derive(InputObject)]
pub struct ConfigCaptchaInput {
    /// The provider.
    pub provider: MaybeUndefined<CaptchaProvider>,
    /// The minimum score, from 0 to 1; null for the default of 0.5.
    pub threshold: MaybeUndefined<f64>,
    /// The secret for the provider. It is never returned.
    #[graphql(secret)]
    pub secret: MaybeUndefined<String>,
    /// Which actions need a captcha.
    pub protect: Option<ConfigCaptchaProtectInput>,
}

/// The changes; absent fields stay unchanged.
#[derive(InputObject)]
pub struct ConfigInput {
    /// The password policy.
    pub password: Option<ConfigPasswordInput>,
    /// Sign-in.
    pub login: Option<ConfigLoginInput>,
    /// Rate limits.
    pub rate_limits: Option<ConfigRateLimitsInput>,
    /// The captcha.
    pub captcha: Option<ConfigCaptchaInput>,
    /// Sign-up.
    pub signup: Option<ConfigSignupInput>,
    /// Changes of addresses.
    pub email_change: Option<ConfigEmailChangeInput>,
    /// Sign-in by a code.
    pub passwordless: Option<ConfigPasswordlessInput>,
}
