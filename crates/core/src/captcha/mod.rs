//! Captcha checks. They run before anything is counted or looked up, so that the answer is the same for known
//! and unknown accounts; the settings may skip them for networks without recent activity. Whatever cannot be
//! checked is refused (fail closed).

pub mod altcha;
pub mod port;
mod provider;
mod response;
pub mod store;

pub use crate::captcha::provider::is_secret_unreadable;
use crate::captcha::provider::verify_token;
pub(crate) use crate::captcha::provider::{CAPTCHA_CONTEXT, seal_secret, secret_change_errors};
pub use crate::captcha::response::{CaptchaPass, CaptchaResponse, ProtectedAction};
use crate::settings::captcha::Captcha;
use crate::settings::throttle::Limit;
use crate::throttle::{self, LimitKind, Rule};
use crate::types::error::{CaptchaFault, Refusal, Result};
use crate::types::ids::generate;
use crate::types::time::Timestamp;
use crate::{Context, Core, audit};

/// The longest token that is read, in bytes.
const MAX_TOKEN_BYTES: usize = 4096;
/// For how many seconds a visitor without scripts waits instead of solving a captcha.
pub const WAIT_SECONDS: i64 = 30;
/// For how many seconds a passed captcha counts afterwards.
const PASS_TTL_SECONDS: i64 = 600;
/// How often a network may wait instead.
const WAIT_LIMIT: Limit = Limit { limit: 5, window: 3600 };
/// How often one pass may be used.
const PASS_USE_LIMIT: Limit = Limit { limit: 5, window: 900 };

/// Whether this caller must pass a captcha for this action now.
pub async fn is_required(context: Context<'_>, action: ProtectedAction) -> Result<bool> {
    let snapshot = context.snapshot();
    let captcha = &snapshot.settings.captcha;
    if !can_be_required(captcha, action) {
        return Ok(false);
    }
    if captcha.after == 0 {
        return Ok(true);
    }
    let window = snapshot.settings.throttle.requests_per_ip.window;
    let row = throttle::network_row_id(context, LimitKind::VerificationRequests);
    Ok(throttle::count_recent(context.core, &row, window).await? >= captcha.after)
}

const fn can_be_required(captcha: &Captcha, action: ProtectedAction) -> bool {
    captcha.provider.is_some() && action.is_protected(captcha)
}

/// Refuses unless no captcha is needed, or the response is valid.
pub async fn check(context: Context<'_>, action: ProtectedAction, shown: CaptchaResponse<'_>) -> Result<()> {
    if is_required(context, action).await? { check_response(context, action, shown).await } else { Ok(()) }
}

/// Refuses unless the response is valid. A refusal is audited under the action it protects.
async fn check_response(
    context: Context<'_>,
    action: ProtectedAction,
    shown: CaptchaResponse<'_>,
) -> Result<()> {
    let outcome = match shown {
        CaptchaResponse::Missing => Err(CaptchaFault::Missing),
        CaptchaResponse::Token(token) if token.len() > MAX_TOKEN_BYTES => Err(CaptchaFault::Invalid),
        CaptchaResponse::Token(token) => verify_token(context, token).await?,
        CaptchaResponse::Waited(since) => check_wait(context, since).await?,
        CaptchaResponse::Pass(human) if human.action != action => Err(CaptchaFault::Missing),
        CaptchaResponse::Pass(human) => check_pass(context.core, human).await?,
    };
    let Err(fault) = outcome else { return Ok(()) };
    Err(audit::refuse(context, action.audit_kind(), Refusal::Captcha(fault)).await)
}

/// Checks a token before it is needed, for the steps that follow; no pass is issued where captchas are off. A
/// network without recent activity may be over the threshold at a later step, so the token is checked anyway.
pub async fn issue_pass(
    context: Context<'_>,
    action: ProtectedAction,
    token: &str,
) -> Result<Option<CaptchaPass>> {
    if token.is_empty() || !can_be_required(&context.snapshot().settings.captcha, action) {
        return Ok(None);
    }
    check_response(context, action, CaptchaResponse::Token(token)).await?;
    Ok(Some(CaptchaPass { id: generate(context.now(), context.core.rng(), 21), action, at: context.now() }))
}

async fn check_pass(core: &Core, human: &CaptchaPass) -> Result<Result<(), CaptchaFault>> {
    if human.at.plus_seconds(PASS_TTL_SECONDS) < core.now() {
        return Ok(Err(CaptchaFault::Expired));
    }
    let mut tx = core.store.write().await?;
    let row = throttle::row_id(core, LimitKind::CaptchaProofs, &human.id);
    let is_spent =
        throttle::check_and_count(&mut tx, core, &row, &[Rule::Window(PASS_USE_LIMIT)]).await?.is_some();
    tx.commit().await?;
    Ok(if is_spent { Err(CaptchaFault::Expired) } else { Ok(()) })
}

/// Waiting is slow and bounded per network, as a captcha is meant to be. The start time comes from the
/// browser's sealed cookie: an old cookie can be replayed, but the limit in the database cannot be evaded.
async fn check_wait(context: Context<'_>, since: Timestamp) -> Result<Result<(), CaptchaFault>> {
    let now = context.now();
    if since.plus_seconds(WAIT_SECONDS) > now {
        return Ok(Err(CaptchaFault::Missing));
    }
    if since.plus_seconds(WAIT_SECONDS + PASS_TTL_SECONDS) < now {
        return Ok(Err(CaptchaFault::Expired));
    }
    let mut tx = context.core.store.write().await?;
    let row = throttle::network_row_id(context, LimitKind::CaptchaWaits);
    let waits = throttle::check_and_count(&mut tx, context.core, &row, &[Rule::Window(WAIT_LIMIT)]).await?;
    tx.commit().await?;
    match waits {
        Some(retry_after) => Err(Refusal::Throttled { retry_after }.into()),
        None => Ok(Ok(())),
    }
}
