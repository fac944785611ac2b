//! The same call twice: an app whose answer got lost asks again with the same key and is answered the same,
//! for a day. Only what went well is kept, sealed, because it holds tokens. The surprise: the key alone is
//! not enough, what was sent must be the same, too, so that whoever learns a key learns nothing by it.

use crate::domain::Core;
use crate::model::app::ClientApp;
use crate::model::error::Result;
use crate::store::idempotent_replies::{self, NewReply};
use crate::store::sql::Tx;

/// For how many seconds an answer is kept: a day.
const TTL_SECONDS: i64 = 24 * 3600;
/// After how many seconds a call that never came to its end is given up: it took longer than any.
const STALE_AFTER_SECONDS: i64 = 60;

/// What a key stands for.
#[derive(Debug)]
pub enum IdempotencyState {
    /// It is the first call; its claim.
    First(IdempotencyLease),
    /// It was answered before: with this.
    Answered(String),
    /// The first call is still under way.
    InProgress,
    /// The key belongs to another question.
    KeyReused,
}

/// The right to answer.
#[derive(Debug)]
pub struct IdempotencyLease {
    id: String,
}

/// Takes a key for what is asked, or tells what came of it before. `asked` are the words of the call, its
/// secrets too; nothing of them is kept but a keyed digest.
pub async fn begin(
    rekey: &Core,
    app: &ClientApp,
    call: &str,
    key: &str,
    asked: &[&str],
) -> Result<IdempotencyState> {
    let texts =
        [["reply", &app.id, call, key].join("\u{1f}"), ["asked", &asked.join("\u{1f}")].join("\u{1f}")];
    let now = rekey.now();
    let mut tx = rekey.store.write().await?;
    let [id, asked] = row_ids(&mut tx, rekey, &texts).await?;
    let wanted = NewReply {
        id: &id,
        asked: &asked,
        now,
        stale_before: now.plus_seconds(-STALE_AFTER_SECONDS),
        expires_at: now.plus_seconds(TTL_SECONDS),
    };
    if idempotent_replies::claim(&mut tx, &wanted).await? {
        tx.commit().await?;
        return Ok(IdempotencyState::First(IdempotencyLease { id }));
    }
    let found = idempotent_replies::by_id(&mut tx, &id).await?;
    tx.rollback().await?;
    Ok(match found {
        Some(reply) if reply.asked != asked => IdempotencyState::KeyReused,
        Some(reply) => match reply.answer {
            Some(sealed) => IdempotencyState::Answered(decrypt_response(rekey, &id, &sealed)?),
            None => IdempotencyState::InProgress,
        },
        None => IdempotencyState::InProgress,
    })
}

/// The names of the key and of what is asked: those of an older secret key where the answer is kept under
/// them, so that a call which is made again right after a rotation is still the same call.
async fn row_ids(tx: &mut Tx, rekey: &Core, [id, asked]: &[String; 2]) -> Result<[String; 2]> {
    for [older, asked] in rekey.keys.rate_limit_keys([id.as_str(), asked.as_str()]).skip(1) {
        if idempotent_replies::by_id(tx, &older).await?.is_some() {
            return Ok([older, asked]);
        }
    }
    Ok([rekey.keys.rate_limit_key(id), rekey.keys.rate_limit_key(asked)])
}

fn decrypt_response(rekey: &Core, id: &str, sealed: &str) -> Result<String> {
    let plain = rekey.keys.decrypt(sealed, &sealing_context(id))?;
    Ok(String::from_utf8(plain).map_err(anyhow::Error::from)?)
}

/// The place a sealed answer belongs to.
fn sealing_context(id: &str) -> String {
    format!("reply:{id}")
}

/// Keeps the answer of a call that went well; one that did not gives its key up.
pub async fn finish(rekey: &Core, claim: IdempotencyLease, answer: Option<&str>) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    match answer {
        Some(answer) => {
            let sealed = rekey.keys.seal(answer.as_bytes(), &sealing_context(&claim.id), rekey.rng());
            idempotent_replies::save(&mut tx, &claim.id, &sealed).await?;
        }
        None => idempotent_replies::release(&mut tx, &claim.id).await?,
    }
    Ok(tx.commit().await?)
}
