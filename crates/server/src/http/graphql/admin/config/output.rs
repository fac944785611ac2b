//! Converts the settings to this API's types, section by section. A field without a setting here gets its
//! fixed value.

use crate::http::graphql::admin::config::{
    Config, ConfigAnomalyDetection, ConfigEmailChange, ConfigLogin, ConfigPassword, ConfigPasswordless,
    ConfigPolicy, ConfigSignup,
};
use crate::http::graphql::admin::rate_limits::to_i32;
use crate::http::graphql::payload::Interval;
use rekey_core::sessions;
use rekey_core::settings::Settings;

impl From<&Settings> for Config {
    fn from(settings: &Settings) -> Self {
        Self {
            password: settings.into(),
            login: settings.into(),
            captcha: (&settings.captcha).into(),
            rate_limits: settings.into(),
            signup: ConfigSignup { require_email_verification: false },
            email_change: ConfigEmailChange { require_verification: true },
            passwordless: ConfigPasswordless {
                enabled: ConfigPolicy::from_settings(settings),
                url: None,
                expiration: Interval(settings.recovery.code_ttl),
            },
        }
    }
}

impl From<&Settings> for ConfigPassword {
    fn from(settings: &Settings) -> Self {
        let policy = &settings.sign_in_experience.password_policy;
        Self {
            min_length: to_i32(policy.length.min),
            require_uppercase: 0,
            require_lowercase: 0,
            require_digit: 0,
            require_special: 0,
            pattern: None,
            check_blacklist: policy.rejects.pwned,
            check_hibp: policy.rejects.pwned,
        }
    }
}

impl From<&Settings> for ConfigLogin {
    fn from(settings: &Settings) -> Self {
        let backoff = settings.throttle.send_backoff;
        Self {
            base_backoff: Interval(backoff.base),
            max_backoff: Interval(backoff.max),
            attempt_window: Interval(backoff.window),
            reveal_user_exists: settings.recovery.reveal_user_exists,
            reveal_login_method: false,
            default_token_expiration: Interval(sessions::TTL_SECONDS),
            max_token_expiration: Some(Interval(sessions::TTL_SECONDS)),
            mfa_grace_duration: Interval(0),
            anomaly_detection: ConfigAnomalyDetection {
                enabled: false,
                history_size: 10,
                email_threshold: 1,
                step_up_threshold: 3,
            },
        }
    }
}
