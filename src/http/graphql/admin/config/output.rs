//! Converts the settings to this API's types, section by section. A field without a setting here gets its
//! fixed value. One setting limits messages per network address, so four of the windows are the same.

use crate::http::graphql::admin::config::{
    Config, ConfigAnomalyDetection, ConfigCaptcha, ConfigCaptchaProtect, ConfigEmailChange, ConfigLogin,
    ConfigPassword, ConfigPasswordless, ConfigPolicy, ConfigRateLimitWindow, ConfigRateLimits, ConfigSignup,
    Interval, PROVIDERS,
};
use rekey_core::sessions;
use rekey_core::settings::Settings;
use rekey_core::settings::captcha::Captcha;
use rekey_core::settings::throttle::Limit;

fn to_i32(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn to_window(limit: Limit) -> ConfigRateLimitWindow {
    ConfigRateLimitWindow { limit: to_i32(limit.limit), window: Interval(limit.window) }
}

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

impl From<&Settings> for ConfigRateLimits {
    fn from(settings: &Settings) -> Self {
        let by_ip = || to_window(settings.throttle.requests_per_ip);
        Self {
            sign_up_per_ip: by_ip(),
            login_per_ip: to_window(Limit { limit: 0, window: 3600 }),
            password_reset_per_ip: by_ip(),
            passwordless_init_per_ip: by_ip(),
            email_verification_per_ip: by_ip(),
            email_otp_per_person: to_window(settings.throttle.sends_per_address),
        }
    }
}

impl From<&Captcha> for ConfigCaptcha {
    fn from(captcha: &Captcha) -> Self {
        let shown = |kind| PROVIDERS.iter().find(|(_, ours)| *ours == kind).map(|(theirs, _)| *theirs);
        Self {
            provider: captcha.provider.and_then(shown),
            threshold: Some(captcha.threshold.into()),
            protect: ConfigCaptchaProtect {
                sign_up: captcha.protect.sign_up,
                password_reset: captcha.protect.password_reset,
                passwordless_init: captcha.protect.passwordless_init,
                email_verification: false,
            },
        }
    }
}
