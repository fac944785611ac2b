//! Who waits when, and what memory that takes.

use std::sync::Arc;

use super::{InMemoryLimiter, MAX_KEYS};
use crate::types::time::{ManualClock, Timestamp};

fn new_limiter() -> (InMemoryLimiter, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(Timestamp(1_700_000_000_000)));
    (InMemoryLimiter::new(clock.clone()), clock)
}

fn count_allowed(pace: &InMemoryLimiter, key: &str) -> usize {
    std::iter::repeat_with(|| pace.check(key)).take_while(Option::is_none).count()
}

#[test]
fn thirty_at_once_then_five_a_second() {
    let (pace, clock) = new_limiter();
    assert_eq!(count_allowed(&pace, "a"), 30);
    assert_eq!(pace.check("a"), Some(1));
    clock.advance(1);
    assert_eq!(count_allowed(&pace, "a"), 5);
    clock.advance(60);
    assert_eq!(count_allowed(&pace, "a"), 30);
}

#[test]
fn one_does_not_slow_another() {
    let (pace, _) = new_limiter();
    count_allowed(&pace, "a");
    assert_eq!(count_allowed(&pace, "b"), 30);
}

#[test]
fn memory_has_a_bound_and_what_has_passed_is_forgotten() {
    let (pace, clock) = new_limiter();
    let flood =
        |from: usize| (from..from + 2 * MAX_KEYS).filter(|n| pace.check(&n.to_string()).is_none()).count();
    assert_eq!(flood(0), MAX_KEYS);
    assert_eq!(pace.limiter.len(), MAX_KEYS);
    clock.advance(60);
    assert_eq!(flood(1_000_000), MAX_KEYS);
    assert_eq!(pace.limiter.len(), MAX_KEYS);
}
