//! Captcha settings: the provider, and when it is required. Checking is in `crate::captcha`. The secret is
//! stored sealed, because settings are stored in clear; only a bootstrap file and an unsaved change contain
//! it in clear.

mod provider;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use crate::settings::captcha::provider::CaptchaProvider;
use crate::settings::validation::ValidationErrors;

/// A secret as stored: sealed, or in clear before it is saved. It never prints itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoredSecret(pub String);

impl fmt::Debug for StoredSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredSecret(•••)")
    }
}

/// A score from 0 to 1, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "f64", into = "f64")]
pub struct Score(u16);

/// Unreachable by any score: stands for an invalid number.
const UNREACHABLE_SCORE: u16 = 1001;

impl From<f64> for Score {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 1000")]
    fn from(score: f64) -> Self {
        if (0.0..=1.0).contains(&score) {
            Self((score * 1000.0).round() as u16)
        } else {
            Self(UNREACHABLE_SCORE)
        }
    }
}

impl From<Score> for f64 {
    fn from(score: Score) -> Self {
        Self::from(score.0) / 1000.0
    }
}

impl Default for Score {
    fn default() -> Self {
        Self(500)
    }
}

/// The protected actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Protect {
    /// Requesting an account.
    pub sign_up: bool,
    /// Requesting a new password.
    pub password_reset: bool,
    /// Requesting a sign-in code.
    pub passwordless_init: bool,
}

impl Default for Protect {
    fn default() -> Self {
        Self { sign_up: true, password_reset: true, passwordless_init: true }
    }
}

/// The captcha provider, and when a captcha is required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Captcha {
    /// The provider; none disables captchas.
    pub provider: Option<CaptchaProvider>,
    /// The public key of this site at the provider.
    pub site_key: Option<String>,
    /// The secret that authenticates this server to it.
    pub secret: Option<StoredSecret>,
    /// The minimum score; only `recaptchaV3` gives one.
    pub threshold: Score,
    /// The verification URL, in place of the provider's own.
    pub verify_url: Option<String>,
    /// The script URL, in place of the provider's own.
    pub script_url: Option<String>,
    /// The timeout for the provider, in seconds: 1 to 10.
    pub timeout: u32,
    /// After how many requests of one network a captcha is required; 0 for always.
    pub after: u32,
    /// The protected actions.
    pub protect: Protect,
}

impl Default for Captcha {
    fn default() -> Self {
        Self {
            provider: None,
            site_key: None,
            secret: None,
            threshold: Score::default(),
            verify_url: None,
            script_url: None,
            timeout: 5,
            after: 0,
            protect: Protect::default(),
        }
    }
}

impl Captcha {
    /// All errors, below `captcha`.
    pub(super) fn check(&self, found: &mut ValidationErrors) {
        found.check_range("captcha.timeout", self.timeout, 1, 10);
        found.check_range("captcha.after", self.after, 0, 10_000);
        let is_score = self.threshold.0 != UNREACHABLE_SCORE;
        found.add_unless(is_score, "captcha.threshold", "a number from 0 to 1");
        for (path, url) in [("captcha.verifyUrl", &self.verify_url), ("captcha.scriptUrl", &self.script_url)]
        {
            let is_safe = url.as_deref().is_none_or(is_safe_url);
            found.add_unless(is_safe, path, "an https address, or an http one on this machine");
        }
        let needs_secret = self.provider.is_some_and(CaptchaProvider::is_third_party);
        let has_secret = self.secret.as_ref().is_some_and(|secret| !secret.0.is_empty());
        found.add_unless(
            has_secret || !needs_secret,
            "captcha.secret",
            "the secret that the provider gave you",
        );
    }
}

/// Tokens and the secret are sent there.
fn is_safe_url(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    url.scheme() == "https" && url.has_host() || url.scheme() == "http" && is_here
}

/// Null in a file means none.
pub(super) fn or_none<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Captcha, D::Error> {
    Ok(Option::<Captcha>::deserialize(deserializer)?.unwrap_or_default())
}
