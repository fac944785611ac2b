//! Rate limits. One row per purpose and subject is locked, checked and written in the caller's transaction,
//! so no number of parallel attempts or instances exceeds a limit. A refused attempt is not counted: retrying
//! does not lengthen the wait.

pub mod in_memory;
mod key;
mod rule;
pub mod store;

use crate::db::sql::Tx;
use crate::settings::throttle::Limit;
pub(crate) use crate::throttle::key::{LimitKind, network_row_id, new_address_subject, row_id};
pub(crate) use crate::throttle::rule::{LimitOutcome, Rule};
use crate::throttle::rule::{
    MAX_CONSECUTIVE_FAILURES, MAX_WAIT_SECONDS, apply_attempt, end, hits_since, remaining_wait, window_wait,
};
use crate::types::error::Result;
use crate::{Core, throttle};

/// Counts an attempt if every rule allows it; otherwise refuses with the seconds to wait. It is for rules
/// against which waiting helps: with `ConsecutiveFailures` call `apply_rules`, whose answer can say blocked.
pub(crate) async fn check_and_count(
    tx: &mut Tx,
    core: &Core,
    id: &str,
    rules: &[Rule],
) -> Result<Option<i64>> {
    Ok(match apply_rules(tx, core, id, rules).await? {
        LimitOutcome::Allowed | LimitOutcome::LastBeforeLock(_) | LimitOutcome::LastBeforeBlock => None,
        LimitOutcome::Throttled(seconds) => Some(seconds),
        // No caller gets here; one that did would be refused rather than let through.
        LimitOutcome::Blocked => Some(MAX_WAIT_SECONDS),
    })
}

/// Counts an attempt if every rule allows it, and reports one that is the last for a while. Rules that are
/// off count nothing: their row would only grow.
pub(crate) async fn apply_rules(tx: &mut Tx, core: &Core, id: &str, rules: &[Rule]) -> Result<LimitOutcome> {
    let Some(memory) = rules.iter().filter_map(|rule| rule.window()).max() else {
        return Ok(LimitOutcome::Allowed);
    };
    let now = core.now();
    let mut row = throttle::store::lock(tx, id, now).await?;
    let in_a_row = rules.iter().any(|rule| matches!(rule, Rule::ConsecutiveFailures));
    if in_a_row && row.failures >= MAX_CONSECUTIVE_FAILURES {
        return Ok(LimitOutcome::Blocked);
    }
    let mut hits = hits_since(&row, now.plus_seconds(-i64::from(memory)));
    if let Some(wait) = rules.iter().filter_map(|rule| remaining_wait(*rule, &row, &hits, now)).max() {
        return Ok(LimitOutcome::Throttled(wait));
    }
    hits.push(now);
    for rule in rules {
        apply_attempt(*rule, &mut row, &hits, now);
    }
    row.hits = hits.iter().map(|at| at.0.to_string()).collect::<Vec<_>>().join(",");
    row.failures = row.failures.saturating_add(i64::from(in_a_row));
    row.ends_at = end(&row, now, memory);
    throttle::store::save(tx, id, &row).await?;
    Ok(if in_a_row && row.failures >= MAX_CONSECUTIVE_FAILURES {
        LimitOutcome::LastBeforeBlock
    } else if row.locked_until > now {
        LimitOutcome::LastBeforeLock(row.locked_until.seconds_after(now))
    } else {
        LimitOutcome::Allowed
    })
}

/// Takes back a counted attempt that turned out to be none.
pub(crate) async fn undo_last_attempt(tx: &mut Tx, core: &Core, id: &str) -> Result<()> {
    let mut row = throttle::store::lock(tx, id, core.now()).await?;
    let before = row.hits.rsplit_once(',').map_or("", |(before, _)| before);
    row.hits = before.to_owned();
    Ok(throttle::store::save(tx, id, &row).await?)
}

/// Whether a window is full: nothing more is counted until its oldest entry leaves.
pub(crate) async fn is_window_full(tx: &mut Tx, core: &Core, id: &str, limit: Limit) -> Result<bool> {
    let now = core.now();
    let row = throttle::store::lock(tx, id, now).await?;
    Ok(window_wait(limit, &hits_since(&row, now.plus_seconds(-i64::from(limit.window))), now).is_some())
}

/// How many attempts were counted within this many seconds; counts and locks nothing.
pub(crate) async fn count_recent(core: &Core, id: &str, window: u32) -> Result<u32> {
    let mut tx = core.store.read().await?;
    let row = throttle::store::by_id(&mut tx, id).await?;
    let since = core.now().plus_seconds(-i64::from(window));
    Ok(row.map_or(0, |row| u32::try_from(hits_since(&row, since).len()).unwrap_or(u32::MAX)))
}

/// Locks the account's throttle row without counting. Every transaction that changes an account's requests,
/// password or sessions takes this lock first, so that they cannot deadlock on PostgreSQL.
pub(crate) async fn lock_subject(tx: &mut Tx, core: &Core, subject: &str) -> Result<()> {
    throttle::store::lock(tx, &row_id(core, LimitKind::Guesses, subject), core.now()).await?;
    Ok(())
}

/// Clears the counter after a success.
pub(crate) async fn clear(tx: &mut Tx, id: &str) -> Result<()> {
    Ok(throttle::store::clear(tx, id).await?)
}

/// Resets the failures in a row after a success of another kind; the hourly count stays.
pub(crate) async fn clear_failures(tx: &mut Tx, id: &str) -> Result<()> {
    Ok(throttle::store::clear_failures(tx, id).await?)
}

#[cfg(test)]
mod tests;
