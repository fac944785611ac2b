//! Records that a message has left, and with it its code: from then on earlier codes of the same address and
//! purpose are superseded. Claims and retries of messages are in `messages::outbox`.

use crate::Core;
use crate::messages::outbox::{self, QueuedMessage};
use crate::messages::store::OutboxOutcome;
use crate::types::error::Result;
use crate::verification::store::codes;

/// A connector accepted the message.
pub async fn mark_delivered(core: &Core, message: &QueuedMessage) -> Result<()> {
    finish(core, message, OutboxOutcome::Sent).await
}

/// The message had no recipient.
pub async fn mark_dropped(core: &Core, message: &QueuedMessage) -> Result<()> {
    finish(core, message, OutboxOutcome::Dropped).await
}

async fn finish(core: &Core, message: &QueuedMessage, outcome: OutboxOutcome) -> Result<()> {
    let mut tx = core.store.write().await?;
    outbox::finish(&mut tx, core, message, outcome).await?;
    if let Some(code) = &message.code_id {
        codes::mark_delivered(&mut tx, code, outcome == OutboxOutcome::Sent, core.now()).await?;
    }
    Ok(tx.commit().await?)
}
