//! Rate limits. One row per purpose and subject is locked, checked and written in the caller's transaction,
//! so no number of parallel attempts or instances exceeds a limit. A refused attempt is not counted: retrying
//! does not lengthen the wait.

pub mod in_memory;
pub mod store;

use crate::core::db::sql::Tx;
use crate::core::settings::throttle::{Limit, Lock, SendBackoff};
use crate::core::throttle;
use crate::core::throttle::store::ThrottleRow;
use crate::core::types::caller::Caller;
use crate::core::types::error::Result;
use crate::core::types::time::Timestamp;

use crate::core::Core;

/// The first wait after the guess budget is used up, in seconds (NIST 3.2.2: 30 seconds to an hour).
const MIN_WAIT_SECONDS: i64 = 30;
/// The longest wait.
const MAX_WAIT_SECONDS: i64 = 3600;
/// After this many failures in a row, over any time, another proof is required (NIST SP 800-63B-4 3.2.2).
const MAX_CONSECUTIVE_FAILURES: i64 = 100;
/// From this many on they are remembered for long.
const MANY_IN_A_ROW: i64 = 10;
/// How long a few failures in a row are remembered, in seconds: a week.
const MEMORY_OF_FEW: i64 = 7 * 24 * 3600;
/// The same for many: 400 days. An attacker gains less by waiting for that than by guessing at another
/// account.
const MEMORY_OF_MANY: i64 = 400 * 24 * 3600;

/// What is counted. The name is part of the row's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// Requests for a code from one network or user.
    VerificationRequests,
    /// Messages to one address.
    Sends,
    /// Codes checked for one account.
    Guesses,
    /// Passwords checked for one account.
    SignIn,
    /// Wrong passwords from one network, for any account.
    SignInByNetwork,
    /// New passwords compared with the current one of an account.
    PasswordComparisons,
    /// Waits in place of a captcha.
    CaptchaWaits,
    /// Uses of one captcha pass.
    CaptchaProofs,
    /// Usernames that one user checked.
    UsernameChecks,
    /// Webhook events for an address that exceeded its limit.
    LimitEvents,
}

/// A rule that limits attempts.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
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

/// The decision about an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::core) enum LimitOutcome {
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

/// The id of a row: the subject is stored as a keyed digest only.
pub fn row_id(core: &Core, purpose: LimitKind, subject: &str) -> String {
    let name = match purpose {
        LimitKind::VerificationRequests => "ip",
        LimitKind::Sends => "sends",
        LimitKind::Guesses => "guesses",
        LimitKind::SignIn => "sign_in",
        LimitKind::SignInByNetwork => "sign_in_ip",
        LimitKind::PasswordComparisons => "comparisons",
        LimitKind::CaptchaWaits => "captcha_waits",
        LimitKind::CaptchaProofs => "captcha_proofs",
        LimitKind::UsernameChecks => "names",
        LimitKind::LimitEvents => "limits_told",
    };
    format!("{name}:{}", core.keys.rate_limit_key(subject))
}

/// The id of a row counted by network: by the whole line, not by the one address that was used.
pub fn network_row_id(core: &Core, purpose: LimitKind, caller: &Caller) -> String {
    row_id(core, purpose, &caller.network().to_string())
}

/// Counts an attempt if every rule allows it; otherwise refuses with the seconds to wait.
pub(in crate::core) async fn check_and_count(
    tx: &mut Tx,
    core: &Core,
    id: &str,
    rules: &[Rule],
) -> Result<Option<i64>> {
    Ok(match apply_rules(tx, core, id, rules).await? {
        LimitOutcome::Allowed
        | LimitOutcome::LastBeforeLock(_)
        | LimitOutcome::LastBeforeBlock
        | LimitOutcome::Blocked => None,
        LimitOutcome::Throttled(seconds) => Some(seconds),
    })
}

/// The same, and reports an attempt that is the last one for a while. Rules that are off count nothing: their
/// row would only grow.
pub(in crate::core) async fn apply_rules(
    tx: &mut Tx,
    core: &Core,
    id: &str,
    rules: &[Rule],
) -> Result<LimitOutcome> {
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

/// The time after which nothing in the row counts any more: windows, a lock, failures in a row.
fn end(row: &ThrottleRow, now: Timestamp, window: u32) -> Timestamp {
    let memory = match row.failures {
        ..=0 => 0,
        1..MANY_IN_A_ROW => MEMORY_OF_FEW,
        MANY_IN_A_ROW.. => MEMORY_OF_MANY,
    };
    now.plus_seconds(memory.max(i64::from(window))).max(row.locked_until)
}

/// Takes back a counted attempt that turned out to be none.
pub(in crate::core) async fn undo_last_attempt(tx: &mut Tx, core: &Core, id: &str) -> Result<()> {
    let mut row = throttle::store::lock(tx, id, core.now()).await?;
    let before = row.hits.rsplit_once(',').map_or("", |(before, _)| before);
    row.hits = before.to_owned();
    Ok(throttle::store::save(tx, id, &row).await?)
}

/// Whether a window is full: nothing more is counted until its oldest entry leaves.
pub(in crate::core) async fn is_window_full(
    tx: &mut Tx,
    core: &Core,
    id: &str,
    limit: Limit,
) -> Result<bool> {
    let now = core.now();
    let row = throttle::store::lock(tx, id, now).await?;
    Ok(window_wait(limit, &hits_since(&row, now.plus_seconds(-i64::from(limit.window))), now).is_some())
}

/// How many attempts were counted within this many seconds; counts and locks nothing.
pub(in crate::core) async fn count_recent(core: &Core, id: &str, window: u32) -> Result<u32> {
    let mut tx = core.store.read().await?;
    let row = throttle::store::by_id(&mut tx, id).await?;
    let since = core.now().plus_seconds(-i64::from(window));
    Ok(row.map_or(0, |row| u32::try_from(hits_since(&row, since).len()).unwrap_or(u32::MAX)))
}

/// Locks the account's throttle row without counting. Every transaction that changes an account's requests,
/// password or sessions takes this lock first, so that they cannot deadlock on PostgreSQL.
pub(in crate::core) async fn lock_subject(tx: &mut Tx, core: &Core, subject: &str) -> Result<()> {
    throttle::store::lock(tx, &row_id(core, LimitKind::Guesses, subject), core.now()).await?;
    Ok(())
}

impl Rule {
    /// How far back the rule looks, in seconds; none when it is off.
    const fn window(self) -> Option<u32> {
        match self {
            Self::Window(limit) | Self::Budget(limit) if limit.limit > 0 => Some(limit.window),
            Self::Lock(lock) if lock.limit > 0 => Some(lock.window),
            Self::Backoff(backoff) if backoff.base > 0 => Some(backoff.window),
            _ => None,
        }
    }
}

fn hits_since(row: &ThrottleRow, since: Timestamp) -> Vec<Timestamp> {
    let moments = row.hits.split(',').filter_map(|at| at.parse().ok().map(Timestamp));
    moments.filter(|at| *at > since).collect()
}

fn hits_within(hits: &[Timestamp], window: u32, now: Timestamp) -> impl Iterator<Item = Timestamp> {
    let since = now.plus_seconds(-i64::from(window));
    hits.iter().copied().filter(move |at| *at > since)
}

/// The seconds that this rule makes the attempt wait.
fn remaining_wait(rule: Rule, row: &ThrottleRow, hits: &[Timestamp], now: Timestamp) -> Option<i64> {
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

fn window_wait(limit: Limit, hits: &[Timestamp], now: Timestamp) -> Option<i64> {
    let allowed = usize::try_from(limit.limit).unwrap_or(usize::MAX);
    let inside: Vec<_> = hits_within(hits, limit.window, now).collect();
    if allowed == 0 || inside.len() < allowed {
        return None;
    }
    let leaving = inside.get(inside.len() - allowed)?;
    Some(leaving.plus_seconds(i64::from(limit.window)).seconds_after(now).max(1))
}

/// `base` after the first, doubling up to `max`; none when the window is empty.
fn backoff_seconds(backoff: SendBackoff, count: usize) -> Option<i64> {
    let doublings = u32::try_from(count.checked_sub(1)?).unwrap_or(u32::MAX).min(30);
    Some(i64::from(backoff.base).saturating_mul(1_i64 << doublings).min(i64::from(backoff.max)))
}

/// Records a counted attempt in the row.
fn apply_attempt(rule: Rule, row: &mut ThrottleRow, hits: &[Timestamp], now: Timestamp) {
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

/// Clears the counter after a success.
pub(in crate::core) async fn clear(tx: &mut Tx, id: &str) -> Result<()> {
    Ok(throttle::store::clear(tx, id).await?)
}

/// Resets the failures in a row after a success of another kind; the hourly count stays.
pub(in crate::core) async fn clear_failures(tx: &mut Tx, id: &str) -> Result<()> {
    Ok(throttle::store::clear_failures(tx, id).await?)
}

#[cfg(test)]
mod tests;
