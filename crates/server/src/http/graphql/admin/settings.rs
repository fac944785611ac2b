//! The settings, for keys of the role `root`: the same as in the bootstrap file and the Management API, under
//! the names of this API. A field without a setting here can be read with its fixed value, and setting it to
//! another value is an error.

use async_graphql::{Context, Enum, Object, Result};
use serde_json::{Value, json};

use crate::http::graphql::admin::captcha::captcha_patch;
use crate::http::graphql::admin::config::Config;
use crate::http::graphql::admin::inputs::{ConfigInput, ConfigLoginInput, ConfigPasswordInput};
use crate::http::graphql::admin::rate_limits::limit_patches;
use crate::http::graphql::admin::unsupported;
use crate::http::graphql::authentication::{GraphqlRequest, graphql_request};
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
        let request = graphql_request(context)?;
        request.actor("view the configuration")?;
        Ok(Config::from(&request.core().snapshot().settings))
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
    let request = graphql_request(context)?;
    let by = request.actor("configure")?;
    let problems = unsupported::find_unsupported(&config, &request.core().snapshot().settings);
    if !problems.is_empty() {
        return Ok(ConfigureError::new(ConfigureErrorCode::InvalidConfig, problems.join("\n")).into());
    }
    let patch = to_patch(config)?;
    match snapshot::patch_settings(by.context(request.core()), by.key, &patch).await {
        Ok(()) => refresh_settings(request).await.map(|()| ConfigureResponse::done()),
        Err(Error::Refused(Refusal::SettingsInvalid(problems))) => {
            Ok(ConfigureError::new(ConfigureErrorCode::InvalidConfig, problems.join("\n")).into())
        }
        Err(error) => Err(to_graphql_error(&error)),
    }
}

/// Activates the change in this process; other instances notice it by themselves.
pub(super) async fn refresh_settings(request: &GraphqlRequest) -> Result<()> {
    request.call.app.reload_settings().await.map_err(|cause| to_graphql_error(&Error::Failed(cause)))
}

/// Converts the given fields to a patch by the settings' own paths.
fn to_patch(config: ConfigInput) -> Result<Value> {
    let policy = config.password.as_ref().map(policy_patch).transpose()?;
    let experience = policy.map(|policy| object_of_present([("passwordPolicy", Some(policy))]));
    let [by_ip, by_address] = limit_patches(config.rate_limits.unwrap_or_default())?;
    let life = config.passwordless.and_then(|passwordless| passwordless.expiration);
    let (backoff, reveals) = config.login.map(login_patch).unwrap_or_default();
    let throttle = object_of_present([("sendBackoff", backoff), by_ip, by_address]);
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
pub(super) fn object_of_present<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let patches = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(patches.collect())
}

/// The seconds of a given interval.
pub(super) fn interval_seconds(span: Option<Interval>) -> Option<Value> {
    span.map(|span| Value::from(span.0))
}

/// A count, which may not be negative.
pub(super) fn to_u32(count: i32) -> Result<u32> {
    u32::try_from(count).map_err(|_| invalid_input("expected a number that is not negative"))
}
