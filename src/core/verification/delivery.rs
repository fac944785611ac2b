//! Records that a message has left, and with it its code: from then on earlier codes of the same address and
//! purpose are superseded. Claims and retries of messages are in `messages::outbox`.

use crate::core::Core;
use crate::core::messages::outbox::{self, QueuedMessage};
use crate::core::messages::store::OutboxOutcome;
use crate::core::types::error::Result;
use crate::core::verification::store::codes;

/// A connector accepted the message.
pub async fn mark_delivered(rekey: &Core, message: &QueuedMessage) -> Result<()> {
    finish(rekey, message, OutboxOutcome::Sent).await
}

/// The message had no recipient.
pub async fn mark_dropped(rekey: &Core, message: &QueuedMessage) -> Result<()> {
    finish(rekey, message, OutboxOutcome::Dropped).await
}

async fn finish(rekey: &Core, message: &QueuedMessage, outcome: OutboxOutcome) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    outbox::finish(&mut tx, rekey, message, outcome).await?;
    if let Some(code) = &message.code_id {
        codes::mark_delivered(&mut tx, code, outcome == OutboxOutcome::Sent, rekey.now()).await?;
    }
    Ok(tx.commit().await?)
}
