//! Writes messages to the outbox, in the transaction of the change they report, and wakes the sender after
//! it. Nothing is delivered here. A decoy's message is as long and as sealed as a real one; only the sender
//! learns that it has no recipient.

use crate::db::sql::Tx;
use crate::messages::message::AddressedMessage;
use crate::messages::store::{self, NewMessage};
use crate::types::error::Result;
use crate::types::ids::{CodeId, OutboxId};
use crate::types::time::Timestamp;
use crate::{Context, Core};

/// How long a notice is kept for delivery, in seconds: three days.
pub(crate) const NOTICE_TTL_SECONDS: i64 = 3 * 24 * 3600;

/// Enqueues a message that expires at `expires_at`, and records which request of the caller asked for it.
pub(crate) async fn enqueue(
    tx: &mut Tx,
    context: Context<'_>,
    envelope: &AddressedMessage,
    expires_at: Timestamp,
) -> Result<OutboxId> {
    let Context { core, caller } = context;
    let id = OutboxId::generate(core.now(), core.rng());
    let plain = serde_json::to_vec(envelope).map_err(anyhow::Error::from)?;
    let sealed = core.keys.seal(&plain, &sealing_context(&id), core.rng());
    let request_id = caller.request_id.as_deref();
    let new = NewMessage { id: &id, sealed: &sealed, request_id, expires_at };
    store::insert(tx, &new, core.now()).await?;
    Ok(id)
}

/// The same for a message with a code, which is marked when the message is delivered.
pub(crate) async fn enqueue_code(
    tx: &mut Tx,
    context: Context<'_>,
    envelope: &AddressedMessage,
    code: &CodeId,
    expires_at: Timestamp,
) -> Result<()> {
    let id = enqueue(tx, context, envelope, expires_at).await?;
    Ok(store::save_code_id(tx, &id, code).await?)
}

/// The context that a sealed envelope is bound to.
pub(crate) fn sealing_context(id: &OutboxId) -> String {
    format!("outbox:{id}")
}

/// Wakes the sender; called after the commit.
pub(crate) fn wake_sender(core: &Core) {
    core.outbox_notify.notify_one();
}
