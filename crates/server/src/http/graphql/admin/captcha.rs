//! The captcha, as this API shows and changes it.

use async_graphql::{Enum, InputObject, MaybeUndefined, Result, SimpleObject};
use serde_json::{Value, json};

use crate::http::graphql::admin::settings::object_of_present;
use crate::http::graphql::payload::invalid_input;
use rekey_core::settings::captcha::{Captcha, CaptchaProvider as Kind};

/// The captcha.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CaptchaProvider {
    /// Cloudflare Turnstile.
    #[graphql(name = "turnstile")]
    Turnstile,
    /// hCaptcha.
    #[graphql(name = "hcaptcha")]
    Hcaptcha,
    /// Google reCAPTCHA v3.
    #[graphql(name = "recaptchaV3")]
    RecaptchaV3,
    /// The proof of work of this server.
    #[graphql(name = "altcha")]
    Altcha,
}

/// Which actions need a captcha.
#[derive(SimpleObject)]
pub struct ConfigCaptchaProtect {
    /// Sign-up.
    sign_up: bool,
    /// Requesting a password reset.
    password_reset: bool,
    /// Requesting a sign-in code.
    passwordless_init: bool,
    /// Always false: a captcha is never required to verify an address.
    email_verification: bool,
}

/// The captcha.
#[derive(SimpleObject)]
pub struct ConfigCaptcha {
    /// The provider; null if there is none.
    provider: Option<CaptchaProvider>,
    /// The minimum score, for `recaptchaV3`.
    threshold: Option<f64>,
    /// Which actions need a captcha.
    protect: ConfigCaptchaProtect,
}

const PROVIDERS: [(CaptchaProvider, Kind); 4] = [
    (CaptchaProvider::Turnstile, Kind::Turnstile),
    (CaptchaProvider::Hcaptcha, Kind::Hcaptcha),
    (CaptchaProvider::RecaptchaV3, Kind::RecaptchaV3),
    (CaptchaProvider::Altcha, Kind::Altcha),
];

impl CaptchaProvider {
    /// As the settings name it.
    fn name(self) -> &'static str {
        PROVIDERS.iter().find(|(theirs, _)| *theirs == self).map_or("", |(_, ours)| ours.name())
    }
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

/// The given fields, by the names of the settings.
pub(super) fn captcha_patch(captcha: ConfigCaptchaInput) -> Result<Value> {
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
fn nullable_value<T>(input: MaybeUndefined<T>, of: impl Fn(T) -> Value, nothing: Value) -> Option<Value> {
    match input {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(nothing),
        MaybeUndefined::Value(value) => Some(of(value)),
    }
}
