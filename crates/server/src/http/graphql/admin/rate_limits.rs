//! The rate limits, as this API shows and changes them. One setting limits messages per network address, so
//! four of the windows are the same.

use async_graphql::{InputObject, Result, SimpleObject};
use serde_json::Value;

use crate::http::graphql::admin::settings::{interval_seconds, object_of_present, to_u32};
use crate::http::graphql::payload::{Interval, invalid_input};
use rekey_core::settings::Settings;
use rekey_core::settings::throttle::Limit;

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

/// A count as a GraphQL `Int`.
pub(super) fn to_i32(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn to_window(limit: Limit) -> ConfigRateLimitWindow {
    ConfigRateLimitWindow { limit: to_i32(limit.limit), window: Interval(limit.window) }
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

fn limit_patch(limit: ConfigRateLimitWindowInput) -> Result<Value> {
    let count = limit.limit.map(to_u32).transpose()?.map(Value::from);
    Ok(object_of_present([("limit", count), ("window", interval_seconds(limit.window))]))
}

/// The given limits, by the names of the settings.
pub(super) fn limit_patches(limits: ConfigRateLimitsInput) -> Result<[(&'static str, Option<Value>); 2]> {
    let by_ip = merge_equal_limits([
        limits.password_reset_per_ip,
        limits.passwordless_init_per_ip,
        limits.email_verification_per_ip,
        limits.sign_up_per_ip,
    ])?;
    let by_address = limits.email_otp_per_person.map(limit_patch).transpose()?;
    Ok([("requestsPerIp", by_ip), ("sendsPerAddress", by_address)])
}

/// They are one limit here, so that two given values must be equal.
fn merge_equal_limits(limits: [Option<ConfigRateLimitWindowInput>; 4]) -> Result<Option<Value>> {
    let patches: Vec<Value> = limits.into_iter().flatten().map(limit_patch).collect::<Result<_>>()?;
    match patches.first() {
        Some(first) if patches.iter().any(|other| other != first) => Err(invalid_input(
            "rateLimits: signUpPerIp, passwordResetPerIp, passwordlessInitPerIp and emailVerificationPerIp are one limit here",
        )),
        first => Ok(first.cloned()),
    }
}
