//! The outbox from the sender's side: claim a message, then say how it ended. An expired one is never handed out, a failed try
//! comes back later each time, and a sender that dies gives its message back by doing nothing (nothing_lost).

use std::time::Duration;

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::event::{Event, EventKind};
use crate::model::ids::{CodeId, OutboxId};
use crate::model::message::Envelope;
use crate::model::time::Timestamp;
use crate::store::outbox::{self, Ending, OutboxRow};
use crate::store::recovery::codes;
use crate::store::verification_codes;

use super::notify::context;
use super::{Rekey, audit};

/// How long a sender may hold a message before it counts as dead, in seconds.
const LEASE: i64 = 60;
/// How long all connectors together may take over one message: less than the lease, so that nobody else has it meanwhile.
pub const PATIENCE: Duration = Duration::from_secs(50);
/// The waits between tries, in seconds; the last one repeats until the message expires.
const RETRIES: [i64; 7] = [2, 5, 15, 60, 300, 900, 3600];

/// A message to deliver.
pub struct Parcel {
    /// The outbox id, the same on every try.
    pub id: OutboxId,
    /// To whom, in which language, what; none when it can't be opened.
    pub envelope: Envelope,
    attempts: i64,
    expires_at: Timestamp,
    code_id: Option<CodeId>,
}

impl Parcel {
    /// Whether it is for somebody; a decoy's is not.
    pub const fn is_for_somebody(&self) -> bool {
        self.envelope.to.is_some()
    }
}

/// What the outbox had.
pub enum Claim {
    /// Something to deliver.
    Deliver(Box<Parcel>),
    /// Something that was put away without delivery: ask again.
    PutAway,
    /// Nothing whose turn it is.
    Nothing,
}

/// Claims the next message.
pub async fn claim(rekey: &Rekey) -> Result<Claim> {
    let now = rekey.now();
    // Looking first keeps idle senders from queueing for the one writer of SQLite.
    if !outbox::has_turn(&mut rekey.store.read().await?, now).await? {
        return Ok(Claim::Nothing);
    }
    let mut tx = rekey.store.write().await?;
    let Some(row) = outbox::take(&mut tx, now.plus(LEASE), now).await? else {
        return Ok(Claim::Nothing);
    };
    tx.commit().await?;
    if row.attempts == 1 {
        rekey.metrics.message();
    }
    if row.expires_at <= now {
        return put_away(rekey, &row, Ending::Expired).await;
    }
    match open(rekey, &row) {
        Ok(envelope) => {
            let OutboxRow { id, attempts, expires_at, code_id, .. } = row;
            Ok(Claim::Deliver(Box::new(Parcel { id, envelope, attempts, expires_at, code_id })))
        }
        Err(error) => {
            tracing::error!(outbox.id = row.id.as_str(), %error, "a message can't be opened and is given up");
            put_away(rekey, &row, Ending::Failed).await
        }
    }
}

fn open(rekey: &Rekey, row: &OutboxRow) -> anyhow::Result<Envelope> {
    let plain = rekey.keys.open(&row.sealed, &context(&row.id))?;
    Ok(serde_json::from_slice(&plain)?)
}

async fn put_away(rekey: &Rekey, row: &OutboxRow, ending: Ending) -> Result<Claim> {
    let mut tx = rekey.store.write().await?;
    outbox::mark_done(&mut tx, &row.id, ending, rekey.now()).await?;
    tx.commit().await?;
    Ok(Claim::PutAway)
}

/// A connector took it.
pub async fn delivered(rekey: &Rekey, parcel: &Parcel) -> Result<()> {
    finish(rekey, parcel, Ending::Sent).await
}

/// It was for nobody.
pub async fn dropped(rekey: &Rekey, parcel: &Parcel) -> Result<()> {
    finish(rekey, parcel, Ending::Dropped).await
}

/// It can never be delivered.
pub async fn give_up(rekey: &Rekey, parcel: &Parcel) -> Result<()> {
    audit::record_alone(rekey, &Caller::default(), &failure("refused", parcel)).await?;
    finish(rekey, parcel, Ending::Failed).await
}

fn failure(result: &'static str, parcel: &Parcel) -> Event {
    Event::refused(EventKind::MessageFailed, result, None).about(parcel.id.as_str())
}

async fn finish(rekey: &Rekey, parcel: &Parcel, ending: Ending) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    outbox::mark_done(&mut tx, &parcel.id, ending, rekey.now()).await?;
    if let (Some(code), Ending::Sent | Ending::Dropped) = (&parcel.code_id, ending) {
        // From now on earlier codes of its address and purpose are from an earlier message.
        codes::mark_delivered(&mut tx, code, ending == Ending::Sent, rekey.now()).await?;
        verification_codes::mark_delivered(&mut tx, code, rekey.now()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// It failed for now: the next turn is later each time. What would come after its expiry ends as expired at that turn.
pub async fn retry(rekey: &Rekey, parcel: &Parcel) -> Result<()> {
    let index = usize::try_from(parcel.attempts.saturating_sub(1)).unwrap_or(0).min(RETRIES.len() - 1);
    let wait = RETRIES.get(index).copied().unwrap_or(3600);
    let mut tx = rekey.store.write().await?;
    outbox::mark_later(&mut tx, &parcel.id, rekey.now().plus(wait).min(parcel.expires_at)).await?;
    tx.commit().await?;
    Ok(())
}

/// Waits until a message was written.
pub async fn rung(rekey: &Rekey) {
    rekey.bell.notified().await;
}
