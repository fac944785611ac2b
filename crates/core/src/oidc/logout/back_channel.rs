//! Logout notifications for apps that registered for them (OpenID Connect Back-Channel Logout), from the
//! sender's side: claim one, sign its logout token, record the result. Ending a session does not wait for
//! them; a failed one is retried with growing delays for a day.

use serde_json::json;

use crate::Core;
use crate::grants::logout_store::{self, LogoutRow};
use crate::oidc::signing_keys;
use crate::oidc::token::issuance::{base_claims, to_claims};
use crate::types::error::Result;
use crate::types::ids::generate;
use crate::types::secret::Secret;
use crate::types::signing_alg::SigningAlg;

/// How long a sender may hold a notification before it counts as dead, in seconds; longer than the sender's
/// timeout.
const LEASE_SECONDS: i64 = 60;
/// The delays between attempts, in seconds; the last one repeats.
const RETRY_DELAYS_SECONDS: [i64; 6] = [2, 10, 60, 300, 1800, 7200];
/// How long a logout token is valid, in seconds (OpenID Connect Back-Channel Logout 2.4 advises two minutes).
const TOKEN_TTL_SECONDS: i64 = 120;
/// The `typ` of a logout token.
const LOGOUT_TOKEN_TYPE: &str = "logout+jwt";
/// The event in a logout token.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A logout notification for an app.
#[derive(Clone, Debug)]
pub struct LogoutNotification {
    /// The app's logout URI.
    pub uri: String,
    /// The signed token.
    pub token: Secret,
    /// Its id, for the log.
    pub id: String,
    /// The app to notify.
    pub app_id: String,
    attempts: i64,
}

/// The result of a claim.
#[derive(Clone, Debug)]
pub enum ClaimedLogout {
    /// A notification to send.
    Send(LogoutNotification),
    /// A notification that has expired: claim again.
    Discarded,
    /// Nothing is due.
    Empty,
}

/// Claims the next notification.
pub async fn claim(core: &Core) -> Result<ClaimedLogout> {
    let now = core.now();
    // Reading first keeps idle senders from queueing for SQLite's single writer.
    if !logout_store::has_due(&mut core.store.read().await?, now).await? {
        return Ok(ClaimedLogout::Empty);
    }
    // Without its key the notification would be taken in vain, and wait until its lease ends.
    signing_keys::ensure_ready(core, SigningAlg::default()).await?;
    let mut tx = core.store.write().await?;
    let Some(row) = logout_store::take(&mut tx, now.plus_seconds(LEASE_SECONDS), now).await? else {
        return Ok(ClaimedLogout::Empty);
    };
    let app = core.snapshot().app(&row.app_id).cloned();
    let uri =
        app.as_ref().and_then(|app| app.backchannel_logout_uri.clone()).filter(|_| row.expires_at > now);
    let (Some(app), Some(uri)) = (app, uri) else {
        logout_store::delete(&mut tx, &row.id).await?;
        tx.commit().await?;
        return Ok(ClaimedLogout::Discarded);
    };
    tx.commit().await?;
    let token = sign_logout_token(core, &row, app.id_token_alg())?;
    Ok(ClaimedLogout::Send(LogoutNotification {
        uri,
        token,
        id: row.id,
        app_id: app.id,
        attempts: row.attempts,
    }))
}

/// It has no nonce, so that it can never pass for an ID token.
fn sign_logout_token(core: &Core, row: &LogoutRow, alg: SigningAlg) -> Result<Secret> {
    let now = core.now();
    let mut claims = base_claims(core, now, TOKEN_TTL_SECONDS);
    claims.extend(to_claims([
        ("aud", json!(row.app_id)),
        ("sub", json!(row.user_id)),
        ("sid", json!(row.session_id)),
        ("jti", json!(generate(now, core.rng(), 21))),
        ("events", json!({ LOGOUT_EVENT: {} })),
    ]));
    Ok(Secret::new(core.snapshot().keys.sign(alg, LOGOUT_TOKEN_TYPE, &claims, now)?))
}

/// The app accepted it.
pub async fn mark_delivered(core: &Core, notice: &LogoutNotification) -> Result<()> {
    let mut tx = core.store.write().await?;
    logout_store::delete(&mut tx, &notice.id).await?;
    Ok(tx.commit().await?)
}

/// The attempt failed; it is retried later.
pub async fn schedule_retry(core: &Core, notice: &LogoutNotification) -> Result<()> {
    let index =
        usize::try_from(notice.attempts.saturating_sub(1)).unwrap_or(0).min(RETRY_DELAYS_SECONDS.len() - 1);
    let wait = RETRY_DELAYS_SECONDS.get(index).copied().unwrap_or(7200);
    let mut tx = core.store.write().await?;
    logout_store::mark_for_retry(&mut tx, &notice.id, core.now().plus_seconds(wait)).await?;
    Ok(tx.commit().await?)
}
