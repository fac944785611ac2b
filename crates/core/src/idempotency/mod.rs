//! Idempotency keys: an app whose response got lost repeats the call with the same key and gets the same
//! response, for a day. Only successful responses are stored, sealed, because they contain tokens. The
//! request must be the same as well, so that knowing a key alone reveals nothing.

pub mod store;

use crate::apps::client_app::ClientApp;
use crate::db::sql::Tx;
use crate::idempotency::store::NewReply;
use crate::types::error::Result;
use crate::{Core, idempotency};

/// How long a response is stored, in seconds: a day.
const TTL_SECONDS: i64 = 24 * 3600;
/// After how many seconds an unfinished call is given up; no call takes that long.
const STALE_AFTER_SECONDS: i64 = 60;

/// The state of a key.
#[derive(Debug)]
pub enum IdempotencyState {
    /// The first call; its lease.
    First(IdempotencyLease),
    /// It was answered before, with this response.
    Answered(String),
    /// The first call is still running.
    InProgress,
    /// The key was used for a different request.
    KeyReused,
}

/// The right to answer.
#[derive(Debug)]
pub struct IdempotencyLease {
    id: String,
}

/// Claims a key for a request, or returns what happened to it before. `asked` is the content of the request,
/// including secrets; only a keyed digest of it is stored.
pub async fn begin(
    core: &Core,
    app: &ClientApp,
    call: &str,
    key: &str,
    asked: &[&str],
) -> Result<IdempotencyState> {
    let texts =
        [["reply", &app.id, call, key].join("\u{1f}"), ["asked", &asked.join("\u{1f}")].join("\u{1f}")];
    let now = core.now();
    let mut tx = core.store.write().await?;
    let [id, asked] = row_ids(&mut tx, core, &texts).await?;
    let wanted = NewReply {
        id: &id,
        asked: &asked,
        now,
        stale_before: now.plus_seconds(-STALE_AFTER_SECONDS),
        expires_at: now.plus_seconds(TTL_SECONDS),
    };
    if idempotency::store::claim(&mut tx, &wanted).await? {
        tx.commit().await?;
        return Ok(IdempotencyState::First(IdempotencyLease { id }));
    }
    let found = idempotency::store::by_id(&mut tx, &id).await?;
    tx.rollback().await?;
    Ok(match found {
        Some(reply) if reply.asked != asked => IdempotencyState::KeyReused,
        Some(reply) => match reply.answer {
            Some(sealed) => IdempotencyState::Answered(decrypt_response(core, &id, &sealed)?),
            None => IdempotencyState::InProgress,
        },
        None => IdempotencyState::InProgress,
    })
}

/// The ids of the key and the request: those of an older secret key where the response is stored under them,
/// so that a call repeated right after a rotation is still recognised.
async fn row_ids(tx: &mut Tx, core: &Core, [id, asked]: &[String; 2]) -> Result<[String; 2]> {
    for [older, asked] in core.keys.rate_limit_keys([id.as_str(), asked.as_str()]).skip(1) {
        if idempotency::store::by_id(tx, &older).await?.is_some() {
            return Ok([older, asked]);
        }
    }
    Ok([core.keys.rate_limit_key(id), core.keys.rate_limit_key(asked)])
}

fn decrypt_response(core: &Core, id: &str, sealed: &str) -> Result<String> {
    let plain = core.keys.decrypt(sealed, &sealing_context(id))?;
    Ok(String::from_utf8(plain).map_err(anyhow::Error::from)?)
}

/// The context that a sealed response is bound to.
fn sealing_context(id: &str) -> String {
    format!("reply:{id}")
}

/// Stores a successful response; a failed call releases its key.
pub async fn finish(core: &Core, claim: IdempotencyLease, answer: Option<&str>) -> Result<()> {
    let mut tx = core.store.write().await?;
    match answer {
        Some(answer) => {
            let sealed = core.keys.seal(answer.as_bytes(), &sealing_context(&claim.id), core.rng());
            idempotency::store::save(&mut tx, &claim.id, &sealed).await?;
        }
        None => idempotency::store::release(&mut tx, &claim.id).await?,
    }
    Ok(tx.commit().await?)
}
