//! The same call twice: an app whose answer got lost asks again with the same key and is answered the same, for a day. Only what went well
//! is kept, sealed, because it holds tokens. The surprise: the key alone is not enough, what was sent must be the same, too, so that
//! whoever learns a key learns nothing by it.

use crate::domain::Rekey;
use crate::model::app::ClientApp;
use crate::model::error::Result;
use crate::store::replies::{self, NewReply};
use crate::store::sql::Tx;

/// For how many seconds an answer is kept: a day.
const KEPT: i64 = 24 * 3600;
/// After how many seconds a call that never came to its end is given up: it took longer than any.
const STALE: i64 = 60;

/// What a key stands for.
#[derive(Debug)]
pub enum Turn {
    /// It is the first call; its claim.
    First(Claim),
    /// It was answered before: with this.
    Answered(String),
    /// The first call is still under way.
    UnderWay,
    /// The key belongs to another question.
    Other,
}

/// The right to answer.
#[derive(Debug)]
pub struct Claim {
    id: String,
}

/// Takes a key for what is asked, or tells what came of it before. `asked` are the words of the call, its secrets too; nothing of them is
/// kept but a keyed digest.
pub async fn begin(rekey: &Rekey, app: &ClientApp, call: &str, key: &str, asked: &[&str]) -> Result<Turn> {
    let texts =
        [["reply", &app.id, call, key].join("\u{1f}"), ["asked", &asked.join("\u{1f}")].join("\u{1f}")];
    let now = rekey.now();
    let mut tx = rekey.store.write().await?;
    let [id, asked] = names(&mut tx, rekey, &texts).await?;
    let wanted =
        NewReply { id: &id, asked: &asked, now, stale_before: now.plus(-STALE), expires_at: now.plus(KEPT) };
    if replies::claim(&mut tx, &wanted).await? {
        tx.commit().await?;
        return Ok(Turn::First(Claim { id }));
    }
    let found = replies::by_id(&mut tx, &id).await?;
    tx.rollback().await?;
    Ok(match found {
        Some(reply) if reply.asked != asked => Turn::Other,
        Some(reply) => match reply.answer {
            Some(sealed) => Turn::Answered(opened(rekey, &id, &sealed)?),
            None => Turn::UnderWay,
        },
        None => Turn::UnderWay,
    })
}

/// The names of the key and of what is asked: those of an older secret key where the answer is kept under them, so that a call which is made
/// again right after a rotation is still the same call.
async fn names(tx: &mut Tx, rekey: &Rekey, [id, asked]: &[String; 2]) -> Result<[String; 2]> {
    for [older, asked] in rekey.keys.subjects([id.as_str(), asked.as_str()]).skip(1) {
        if replies::by_id(tx, &older).await?.is_some() {
            return Ok([older, asked]);
        }
    }
    Ok([rekey.keys.subject(id), rekey.keys.subject(asked)])
}

fn opened(rekey: &Rekey, id: &str, sealed: &str) -> Result<String> {
    let plain = rekey.keys.open(sealed, &context(id))?;
    Ok(String::from_utf8(plain).map_err(anyhow::Error::from)?)
}

/// The place a sealed answer belongs to.
fn context(id: &str) -> String {
    format!("reply:{id}")
}

/// Keeps the answer of a call that went well; one that did not gives its key up.
pub async fn finish(rekey: &Rekey, claim: Claim, answer: Option<&str>) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    match answer {
        Some(answer) => {
            let sealed = rekey.keys.seal(answer.as_bytes(), &context(&claim.id), rekey.chance());
            replies::save(&mut tx, &claim.id, &sealed).await?;
        }
        None => replies::release(&mut tx, &claim.id).await?,
    }
    Ok(tx.commit().await?)
}
