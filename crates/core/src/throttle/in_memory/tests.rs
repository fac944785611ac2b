//! Who waits when, and what memory that takes.

use std::sync::Arc;

use super::{InMemoryLimiter, MAX_KEYS};
use crate::settings::throttle::Limit;
use crate::types::time::{ManualClock, Timestamp};

fn new_limiter() -> (InMemoryLimiter, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(Timestamp(1_700_000_000_000)));
    (InMemoryLimiter::new(clock.clone()), clock)
}

fn count_allowed(limiter: &InMemoryLimiter, key: &str) -> usize {
    std::iter::repeat_with(|| limiter.check(key)).take_while(Option::is_none).count()
}

#[test]
fn thirty_at_once_then_five_a_second() {
    let (limiter, clock) = new_limiter();
    assert_eq!(count_allowed(&limiter, "a"), 30);
    assert_eq!(limiter.check("a"), Some(1));
    clock.advance(1);
    assert_eq!(count_allowed(&limiter, "a"), 5);
    clock.advance(60);
    assert_eq!(count_allowed(&limiter, "a"), 30);
}

#[test]
fn authorizations_have_their_own_limit_which_may_change() {
    let (limiter, clock) = new_limiter();
    let count = |limit, at_most| {
        let calls = std::iter::repeat_with(|| limiter.check_authorization(limit, "a")).take(at_most);
        calls.take_while(Option::is_none).count()
    };
    let minute = Limit { limit: 300, window: 60 };
    assert_eq!(count(minute, 500), 300);
    clock.advance(1);
    assert_eq!(count(minute, 500), 5);
    assert_eq!(count_allowed(&limiter, "a"), 30, "other counts are apart");
    assert_eq!(count(Limit { limit: 2, window: 3600 }, 500), 2, "a changed setting applies at once");
    assert_eq!(limiter.check_authorization(Limit { limit: 2, window: 3600 }, "a"), Some(1800));
    assert_eq!(count(Limit { limit: 0, window: 60 }, 500), 500, "0 is no limit");
    assert_eq!(count(Limit { limit: 100_000, window: 1 }, 200_000), 100_000);
}

#[test]
fn one_does_not_slow_another() {
    let (limiter, _) = new_limiter();
    count_allowed(&limiter, "a");
    assert_eq!(count_allowed(&limiter, "b"), 30);
}

#[test]
fn memory_has_a_bound_and_what_has_passed_is_forgotten() {
    let (limiter, clock) = new_limiter();
    let flood =
        |from: usize| (from..from + 2 * MAX_KEYS).filter(|n| limiter.check(&n.to_string()).is_none()).count();
    assert_eq!(flood(0), MAX_KEYS);
    assert_eq!(limiter.limiter.len(), MAX_KEYS);
    clock.advance(60);
    assert_eq!(flood(1_000_000), MAX_KEYS);
    assert_eq!(limiter.limiter.len(), MAX_KEYS);
}
