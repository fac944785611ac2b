//! Apps that asked to hear when a session ends (OpenID Connect Back-Channel Logout), from the sender's side: claim one, sign the token
//! that says so, then say how it ended. The session's end does not wait for them; one that does not answer is told again, later each
//! time, for a day.

use serde_json::json;

use super::issue::{frame, named};
use crate::domain::Rekey;
use crate::model::error::Result;
use crate::model::ids::fresh;
use crate::store::logouts::{self, LogoutRow};

/// How long a sender may hold one before it counts as dead, in seconds; longer than the sender's timeout.
const LEASE: i64 = 60;
/// The waits between tries, in seconds; the last one repeats.
const RETRIES: [i64; 6] = [2, 10, 60, 300, 1800, 7200];
/// How long a logout token is good, in seconds (OpenID Connect Back-Channel Logout 2.4 advises two minutes).
const TOKEN_LIFE: i64 = 120;
/// The kind of a logout token.
const LOGOUT: &str = "logout+jwt";
/// The event that a logout token speaks of.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What an app must hear.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Where it listens.
    pub uri: String,
    /// The signed token.
    pub token: crate::model::secret::Secret,
    /// Its name, for the log.
    pub id: String,
    /// Who must hear it.
    pub app_id: String,
    attempts: i64,
}

/// What there was to tell.
#[derive(Clone, Debug)]
pub enum Claim {
    /// Something to tell.
    Tell(Notice),
    /// Something that is not worth telling any more: ask again.
    PutAway,
    /// Nothing whose turn it is.
    Nothing,
}

/// Claims the next.
pub async fn claim(rekey: &Rekey) -> Result<Claim> {
    let now = rekey.now();
    // Looking first keeps idle senders from queueing for the one writer of SQLite.
    if !logouts::has_turn(&mut rekey.store.read().await?, now).await? {
        return Ok(Claim::Nothing);
    }
    let mut tx = rekey.store.write().await?;
    let Some(row) = logouts::take(&mut tx, now.plus(LEASE), now).await? else { return Ok(Claim::Nothing) };
    let app = rekey.live().app(&row.app_id).cloned();
    let uri =
        app.as_ref().and_then(|app| app.backchannel_logout_uri.clone()).filter(|_| row.expires_at > now);
    let (Some(app), Some(uri)) = (app, uri) else {
        logouts::end(&mut tx, &row.id).await?;
        tx.commit().await?;
        return Ok(Claim::PutAway);
    };
    tx.commit().await?;
    let token = token(rekey, &row, app.id_token_signing_alg)?;
    Ok(Claim::Tell(Notice { uri, token, id: row.id, app_id: app.id, attempts: row.attempts }))
}

/// It has no nonce, so that it can never pass for an ID token.
fn token(
    rekey: &Rekey,
    row: &LogoutRow,
    alg: crate::model::signing::SigningAlg,
) -> Result<crate::model::secret::Secret> {
    let now = rekey.now();
    let mut claims = frame(rekey, now, TOKEN_LIFE);
    claims.extend(named([
        ("aud", json!(row.app_id)),
        ("sub", json!(row.user_id)),
        ("sid", json!(row.session_id)),
        ("jti", json!(fresh(now, rekey.chance(), 21))),
        ("events", json!({ EVENT: {} })),
    ]));
    Ok(crate::model::secret::Secret::new(rekey.live().keys.sign(alg, LOGOUT, &claims, now)?))
}

/// The app heard it.
pub async fn told(rekey: &Rekey, notice: &Notice) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    logouts::end(&mut tx, &notice.id).await?;
    Ok(tx.commit().await?)
}

/// It did not, for now.
pub async fn retry(rekey: &Rekey, notice: &Notice) -> Result<()> {
    let index = usize::try_from(notice.attempts.saturating_sub(1)).unwrap_or(0).min(RETRIES.len() - 1);
    let wait = RETRIES.get(index).copied().unwrap_or(7200);
    let mut tx = rekey.store.write().await?;
    logouts::mark_later(&mut tx, &notice.id, rekey.now().plus(wait)).await?;
    Ok(tx.commit().await?)
}
