//! Periodic maintenance: deletes what has expired, measures the queues, answers whether the database is ready. No rule of any journey is here.

use crate::model::error::{Error, Result};
use crate::model::time::Timestamp;
use crate::store::sweep::{self, KINDS, Kept, Kind, SLICE};
use crate::store::{grants, migrate, outbox};

use super::Rekey;
use super::oidc::token::GRACE;
use super::users::directory;

/// A day, in seconds.
const DAY: i64 = 24 * 3600;

/// Forgets everything that is over; tells how many rows. Each slice is a transaction of its own, so that writers get their turn between two
/// of them. A table that can't be swept does not keep the others from it.
pub async fn sweep(rekey: &Rekey) -> Result<u64> {
    let (mut removed, mut failure) = (0, None);
    for kind in &KINDS {
        match sweep_kind(rekey, kind).await {
            Ok(count) => removed += count,
            Err(error) => failure = Some(skip(kind.table, error)),
        }
    }
    if let Err(error) = clear_successors(rekey).await {
        failure = Some(skip("refresh_tokens", error));
    }
    while directory::set_in_order(rekey).await? > 0 {}
    failure.map_or(Ok(removed), Err)
}

/// Says that a table is left as it is for now.
fn skip(table: &str, error: Error) -> Error {
    tracing::warn!(?error, table, "a table can't be swept");
    error
}

/// A refresh token is given again for seconds only; after that nothing sealed of it is kept.
async fn clear_successors(rekey: &Rekey) -> Result<()> {
    loop {
        let mut tx = rekey.store.write().await?;
        let cleared = grants::clear_successors(&mut tx, rekey.now().plus(-GRACE)).await?;
        tx.commit().await?;
        if cleared < grants::SUCCESSORS_AT_ONCE {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
}

async fn sweep_kind(rekey: &Rekey, kind: &Kind) -> Result<u64> {
    let Some(before) = over_before(rekey, kind.kept) else { return Ok(0) };
    let mut removed = 0;
    loop {
        let mut tx = rekey.store.write().await?;
        let slice = sweep::remove_slice(&mut tx, kind, before).await?;
        tx.commit().await?;
        removed += slice;
        if slice < SLICE {
            return Ok(removed);
        }
        // Writers wait in one line: whoever came meanwhile is served before the next slice.
        tokio::task::yield_now().await;
    }
}

/// Rows of before this moment are over; none when they are kept for ever.
fn over_before(rekey: &Rekey, kept: Kept) -> Option<Timestamp> {
    let now = rekey.now();
    match kept {
        Kept::UntilTheirEnd => Some(now),
        Kept::ADayLonger => Some(now.plus(-DAY)),
        Kept::AWeek => Some(now.plus(-7 * DAY)),
        Kept::AsAuditSays => {
            let days = i64::from(rekey.live().settings.audit.keep_days);
            (days > 0).then(|| now.plus(-days * DAY))
        }
    }
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
