//! How the installation is set up, for keys of the role `root`: the same settings as in the bootstrap file and the Management API, by the
//! names of this API. The surprise: what has no counterpart here can be read, with the value that it then has, and can't be changed.

use async_graphql::{Context, Enum, InputObject, MaybeUndefined, Object, Result};
use serde_json::{Value, json};

use super::super::who::asker;
use super::super::wire::{Interval, failed, response, unfit};
use super::config::{CaptchaProvider, Config};
use super::letters::in_force;
use crate::domain::settings;
use crate::model::error::{Error, Refusal};

/// What a new password must be like; what is not said stays.
#[derive(InputObject)]
pub struct ConfigPasswordInput {
    /// The fewest characters.
    min_length: Option<i32>,
    /// Whether common and leaked passwords are refused; one switch with `checkHibp`.
    check_blacklist: Option<bool>,
    /// The same.
    check_hibp: Option<bool>,
}

/// How people sign in; what is not said stays.
#[derive(InputObject)]
pub struct ConfigLoginInput {
    /// The first wait between two messages to one address.
    base_backoff: Option<Interval>,
    /// The longest.
    max_backoff: Option<Interval>,
    /// How long a message counts.
    attempt_window: Option<Interval>,
    /// Whether a reset tells that nobody has an address. It lets anybody find out who has an account.
    reveal_user_exists: Option<bool>,
}

/// So many in so long; what is not said stays.
#[derive(InputObject)]
pub struct ConfigRateLimitWindowInput {
    /// How many; 0 for no limit.
    limit: Option<i32>,
    /// In how long.
    window: Option<Interval>,
}

/// How often anything may be asked for; what is not said stays.
#[derive(InputObject)]
pub struct ConfigRateLimitsInput {
    /// Messages asked for from one network address, for whatever purpose.
    password_reset_per_ip: Option<ConfigRateLimitWindowInput>,
}

/// What is protected; what is not said stays.
#[derive(InputObject)]
pub struct ConfigCaptchaProtectInput {
    /// Making an account.
    sign_up: Option<bool>,
    /// Asking for a new password.
    password_reset: Option<bool>,
    /// Asking for a code to sign in with.
    passwordless_init: Option<bool>,
    /// Only false: an address is verified by what it is asked for.
    email_verification: Option<bool>,
}

/// Who checks that nobody is a machine; what is not said stays, and null takes it away.
#[derive(InputObject)]
pub struct ConfigCaptchaInput {
    /// Who.
    provider: MaybeUndefined<CaptchaProvider>,
    /// The least score, from 0 to 1; null for the usual 0.5.
    threshold: MaybeUndefined<f64>,
    /// What proves this server to the provider. It is never shown.
    #[graphql(secret)]
    secret: MaybeUndefined<String>,
    /// What is protected.
    protect: Option<ConfigCaptchaProtectInput>,
}

/// What is to be changed; what is not said stays.
#[derive(InputObject)]
pub struct ConfigInput {
    /// What a new password must be like.
    password: Option<ConfigPasswordInput>,
    /// How people sign in.
    login: Option<ConfigLoginInput>,
    /// How often anything may be asked for.
    rate_limits: Option<ConfigRateLimitsInput>,
    /// Who checks that nobody is a machine.
    captcha: Option<ConfigCaptchaInput>,
}

/// Why nothing was changed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ConfigureErrorCode {
    /// A value is not what it may be; `developerMessage` says which.
    InvalidConfig,
}

response!("What became of changing the settings.", ConfigureResponse, ConfigureError, ConfigureErrorCode {} {});

/// How it is set up.
#[derive(Default)]
pub struct SettingsQuery;

/// How it is set up.
#[Object]
impl SettingsQuery {
    /// The settings in force.
    async fn configuration(&self, context: &Context<'_>) -> Result<Config> {
        let asker = asker(context)?;
        asker.author("view the configuration")?;
        Ok(Config::from(&asker.rekey().live().settings))
    }
}

/// What can be done about the settings.
#[derive(Default)]
pub struct SettingsMutation;

/// What can be done about the settings.
#[Object]
impl SettingsMutation {
    /// Changes what is named, all or nothing.
    async fn configure(
        &self,
        context: &Context<'_>,
        config: ConfigInput,
    ) -> Option<Result<ConfigureResponse>> {
        Some(configured(context, config).await)
    }
}

async fn configured(context: &Context<'_>, config: ConfigInput) -> Result<ConfigureResponse> {
    let asker = asker(context)?;
    let by = asker.author("configure")?;
    let patch = patch(config)?;
    match settings::change_some(asker.rekey(), by.caller, by.key, &patch).await {
        Ok(()) => in_force(asker).await.map(|()| ConfigureResponse::done()),
        Err(Error::Refused(Refusal::SettingsInvalid(problems))) => {
            Ok(ConfigureError::new(ConfigureErrorCode::InvalidConfig, problems.join("\n")).into())
        }
        Err(error) => Err(failed(&asker.call, &error)),
    }
}

/// What is named, by the paths of the settings.
fn patch(config: ConfigInput) -> Result<Value> {
    let policy = config.password.as_ref().map(policy).transpose()?;
    let experience = policy.map(|policy| named([("passwordPolicy", Some(policy))]));
    let limit = config.rate_limits.and_then(|limits| limits.password_reset_per_ip);
    let limit = limit.map(|limit| {
        let count = limit.limit.map(whole).transpose()?.map(Value::from);
        Ok::<_, async_graphql::Error>(named([("limit", count), ("window", seconds(limit.window))]))
    });
    let (backoff, reveals) = config.login.map(login).unwrap_or_default();
    let throttle = named([("sendBackoff", backoff), ("requestsPerIp", limit.transpose()?)]);
    let recovery = named([("revealUserExists", reveals.map(Value::from))]);
    let captcha = config.captcha.map(captcha).transpose()?;
    Ok(named([
        ("signInExperience", experience),
        ("throttle", Some(throttle)),
        ("recovery", Some(recovery)),
        ("captcha", captcha),
    ]))
}

fn captcha(captcha: ConfigCaptchaInput) -> Result<Value> {
    let protect = captcha.protect;
    if protect.as_ref().is_some_and(|protect| protect.email_verification == Some(true)) {
        return Err(unfit(
            "captcha.protect.emailVerification: an address is verified by what it is asked for",
        ));
    }
    let protect = protect.map(|protect| {
        named([
            ("signUp", protect.sign_up.map(Value::from)),
            ("passwordReset", protect.password_reset.map(Value::from)),
            ("passwordlessInit", protect.passwordless_init.map(Value::from)),
        ])
    });
    let provider = cleared(captcha.provider, |provider| Value::from(provider.name()), Value::Null);
    let threshold = cleared(captcha.threshold, Value::from, json!(0.5));
    let secret = cleared(captcha.secret, Value::from, Value::Null);
    Ok(named([("provider", provider), ("threshold", threshold), ("secret", secret), ("protect", protect)]))
}

/// What was said; null is `nothing`.
fn cleared<T>(said: MaybeUndefined<T>, of: impl Fn(T) -> Value, nothing: Value) -> Option<Value> {
    match said {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(nothing),
        MaybeUndefined::Value(value) => Some(of(value)),
    }
}

/// The backoff, and whether a reset tells that nobody has an address.
fn login(login: ConfigLoginInput) -> (Option<Value>, Option<bool>) {
    let backoff = named([
        ("base", seconds(login.base_backoff)),
        ("max", seconds(login.max_backoff)),
        ("window", seconds(login.attempt_window)),
    ]);
    (Some(backoff), login.reveal_user_exists)
}

fn policy(password: &ConfigPasswordInput) -> Result<Value> {
    let least = password.min_length.map(whole).transpose()?;
    let length = least.map(|least| json!({ "min": least }));
    let pwned = match (password.check_blacklist, password.check_hibp) {
        (Some(one), Some(other)) if one != other => {
            return Err(unfit("checkBlacklist and checkHibp are one switch here"));
        }
        (one, other) => one.or(other),
    };
    let rejects = pwned.map(|on| json!({ "pwned": on }));
    Ok(named([("length", length), ("rejects", rejects)]))
}

/// An object of those that are said.
fn named<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let said = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(said.collect())
}

fn seconds(span: Option<Interval>) -> Option<Value> {
    span.map(|span| Value::from(span.0))
}

fn whole(count: i32) -> Result<u32> {
    u32::try_from(count).map_err(|_| unfit("expected a number that is not negative"))
}
