//! The captcha provider: asks it whether a token is valid, and keeps its secret, which is stored sealed.

use serde_json::Value;

use crate::captcha::altcha;
use crate::captcha::port::CaptchaRequest;
use crate::settings::captcha::{Captcha, CaptchaProvider};
use crate::types::error::{CaptchaFault, Error, Result};
use crate::{Context, Core};

/// The context that the captcha's sealed secret is bound to.
pub(crate) const CAPTCHA_CONTEXT: &str = "captcha";

/// Whether the token is valid, by the provider of the settings.
pub(super) async fn verify_token(context: Context<'_>, token: &str) -> Result<Result<(), CaptchaFault>> {
    let Context { core, caller } = context;
    let snapshot = core.snapshot();
    let captcha = &snapshot.settings.captcha;
    let Some(provider) = captcha.provider else { return Ok(Ok(())) };
    if provider == CaptchaProvider::Altcha {
        return altcha::verify(core, token).await;
    }
    let Some(secret) = &captcha.secret else { return Ok(Err(CaptchaFault::Unavailable)) };
    // If the secret cannot be decrypted, the provider cannot be asked, and whatever cannot be checked is
    // refused.
    let Ok(secret) = decrypt_secret(core, &secret.0) else {
        tracing::error!("the secret of the captcha can't be decrypted: was secret_key changed?");
        return Ok(Err(CaptchaFault::Unavailable));
    };
    let request = CaptchaRequest {
        address: captcha.verify_url.as_deref().unwrap_or(provider.verify_url()),
        allows_private: snapshot.settings.outbound.allow_private_addresses,
        secret: &secret,
        token,
        ip: &caller.ip,
        timeout: captcha.timeout,
        threshold: (provider == CaptchaProvider::RecaptchaV3).then_some(captcha.threshold),
    };
    let outcome = core.captcha_verifier.verify(request).await;
    if outcome == Err(CaptchaFault::Unavailable) {
        tracing::warn!(
            captcha.provider = provider.name(),
            "a captcha could not be checked, so it was refused"
        );
    }
    Ok(outcome)
}

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
    let keeps_secret = before.secret.is_some() && before.secret == after.secret;
    let changes_recipient = (before.provider, &before.verify_url) != (after.provider, &after.verify_url);
    let is_sent = after.provider.is_some_and(CaptchaProvider::is_third_party);
    let problem = "captcha.secret: expected the secret again, because the provider or its address changed";
    (keeps_secret && changes_recipient && is_sent).then(|| problem.to_owned()).into_iter().collect()
}

/// Whether an external provider is configured but its secret cannot be decrypted: then everyone who must pass
/// a captcha is refused.
pub fn is_secret_unreadable(core: &Core) -> bool {
    let snapshot = core.snapshot();
    let captcha = &snapshot.settings.captcha;
    let is_third_party = captcha.provider.is_some_and(CaptchaProvider::is_third_party);
    is_third_party && captcha.secret.as_ref().is_some_and(|secret| decrypt_secret(core, &secret.0).is_err())
}

fn decrypt_secret(core: &Core, sealed: &str) -> Result<String> {
    let plain = core.keys.decrypt(sealed, CAPTCHA_CONTEXT)?;
    String::from_utf8(plain)
        .map_err(|_| Error::Failed(anyhow::anyhow!("the secret of the captcha is no text")))
}
