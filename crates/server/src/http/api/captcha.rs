//! Names of captcha providers in the JSON APIs: those of the settings, with the capital letter that clients
//! of such APIs expect.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use rekey_core::settings::captcha::CaptchaProvider;

/// A captcha provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CaptchaProviderType)]
pub enum CaptchaName {
    /// Cloudflare Turnstile.
    Turnstile,
    /// hCaptcha.
    Hcaptcha,
    /// Google reCAPTCHA v3, which gives a score.
    RecaptchaV3,
    /// This server itself: a proof of work.
    Altcha,
}

impl From<CaptchaProvider> for CaptchaName {
    fn from(provider: CaptchaProvider) -> Self {
        match provider {
            CaptchaProvider::Turnstile => Self::Turnstile,
            CaptchaProvider::Hcaptcha => Self::Hcaptcha,
            CaptchaProvider::RecaptchaV3 => Self::RecaptchaV3,
            CaptchaProvider::Altcha => Self::Altcha,
        }
    }
}

impl From<CaptchaName> for CaptchaProvider {
    fn from(name: CaptchaName) -> Self {
        match name {
            CaptchaName::Turnstile => Self::Turnstile,
            CaptchaName::Hcaptcha => Self::Hcaptcha,
            CaptchaName::RecaptchaV3 => Self::RecaptchaV3,
            CaptchaName::Altcha => Self::Altcha,
        }
    }
}
