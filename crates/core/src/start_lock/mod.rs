//! One instance at a time applies the bootstrap file. Of several that start together on an empty database each
//! would otherwise create its users and keys, and all but one would fail.

pub mod store;

use std::pin::pin;
use std::time::Duration;

use anyhow::bail;
use tokio::time::{Instant, interval_at, sleep};

use crate::Core;
use crate::db::error::Result;
use crate::types::ids;

/// How long the lock of an instance that crashed lasts, in seconds.
const LEASE_SECONDS: i64 = 10;
/// How often it is renewed.
const RENEW_EVERY: Duration = Duration::from_secs(3);
/// How often a waiting instance looks again.
const POLL: Duration = Duration::from_millis(100);
/// How long it waits.
const PATIENCE: Duration = Duration::from_secs(120);

/// Does this work while no other instance starts.
pub async fn hold<T>(core: &Core, work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let holder = ids::generate(core.now(), core.rng(), 21);
    acquire(core, &holder).await?;
    let outcome = work_and_renew(core, &holder, work).await;
    if let Err(error) = release(core, &holder).await {
        tracing::warn!(%error, "the lock of the start can't be released; it lapses in {LEASE_SECONDS} seconds");
    }
    outcome
}

async fn acquire(core: &Core, holder: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    while !take(core, holder).await? {
        if begun.elapsed() > PATIENCE {
            bail!("another instance has been starting for two minutes");
        }
        sleep(POLL).await;
    }
    Ok(())
}

async fn work_and_renew<T>(core: &Core, holder: &str, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut renewals = interval_at(Instant::now() + RENEW_EVERY, RENEW_EVERY);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            _ = renewals.tick() => if let Err(error) = take(core, holder).await {
                tracing::warn!(%error, "the lock of the start can't be renewed");
            }
        }
    }
}

/// Takes the lock, or renews it; false while another instance has it.
async fn take(core: &Core, holder: &str) -> Result<bool> {
    let now = core.now();
    let mut tx = core.store.write().await?;
    let is_taken = store::take(&mut tx, holder, now.plus_seconds(LEASE_SECONDS), now).await?;
    tx.commit().await?;
    Ok(is_taken)
}

async fn release(core: &Core, holder: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    store::release(&mut tx, holder).await?;
    tx.commit().await
}
