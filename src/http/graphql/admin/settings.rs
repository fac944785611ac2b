//! The settings, for keys of the role `root`: the same as in the bootstrap file and the Management API, under
//! the names of this API. A field without a setting here can be read with its fixed value, and setting it to
//! another value is an error.

use async_graphql::{Context, Enum, MaybeUndefined, Object, Result};
use serde_json::{Value, json};

use crate::http::graphql::admin::config::Config;
use crate::http::graphql::admin::inputs::{
    ConfigCaptchaInput, ConfigInput, ConfigLoginInput, ConfigPasswordInput, ConfigRateLimitWindowInput,
};
use crate::http::graphql::admin::mail_templates::refresh_settings;
use crate::http::graphql::admin::unsupported;
use crate::http::graphql::authentication::graphql_request;
use crate::http::graphql::payload::{Interval, invalid_input, response, to_graphql_error};
use rekey_core::snapshot;
use rekey_core::types::error::{Error, Refusal};

/// Why the settings were not changed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ConfigureErrorCode {
    /// A value is invalid; `developerMessage` says which.
    InvalidConfig,
}

response!("What became of changing the settings.", ConfigureResponse, ConfigureError, ConfigureErrorCode {} {});

/// The settings query.
#[derive(Default)]
pub struct SettingsQuery;

/// Queries of the settings.
#[Object]
impl SettingsQuery {
    /// The active settings.
    async fn configuration(&self, context: &Context<'_>) -> Result<Config> {
        let asker = graphql_request(context)?;
        asker.actor("view the configuration")?;
        Ok(Config::from(&asker.core().snapshot().settings))
    }
}

/// Mutations of the settings.
#[derive(Default)]
pub struct SettingsMutation;

/// Mutations of the settings.
#[Object]
impl SettingsMutation {
    /// Changes the given settings, all or nothing.
    async fn configure(
        &self,
        context: &Context<'_>,
        config: ConfigInput,
    ) -> Option<Result<ConfigureResponse>> {
        Some(try_configure(context, config).await)
    }
}

async fn try_configure(context: &Context<'_>, config: ConfigInput) -> Result<ConfigureResponse> {
    let asker = graphql_request(context)?;
    let by = asker.actor("configure")?;
    let problems = unsupported::find_unsupported(&config, &asker.core().snapshot().settings);
    if !problems.is_empty() {
        return Ok(ConfigureError::new(ConfigureErrorCode::InvalidConfig, problems.join("\n")).into());
    }
    let patch = to_patch(config)?;
    match snapshot::patch_settings(by.context(asker.core()), by.key, &patch).await {
        Ok(()) => refresh_settings(asker).await.map(|()| ConfigureResponse::done()),
        Err(Error::Refused(Refusal::SettingsInvalid(problems))) => {
            Ok(ConfigureError::new(ConfigureErrorCode::InvalidConfig, problems.join("\n")).into())
        }
        Err(error) => Err(to_graphql_error(&error)),
    }
}

/// Converts the given fields to a patch by the settings' own paths.
fn to_patch(config: ConfigInput) -> Result<Value> {
    let policy = config.password.as_ref().map(policy_patch).transpose()?;
    let experience = policy.map(|policy| object_of_present([("passwordPolicy", Some(policy))]));
    let limits = config.rate_limits.unwrap_or_default();
    let by_ip = merge_equal_limits([
        limits.password_reset_per_ip,
        limits.passwordless_init_per_ip,
        limits.email_verification_per_ip,
        limits.sign_up_per_ip,
    ])?;
    let by_address = limits.email_otp_per_person.map(limit_patch).transpose()?;
    let life = config.passwordless.and_then(|passwordless| passwordless.expiration);
    let (backoff, reveals) = config.login.map(login_patch).unwrap_or_default();
    let throttle = object_of_present([
        ("sendBackoff", backoff),
        ("requestsPerIp", by_ip),
        ("sendsPerAddress", by_address),
    ]);
    let recovery = object_of_present([
        ("revealUserExists", reveals.map(Value::from)),
        ("codeTtl", interval_seconds(life)),
    ]);
    let captcha = config.captcha.map(captcha_patch).transpose()?;
    Ok(object_of_present([
        ("signInExperience", experience),
        ("throttle", Some(throttle)),
        ("recovery", Some(recovery)),
        ("captcha", captcha),
    ]))
}

fn limit_patch(limit: ConfigRateLimitWindowInput) -> Result<Value> {
    let count = limit.limit.map(to_u32).transpose()?.map(Value::from);
    Ok(object_of_present([("limit", count), ("window", interval_seconds(limit.window))]))
}

/// They are one limit here, so that two given values must be equal.
fn merge_equal_limits(limits: [Option<ConfigRateLimitWindowInput>; 4]) -> Result<Option<Value>> {
    let said: Vec<Value> = limits.into_iter().flatten().map(limit_patch).collect::<Result<_>>()?;
    match said.first() {
        Some(first) if said.iter().any(|other| other != first) => Err(invalid_input(
            "rateLimits: signUpPerIp, passwordResetPerIp, passwordlessInitPerIp and emailVerificationPerIp are one limit here",
        )),
        first => Ok(first.cloned()),
    }
}

fn captcha_patch(captcha: ConfigCaptchaInput) -> Result<Value> {
    let protect = captcha.protect;
    if protect.as_ref().is_some_and(|protect| protect.email_verification == Some(true)) {
        return Err(invalid_input(
            "captcha.protect.emailVerification: an address is verified by what it is asked for",
        ));
    }
    let protect = protect.map(|protect| {
        object_of_present([
            ("signUp", protect.sign_up.map(Value::from)),
            ("passwordReset", protect.password_reset.map(Value::from)),
            ("passwordlessInit", protect.passwordless_init.map(Value::from)),
        ])
    });
    let provider = nullable_value(captcha.provider, |provider| Value::from(provider.name()), Value::Null);
    let threshold = nullable_value(captcha.threshold, Value::from, json!(0.5));
    let secret = nullable_value(captcha.secret, Value::from, Value::Null);
    Ok(object_of_present([
        ("provider", provider),
        ("threshold", threshold),
        ("secret", secret),
        ("protect", protect),
    ]))
}

/// The given value; null becomes `nothing`.
fn nullable_value<T>(said: MaybeUndefined<T>, of: impl Fn(T) -> Value, nothing: Value) -> Option<Value> {
    match said {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(nothing),
        MaybeUndefined::Value(value) => Some(of(value)),
    }
}

/// The backoff, and whether a reset reveals that an address has no account.
fn login_patch(login: ConfigLoginInput) -> (Option<Value>, Option<bool>) {
    let backoff = object_of_present([
        ("base", interval_seconds(login.base_backoff)),
        ("max", interval_seconds(login.max_backoff)),
        ("window", interval_seconds(login.attempt_window)),
    ]);
    (Some(backoff), login.reveal_user_exists)
}

fn policy_patch(password: &ConfigPasswordInput) -> Result<Value> {
    let least = password.min_length.map(to_u32).transpose()?;
    let length = least.map(|least| json!({ "min": least }));
    let pwned = match (password.check_blacklist, password.check_hibp) {
        (Some(one), Some(other)) if one != other => {
            return Err(invalid_input("checkBlacklist and checkHibp are one switch here"));
        }
        (one, other) => one.or(other),
    };
    let rejects = pwned.map(|on| json!({ "pwned": on }));
    let known = password.acknowledge_weak.map(Value::from);
    Ok(object_of_present([("length", length), ("rejects", rejects), ("acknowledgeWeak", known)]))
}

/// An object of the fields that are present.
fn object_of_present<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let said = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(said.collect())
}

fn interval_seconds(span: Option<Interval>) -> Option<Value> {
    span.map(|span| Value::from(span.0))
}

fn to_u32(count: i32) -> Result<u32> {
    u32::try_from(count).map_err(|_| invalid_input("expected a number that is not negative"))
}
