//! Settings of the Contember API that this server does not support. Setting one to the value that the server
//! uses is accepted; any other value is an error that names it. Nothing is accepted and then ignored.

use std::fmt::Display;

use crate::http::graphql::admin::config::ConfigPolicy;
use crate::http::graphql::admin::inputs::{ConfigInput, ConfigLoginInput, ConfigPasswordInput};
use rekey_core::sessions;
use rekey_core::settings::Settings;

/// The lifetime of a session in seconds.
const SESSION_TTL_SECONDS: u32 = sessions::TTL_SECONDS;

/// The unsupported values, one line each.
pub(super) fn find_unsupported(config: &ConfigInput, settings: &Settings) -> Vec<String> {
    let mut found = Vec::new();
    config.password.iter().for_each(|password| check_passwords(&mut found, password));
    config.login.iter().for_each(|login| check_sign_in(&mut found, login));
    let verifies = config.signup.as_ref().and_then(|signup| signup.require_email_verification);
    check_fixed(&mut found, "signup.requireEmailVerification", verifies, false);
    let verifies = config.email_change.as_ref().and_then(|change| change.require_verification);
    check_fixed(&mut found, "emailChange.requireVerification", verifies, true);
    let by_ip = config.rate_limits.as_ref().and_then(|limits| limits.login_per_ip.as_ref()?.limit);
    check_fixed(&mut found, "rateLimits.loginPerIp.limit", by_ip, 0);
    if let Some(passwordless) = &config.passwordless {
        let is = ConfigPolicy::from_settings(settings);
        if passwordless.enabled.is_some_and(|given| given != is) {
            found.push("passwordless.enabled: the sign-in methods say it here".to_owned());
        }
        check_fixed(&mut found, "passwordless.url", passwordless.url.as_deref(), "");
    }
    found
}

fn check_passwords(found: &mut Vec<String>, password: &ConfigPasswordInput) {
    for (path, given) in [
        ("password.requireUppercase", password.require_uppercase),
        ("password.requireLowercase", password.require_lowercase),
        ("password.requireDigit", password.require_digit),
        ("password.requireSpecial", password.require_special),
    ] {
        check_fixed(found, path, given, 0);
    }
    check_fixed(found, "password.pattern", password.pattern.as_deref(), "");
}

fn check_sign_in(found: &mut Vec<String>, login: &ConfigLoginInput) {
    check_fixed(found, "login.revealLoginMethod", login.reveal_login_method, false);
    for (path, given, is) in [
        ("login.defaultTokenExpiration", &login.default_token_expiration, SESSION_TTL_SECONDS),
        ("login.maxTokenExpiration", &login.max_token_expiration, SESSION_TTL_SECONDS),
        ("login.mfaGraceDuration", &login.mfa_grace_duration, 0),
    ] {
        check_fixed(found, path, given.as_ref().map(|given| given.0), is);
    }
    if let Some(detection) = &login.anomaly_detection {
        check_fixed(found, "login.anomalyDetection.enabled", detection.enabled, false);
        for (path, given, is) in [
            ("login.anomalyDetection.historySize", detection.history_size, 10),
            ("login.anomalyDetection.emailThreshold", detection.email_threshold, 1),
            ("login.anomalyDetection.stepUpThreshold", detection.step_up_threshold, 3),
        ] {
            check_fixed(found, path, given, is);
        }
    }
}

fn check_fixed<T: PartialEq + Display>(found: &mut Vec<String>, path: &str, given: Option<T>, is: T) {
    if given.is_some_and(|given| given != is) {
        found.push(format!("{path}: expected {}, which is how this server does it", format_value(&is)));
    }
}

fn format_value(is: &impl Display) -> String {
    let text = is.to_string();
    if text.is_empty() { "nothing".to_owned() } else { text }
}
