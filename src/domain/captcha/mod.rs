//! Whether somebody is a machine: asked before anything is counted or looked up, so that the answer is the same for everybody, and asked
//! of nobody whose network has been quiet, where the settings say so. Whatever can't be checked is refused (fail-closed).

pub mod altcha;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::caller::Caller;
use crate::model::error::{CaptchaFault, Error, Refusal, Result};
use crate::model::event::EventKind;
use crate::model::ids::fresh;
use crate::model::settings::captcha::{Captcha, CaptchaProvider};
use crate::model::settings::throttle::Limit;
use crate::model::time::Timestamp;

use super::ports::CaptchaRequest;
use super::settings::sealing::CAPTCHA_CONTEXT;
use super::throttle::{self, LimitKind, Rule};
use super::{Core, audit};

/// The longest token that is looked at, in bytes.
const MAX_TOKEN_BYTES: usize = 4096;
/// For how many seconds somebody without scripts waits in place of a proof.
pub const WAIT_SECONDS: i64 = 30;
/// For how many seconds that counts afterwards.
const PASS_TTL_SECONDS: i64 = 600;
/// How often a network may do so.
const WAIT_LIMIT: Limit = Limit { limit: 5, window: 3600 };
/// How often what was proved counts.
const PASS_USE_LIMIT: Limit = Limit { limit: 5, window: 900 };

/// What is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProtectedAction {
    /// Asking for an account.
    SignUp,
    /// Asking for a new password.
    PasswordReset,
    /// Asking for a code to sign in with.
    SignIn,
}

impl ProtectedAction {
    /// What the audit log calls it.
    const fn audit_kind(self) -> EventKind {
        match self {
            Self::SignUp => EventKind::SignUpInit,
            Self::PasswordReset => EventKind::PasswordResetInit,
            Self::SignIn => EventKind::SignInInit,
        }
    }

    const fn is_protected(self, captcha: &Captcha) -> bool {
        match self {
            Self::SignUp => captcha.protect.sign_up,
            Self::PasswordReset => captcha.protect.password_reset,
            Self::SignIn => captcha.protect.passwordless_init,
        }
    }
}

/// What somebody has to show.
#[derive(Clone, Copy, Debug)]
pub enum CaptchaResponse<'a> {
    /// Nothing.
    Missing,
    /// A token of the provider, or a solution.
    Token(&'a str),
    /// That they have waited since then.
    Waited(Timestamp),
    /// What they proved before, in the same interaction.
    Pass(&'a CaptchaPass),
}

/// That somebody was no machine a moment ago, for a browser to hold. It counts for one deed, a few times and for some minutes: a sealed
/// cookie can be brought again and again, by as many as share it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptchaPass {
    id: String,
    deed: ProtectedAction,
    at: Timestamp,
}

impl<'a> CaptchaResponse<'a> {
    /// A token that may be missing.
    pub fn from_token(token: Option<&'a str>) -> Self {
        token.filter(|token| !token.is_empty()).map_or(Self::Missing, Self::Token)
    }
}

/// Whether this caller has to show something for this now.
pub async fn is_required(rekey: &Core, caller: &Caller, deed: ProtectedAction) -> Result<bool> {
    let live = rekey.snapshot();
    let captcha = &live.settings.captcha;
    if !can_be_required(captcha, deed) {
        return Ok(false);
    }
    if captcha.after == 0 {
        return Ok(true);
    }
    let window = live.settings.throttle.requests_per_ip.window;
    let row = throttle::network_row_id(rekey, LimitKind::RecoveryRequests, caller);
    Ok(throttle::count_recent(rekey, &row, window).await? >= captcha.after)
}

const fn can_be_required(captcha: &Captcha, deed: ProtectedAction) -> bool {
    captcha.provider.is_some() && deed.is_protected(captcha)
}

/// Refuses unless it is not needed, or what is shown does.
pub async fn check(
    rekey: &Core,
    caller: &Caller,
    deed: ProtectedAction,
    shown: CaptchaResponse<'_>,
) -> Result<()> {
    match is_required(rekey, caller, deed).await? {
        true => check_response(rekey, caller, deed, shown).await,
        false => Ok(()),
    }
}

/// Refuses unless what is shown does. A refusal is audited under the name of what it stood before.
async fn check_response(
    rekey: &Core,
    caller: &Caller,
    deed: ProtectedAction,
    shown: CaptchaResponse<'_>,
) -> Result<()> {
    let outcome = match shown {
        CaptchaResponse::Missing => Err(CaptchaFault::Missing),
        CaptchaResponse::Token(token) if token.len() > MAX_TOKEN_BYTES => Err(CaptchaFault::Invalid),
        CaptchaResponse::Token(token) => verify_token(rekey, caller, token).await?,
        CaptchaResponse::Waited(since) => check_wait(rekey, caller, since).await?,
        CaptchaResponse::Pass(human) if human.deed != deed => Err(CaptchaFault::Missing),
        CaptchaResponse::Pass(human) => check_pass(rekey, human).await?,
    };
    let Err(fault) = outcome else { return Ok(()) };
    let refusal = Refusal::Captcha(fault);
    audit::record_refusal(rekey, caller, deed.audit_kind(), &refusal).await?;
    Err(refusal.into())
}

async fn verify_token(rekey: &Core, caller: &Caller, token: &str) -> Result<Result<(), CaptchaFault>> {
    let live = rekey.snapshot();
    let captcha = &live.settings.captcha;
    let Some(provider) = captcha.provider else { return Ok(Ok(())) };
    if provider == CaptchaProvider::Altcha {
        return altcha::verify(rekey, token).await;
    }
    let Some(secret) = &captcha.secret else { return Ok(Err(CaptchaFault::Unavailable)) };
    // Under a lost key nobody can be asked: whatever can't be checked is refused.
    let Ok(secret) = decrypt_secret(rekey, &secret.0) else {
        tracing::error!("the secret of the captcha can't be opened: was secret_key changed?");
        return Ok(Err(CaptchaFault::Unavailable));
    };
    let ask = CaptchaRequest {
        address: captcha.verify_url.as_deref().unwrap_or(provider.verify_url()),
        allows_private: live.settings.outbound.allow_private_addresses,
        secret: &secret,
        token,
        ip: &caller.ip,
        timeout: captcha.timeout,
        threshold: (provider == CaptchaProvider::RecaptchaV3).then_some(captcha.threshold),
    };
    let outcome = rekey.captcha_verifier.verify(ask).await;
    if outcome == Err(CaptchaFault::Unavailable) {
        tracing::warn!(
            captcha.provider = provider.name(),
            "a captcha could not be checked, so it was refused"
        );
    }
    Ok(outcome)
}

/// Checks a token before it is needed, for the steps that follow; nothing is proved where nobody is ever asked. A network that is quiet
/// now may not be at those steps, so the token is looked at all the same.
pub async fn issue_pass(
    rekey: &Core,
    caller: &Caller,
    deed: ProtectedAction,
    token: &str,
) -> Result<Option<CaptchaPass>> {
    if token.is_empty() || !can_be_required(&rekey.snapshot().settings.captcha, deed) {
        return Ok(None);
    }
    check_response(rekey, caller, deed, CaptchaResponse::Token(token)).await?;
    Ok(Some(CaptchaPass { id: fresh(rekey.now(), rekey.rng(), 21), deed, at: rekey.now() }))
}

async fn check_pass(rekey: &Core, human: &CaptchaPass) -> Result<Result<(), CaptchaFault>> {
    if human.at.plus_seconds(PASS_TTL_SECONDS) < rekey.now() {
        return Ok(Err(CaptchaFault::Expired));
    }
    let mut tx = rekey.store.write().await?;
    let row = throttle::row_id(rekey, LimitKind::CaptchaProofs, &human.id);
    let is_spent =
        throttle::check_and_count(&mut tx, rekey, &row, &[Rule::Window(PASS_USE_LIMIT)]).await?.is_some();
    tx.commit().await?;
    Ok(if is_spent { Err(CaptchaFault::Expired) } else { Ok(()) })
}

/// Waiting is slow and bounded by network, which is what a proof is for. The moment is the browser's word, sealed: an old one
/// can be brought again, a limit of the database can't.
async fn check_wait(rekey: &Core, caller: &Caller, since: Timestamp) -> Result<Result<(), CaptchaFault>> {
    let now = rekey.now();
    if since.plus_seconds(WAIT_SECONDS) > now {
        return Ok(Err(CaptchaFault::Missing));
    }
    if since.plus_seconds(WAIT_SECONDS + PASS_TTL_SECONDS) < now {
        return Ok(Err(CaptchaFault::Expired));
    }
    let mut tx = rekey.store.write().await?;
    let row = throttle::network_row_id(rekey, LimitKind::CaptchaWaits, caller);
    let waits = throttle::check_and_count(&mut tx, rekey, &row, &[Rule::Window(WAIT_LIMIT)]).await?;
    tx.commit().await?;
    match waits {
        Some(retry_after) => Err(Refusal::Throttled { retry_after }.into()),
        None => Ok(Ok(())),
    }
}

/// Seals the secret of a change that is about to be kept.
pub(super) fn seal_secret(rekey: &Core, patch: &mut Value) {
    let secret = patch.get_mut("captcha").and_then(|captcha| captcha.get_mut("secret"));
    if let Some(Value::String(secret)) = secret
        && !secret.is_empty()
    {
        *secret = rekey.keys.seal(secret.as_bytes(), CAPTCHA_CONTEXT, rekey.rng());
    }
}

/// The secret that one provider gave is not shown to another, who would learn it with the first question.
pub(super) fn secret_change_errors(before: &Captcha, after: &Captcha) -> Vec<String> {
    let kept = before.secret.is_some() && before.secret == after.secret;
    let elsewhere = (before.provider, &before.verify_url) != (after.provider, &after.verify_url);
    let shown = after.provider.is_some_and(CaptchaProvider::is_third_party);
    let asked_again = kept && elsewhere && shown;
    let problem = "captcha.secret: expected the secret again, because somebody else is asked now";
    asked_again.then(|| problem.to_owned()).into_iter().collect()
}

/// Whether somebody else is asked, and no secret key opens what proves this server to them: then everybody is refused who must show it.
pub fn is_secret_unreadable(rekey: &Core) -> bool {
    let live = rekey.snapshot();
    let captcha = &live.settings.captcha;
    let is_elsewhere = captcha.provider.is_some_and(CaptchaProvider::is_third_party);
    is_elsewhere && captcha.secret.as_ref().is_some_and(|secret| decrypt_secret(rekey, &secret.0).is_err())
}

fn decrypt_secret(rekey: &Core, kept: &str) -> Result<String> {
    let plain = rekey.keys.decrypt(kept, CAPTCHA_CONTEXT)?;
    String::from_utf8(plain)
        .map_err(|_| Error::Failed(anyhow::anyhow!("the secret of the captcha is no text")))
}
