//! Periodic maintenance: deletes expired rows, re-encrypts after a change of the secret key, measures the
//! queues, and checks whether the database is ready. When it runs is up to `jobs`.

pub mod key_check;
mod key_dependencies;
pub mod sealed_store;
pub mod secret_key_rotation;
pub mod store;

use crate::db::migrate;
use crate::maintenance::store::{MAX_ROWS_PER_SLICE, Retention, SWEPT_TABLES, SweptTable};
use crate::oidc::token::GRACE_SECONDS;
use crate::types::error::{Error, Result};
use crate::types::time::Timestamp;
use crate::users::search;
use crate::{Core, grants, maintenance, messages};

/// A day, in seconds.
const DAY_SECONDS: i64 = 24 * 3600;

/// Deletes everything that has expired; returns how many rows. Each slice is a transaction of its own, so
/// that other writers get their turn in between. A table that cannot be swept does not stop the others.
#[tracing::instrument(name = "delete_expired_rows", skip_all)]
pub async fn sweep(core: &Core) -> Result<u64> {
    let mut removed = 0;
    let mut failure = None;
    for swept in &SWEPT_TABLES {
        match sweep_table(core, swept).await {
            Ok(count) => removed += count,
            Err(error) => failure = Some(log_skipped(swept.table, error)),
        }
    }
    if let Err(error) = clear_successors(core).await {
        failure = Some(log_skipped("refresh_tokens", error));
    }
    while search::backfill_search_keys(core).await? > 0 {}
    failure.map_or(Ok(removed), Err)
}

/// Logs that a table is skipped for now.
fn log_skipped(table: &str, error: Error) -> Error {
    tracing::warn!(?error, table, "the expired rows of a table can't be deleted");
    error
}

/// A used refresh token can be retried for seconds only; after that its sealed successor is deleted.
async fn clear_successors(core: &Core) -> Result<()> {
    loop {
        let mut tx = core.store.write().await?;
        let cleared =
            grants::store::clear_successors(&mut tx, core.now().plus_seconds(-GRACE_SECONDS)).await?;
        tx.commit().await?;
        if cleared < grants::store::MAX_SUCCESSORS_PER_SWEEP {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
}

async fn sweep_table(core: &Core, swept: &SweptTable) -> Result<u64> {
    let Some(before) = expired_before(core, swept.retention) else { return Ok(0) };
    let mut removed = 0;
    loop {
        let mut tx = core.store.write().await?;
        let slice = maintenance::store::remove_slice(&mut tx, swept, before).await?;
        tx.commit().await?;
        removed += slice;
        if slice < MAX_ROWS_PER_SLICE {
            return Ok(removed);
        }
        // Writers are served in order: those who queued meanwhile go before the next slice.
        tokio::task::yield_now().await;
    }
}

/// Rows older than this have expired; none when they are kept for ever.
fn expired_before(core: &Core, retention: Retention) -> Option<Timestamp> {
    let now = core.now();
    match retention {
        Retention::UntilExpiry => Some(now),
        Retention::OneDayLonger => Some(now.plus_seconds(-DAY_SECONDS)),
        Retention::OneWeek => Some(now.plus_seconds(-7 * DAY_SECONDS)),
        Retention::AuditRetention => {
            let days = i64::from(core.snapshot().settings.audit.keep_days);
            (days > 0).then(|| now.plus_seconds(-days * DAY_SECONDS))
        }
    }
}

/// Whether the database answers and has this binary's schema.
pub async fn check_ready(core: &Core) -> anyhow::Result<()> {
    migrate::check(&core.store).await
}

/// Updates the queue gauges.
pub async fn update_queue_gauges(core: &Core) -> Result<()> {
    let mut tx = core.store.read().await?;
    let (waiting, _) = messages::store::queue_depth(&mut tx).await?;
    core.metrics.set_queue_lengths(waiting, i64::try_from(core.hasher.waiting()).unwrap_or(i64::MAX));
    Ok(())
}
