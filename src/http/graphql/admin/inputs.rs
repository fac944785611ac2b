//! The input types of the settings; [`super::settings`] applies them. A field without a setting here is
//! accepted if it has the value that this server uses anyway ([`super::unsupported`]).

use async_graphql::{InputObject, MaybeUndefined};

use crate::http::graphql::admin::config::{CaptchaProvider, ConfigPolicy};
use crate::http::graphql::payload::Interval;

/// What a new password must be like; what is not said stays.
#[derive(InputObject)]
pub struct ConfigPasswordInput {
    /// The fewest characters.
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
    /// Whether common and leaked passwords are refused; one switch with `checkHibp`.
    pub check_blacklist: Option<bool>,
    /// The same.
    pub check_hibp: Option<bool>,
    /// True beside a `minLength` below 8: that passwords this short are guessed is known.
    pub acknowledge_weak: Option<bool>,
}

/// Whether sign-ins from new places are noticed.
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

/// How people sign in; what is not said stays.
#[derive(InputObject)]
pub struct ConfigLoginInput {
    /// The first wait between two messages to one address.
    pub base_backoff: Option<Interval>,
    /// The longest.
    pub max_backoff: Option<Interval>,
    /// How long a message counts.
    pub attempt_window: Option<Interval>,
    /// Whether a reset tells that nobody has an address. It lets anybody find out who has an account.
    pub reveal_user_exists: Option<bool>,
    /// Only false.
    pub reveal_login_method: Option<bool>,
    /// Only what it is: a session lasts thirty days.
    pub default_token_expiration: Option<Interval>,
    /// Only what it is.
    pub max_token_expiration: Option<Interval>,
    /// Only `PT0S`: there are no second factors.
    pub mfa_grace_duration: Option<Interval>,
    /// Not noticed here.
    pub anomaly_detection: Option<ConfigAnomalyDetectionInput>,
}

/// So many in so long; what is not said stays.
#[derive(InputObject)]
pub struct ConfigRateLimitWindowInput {
    /// How many; 0 for no limit.
    pub limit: Option<i32>,
    /// In how long.
    pub window: Option<Interval>,
}

/// How often anything may be asked for; what is not said stays.
#[derive(InputObject, Default)]
pub struct ConfigRateLimitsInput {
    /// One limit with `passwordResetPerIp`.
    pub sign_up_per_ip: Option<ConfigRateLimitWindowInput>,
    /// Only no limit: failures are counted for each account and address.
    pub login_per_ip: Option<ConfigRateLimitWindowInput>,
    /// Messages asked for from one network address, for whatever purpose.
    pub password_reset_per_ip: Option<ConfigRateLimitWindowInput>,
    /// One limit with `passwordResetPerIp`.
    pub passwordless_init_per_ip: Option<ConfigRateLimitWindowInput>,
    /// One limit with `passwordResetPerIp`.
    pub email_verification_per_ip: Option<ConfigRateLimitWindowInput>,
    /// Messages to one address.
    pub email_otp_per_person: Option<ConfigRateLimitWindowInput>,
}

/// How accounts are made.
#[derive(InputObject)]
pub struct ConfigSignupInput {
    /// Only true: an address is proved before it is kept.
    pub require_email_verification: Option<bool>,
}

/// How addresses change.
#[derive(InputObject)]
pub struct ConfigEmailChangeInput {
    /// Only true: an address is proved before it is kept.
    pub require_verification: Option<bool>,
}

/// Signing in by a code.
#[derive(InputObject)]
pub struct ConfigPasswordlessInput {
    /// Only what it is: the sign-in methods say it, for addresses and numbers apart.
    pub enabled: Option<ConfigPolicy>,
    /// Only null: the code is typed where it was asked for.
    pub url: Option<String>,
    /// How long a code works, whatever it is for.
    pub expiration: Option<Interval>,
}

/// What is protected; what is not said stays.
#[derive(InputObject)]
pub struct ConfigCaptchaProtectInput {
    /// Making an account.
    pub sign_up: Option<bool>,
    /// Asking for a new password.
    pub password_reset: Option<bool>,
    /// Asking for a code to sign in with.
    pub passwordless_init: Option<bool>,
    /// Only false: an address is verified by what it is asked for.
    pub email_verification: Option<bool>,
}

/// Who checks that nobody is a machine; what is not said stays, and null takes it away.
#[derive(InputObject)]
pub struct ConfigCaptchaInput {
    /// Who.
    pub provider: MaybeUndefined<CaptchaProvider>,
    /// The least score, from 0 to 1; null for the usual 0.5.
    pub threshold: MaybeUndefined<f64>,
    /// What proves this server to the provider. It is never shown.
    #[graphql(secret)]
    pub secret: MaybeUndefined<String>,
    /// What is protected.
    pub protect: Option<ConfigCaptchaProtectInput>,
}

/// What is to be changed; what is not said stays.
#[derive(InputObject)]
pub struct ConfigInput {
    /// What a new password must be like.
    pub password: Option<ConfigPasswordInput>,
    /// How people sign in.
    pub login: Option<ConfigLoginInput>,
    /// How often anything may be asked for.
    pub rate_limits: Option<ConfigRateLimitsInput>,
    /// Who checks that nobody is a machine.
    pub captcha: Option<ConfigCaptchaInput>,
    /// How accounts are made.
    pub signup: Option<ConfigSignupInput>,
    /// How addresses change.
    pub email_change: Option<ConfigEmailChangeInput>,
    /// Signing in by a code.
    pub passwordless: Option<ConfigPasswordlessInput>,
}
