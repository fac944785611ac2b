//! The secret of the captcha provider, which is stored sealed.

use serde_json::Value;

use crate::Core;
use crate::captcha::CAPTCHA_CONTEXT;
use crate::settings::captcha::{Captcha, CaptchaProvider};
use crate::types::error::{Error, Result};

/// Seals the secret of a change that is about to be saved.
pub(crate) fn seal_secret(core: &Core, patch: &mut Value) {
    let secret = patch.get_mut("captcha").and_then(|captcha| captcha.get_mut("secret"));
    if let Some(Value::String(secret)) = secret
        && !secret.is_empty()
    {
        *secret = core.keys.seal(secret.as_bytes(), CAPTCHA_CONTEXT, core.rng());
    }
}

/// A secret of one provider is not sent to another, which would learn it from the first request.
pub(crate) fn secret_change_errors(before: &Captcha, after: &Captcha) -> Vec<String> {
    let kept = before.secret.is_some() && before.secret == after.secret;
    let elsewhere = (before.provider, &before.verify_url) != (after.provider, &after.verify_url);
    let shown = after.provider.is_some_and(CaptchaProvider::is_third_party);
    let asked_again = kept && elsewhere && shown;
    let problem = "captcha.secret: expected the secret again, because the provider or its address changed";
    asked_again.then(|| problem.to_owned()).into_iter().collect()
}

/// Whether an external provider is configured but its secret cannot be decrypted: then everyone who must pass
/// a captcha is refused.
pub fn is_secret_unreadable(core: &Core) -> bool {
    let live = core.snapshot();
    let captcha = &live.settings.captcha;
    let is_elsewhere = captcha.provider.is_some_and(CaptchaProvider::is_third_party);
    is_elsewhere && captcha.secret.as_ref().is_some_and(|secret| decrypt_secret(core, &secret.0).is_err())
}

pub(super) fn decrypt_secret(core: &Core, kept: &str) -> Result<String> {
    let plain = core.keys.decrypt(kept, CAPTCHA_CONTEXT)?;
    String::from_utf8(plain)
        .map_err(|_| Error::Failed(anyhow::anyhow!("the secret of the captcha is no text")))
}
