//! The input types of the settings; [`super::settings`] applies them. A field without a setting here is
//! accepted if it has the value that this server uses anyway ([`super::unsupported`]).

use async_graphql::InputObject;

use crate::http::graphql::admin::captcha::ConfigCaptchaInput;
use crate::http::graphql::admin::config::ConfigPolicy;
use crate::http::graphql::admin::rate_limits::ConfigRateLimitsInput;
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
