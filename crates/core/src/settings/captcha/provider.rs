//! The captcha providers, and where each is reached.

use serde::{Deserialize, Serialize};

/// The captcha provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CaptchaProvider {
    /// Cloudflare's.
    #[serde(rename = "turnstile")]
    Turnstile,
    /// hCaptcha.
    #[serde(rename = "hcaptcha")]
    Hcaptcha,
    /// Google's reCAPTCHA v3, which gives a score.
    #[serde(rename = "recaptchaV3")]
    RecaptchaV3,
    /// This server: a proof of work in the ALTCHA protocol, without a third party or images.
    #[serde(rename = "altcha")]
    Altcha,
}

impl CaptchaProvider {
    /// The name in the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Turnstile => "turnstile",
            Self::Hcaptcha => "hcaptcha",
            Self::RecaptchaV3 => "recaptchaV3",
            Self::Altcha => "altcha",
        }
    }

    /// The provider's verification URL.
    pub const fn verify_url(self) -> &'static str {
        match self {
            Self::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/siteverify",
            Self::Hcaptcha => "https://hcaptcha.com/siteverify",
            Self::RecaptchaV3 => "https://www.google.com/recaptcha/api/siteverify",
            Self::Altcha => "",
        }
    }

    /// The provider's script; none for our own.
    pub const fn script_url(self) -> &'static str {
        match self {
            Self::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/api.js",
            Self::Hcaptcha => "https://js.hcaptcha.com/1/api.js",
            Self::RecaptchaV3 => "https://www.google.com/recaptcha/api.js",
            Self::Altcha => "",
        }
    }

    /// Whether it is a third party, which needs a secret.
    pub fn is_third_party(self) -> bool {
        self != Self::Altcha
    }
}
