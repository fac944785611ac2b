//! What keeps the house: forgetting what has ended, counting what waits, saying whether the database answers. No rule of any
//! journey is here.

use crate::model::error::Result;
use crate::store::{migrate, outbox, sweep};

use super::Rekey;
use super::users::directory;

/// Ended things are kept for this many seconds: a day.
const KEPT: i64 = 24 * 3600;

/// Forgets a bounded number of ended rows; tells how many.
pub async fn sweep(rekey: &Rekey) -> Result<u64> {
    let now = rekey.now();
    let mut tx = rekey.store.write().await?;
    let removed = sweep::sweep(&mut tx, now.plus(-KEPT), now).await?;
    tx.commit().await?;
    while directory::set_in_order(rekey).await? > 0 {}
    Ok(removed)
}

/// Whether the database answers and is at this binary's schema.
pub async fn ready(rekey: &Rekey) -> anyhow::Result<()> {
    migrate::check(&rekey.store).await
}

/// Brings the queue gauges up to date.
pub async fn measure(rekey: &Rekey) -> Result<()> {
    let mut tx = rekey.store.read().await?;
    let (waiting, _) = outbox::waiting(&mut tx).await?;
    rekey.metrics.queues(waiting, i64::try_from(rekey.hasher.waiting()).unwrap_or(i64::MAX));
    Ok(())
}
