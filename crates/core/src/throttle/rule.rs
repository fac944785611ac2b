//! The kinds of limits, and how long a subject waits by each of them.

use crate::settings::throttle::{Limit, Lock, SendBackoff};
use crate::throttle::store::ThrottleRow;
use crate::types::time::Timestamp;

/// A rule that limits attempts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    /// This many in a moving window; the wait ends when the oldest leaves it.
    Window(Limit),
    /// Each attempt within the window doubles the wait for the next.
    Backoff(SendBackoff),
    /// A window that, once used up, adds a wait of 30 s that doubles to an hour each time (decision 6).
    Budget(Limit),
    /// A window that, once used up, locks for a fixed time.
    Lock(Lock),
    /// A maximum of failures in a row, over any time. It applies beside other rules and is off where they all
    /// are.
    ConsecutiveFailures,
}

impl Rule {
    /// How far back the rule looks, in seconds; none when it is off.
    pub(super) const fn window(self) -> Option<u32> {
        match self {
            Self::Window(limit) | Self::Budget(limit) if limit.limit > 0 => Some(limit.window),
            Self::Lock(lock) if lock.limit > 0 => Some(lock.window),
            Self::Backoff(backoff) if backoff.base > 0 => Some(backoff.window),
            _ => None,
        }
    }
}

/// The decision about an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitOutcome {
    /// Counted.
    Allowed,
    /// Counted, and further attempts are refused for this many seconds.
    LastBeforeLock(i64),
    /// Not counted: the seconds to wait.
    Throttled(i64),
    /// Counted, and further attempts are refused until there is a success of another kind.
    LastBeforeBlock,
    /// Not counted: waiting does not help.
    Blocked,
}

/// The time after which nothing in the row counts any more: windows, a lock, failures in a row.
pub(super) fn end(row: &ThrottleRow, now: Timestamp, window: u32) -> Timestamp {
    let memory = match row.failures {
        ..=0 => 0,
        1..MANY_IN_A_ROW => MEMORY_OF_FEW,
        MANY_IN_A_ROW.. => MEMORY_OF_MANY,
    };
    now.plus_seconds(memory.max(i64::from(window))).max(row.locked_until)
}

pub(super) fn hits_since(row: &ThrottleRow, since: Timestamp) -> Vec<Timestamp> {
    let moments = row.hits.split(',').filter_map(|at| at.parse().ok().map(Timestamp));
    moments.filter(|at| *at > since).collect()
}

fn hits_within(hits: &[Timestamp], window: u32, now: Timestamp) -> impl Iterator<Item = Timestamp> {
    let since = now.plus_seconds(-i64::from(window));
    hits.iter().copied().filter(move |at| *at > since)
}

/// The seconds that this rule makes the attempt wait.
pub(super) fn remaining_wait(
    rule: Rule,
    row: &ThrottleRow,
    hits: &[Timestamp],
    now: Timestamp,
) -> Option<i64> {
    let locked = (row.locked_until > now).then(|| row.locked_until.seconds_after(now));
    match rule {
        Rule::Window(limit) => window_wait(limit, hits, now),
        Rule::Budget(limit) => window_wait(limit, hits, now).max(locked),
        Rule::Lock(_) => locked,
        Rule::ConsecutiveFailures => None,
        Rule::Backoff(backoff) => {
            let count = hits_within(hits, backoff.window, now).count();
            let next = hits.last()?.plus_seconds(backoff_seconds(backoff, count)?);
            (next > now).then(|| next.seconds_after(now))
        }
    }
}

pub(super) fn window_wait(limit: Limit, hits: &[Timestamp], now: Timestamp) -> Option<i64> {
    let allowed = usize::try_from(limit.limit).unwrap_or(usize::MAX);
    let inside: Vec<_> = hits_within(hits, limit.window, now).collect();
    if allowed == 0 || inside.len() < allowed {
        return None;
    }
    let leaving = inside.get(inside.len() - allowed)?;
    Some(leaving.plus_seconds(i64::from(limit.window)).seconds_after(now).max(1))
}

/// `base` after the first, doubling up to `max`; none when the window is empty.
pub(super) fn backoff_seconds(backoff: SendBackoff, count: usize) -> Option<i64> {
    let doublings = u32::try_from(count.checked_sub(1)?).unwrap_or(u32::MAX).min(30);
    Some(i64::from(backoff.base).saturating_mul(1_i64 << doublings).min(i64::from(backoff.max)))
}

/// Records a counted attempt in the row.
pub(super) fn apply_attempt(rule: Rule, row: &mut ThrottleRow, hits: &[Timestamp], now: Timestamp) {
    let spent = |limit: u32, window: u32| {
        limit > 0 && hits_within(hits, window, now).count() >= usize::try_from(limit).unwrap_or(usize::MAX)
    };
    match rule {
        Rule::Budget(limit) if spent(limit.limit, limit.window) => {
            let doublings = u32::try_from(row.strikes).unwrap_or(0).min(7);
            row.locked_until =
                now.plus_seconds(MIN_WAIT_SECONDS.saturating_mul(1 << doublings).min(MAX_WAIT_SECONDS));
            row.strikes = row.strikes.saturating_add(1);
        }
        Rule::Lock(lock) if spent(lock.limit, lock.window) => {
            row.locked_until = now.plus_seconds(i64::from(lock.lock))
        }
        _ => {}
    }
}

/// The first wait after the guess budget is used up, in seconds (NIST 3.2.2: 30 seconds to an hour).
const MIN_WAIT_SECONDS: i64 = 30;
/// The longest wait.
pub(super) const MAX_WAIT_SECONDS: i64 = 3600;
/// After this many failures in a row, over any time, another proof is required (NIST SP 800-63B-4 3.2.2).
pub(super) const MAX_CONSECUTIVE_FAILURES: i64 = 100;
/// From this many on they are remembered for long.
const MANY_IN_A_ROW: i64 = 10;
/// How long a few failures in a row are remembered, in seconds: a week.
const MEMORY_OF_FEW: i64 = 7 * 24 * 3600;
/// The same for many: 400 days. An attacker gains less by waiting for that than by guessing at another
/// account.
const MEMORY_OF_MANY: i64 = 400 * 24 * 3600;
