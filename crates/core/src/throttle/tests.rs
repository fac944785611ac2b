//! How long a subject waits, by each kind of rule.

use super::Rule;
use super::rule::{apply_attempt, backoff_seconds, end, remaining_wait, window_wait};
use crate::settings::throttle::{Limit, Lock, SendBackoff};
use crate::throttle::store::ThrottleRow;
use crate::types::time::Timestamp;

const EMPTY: ThrottleRow = ThrottleRow {
    hits: String::new(),
    locked_until: Timestamp(0),
    strikes: 0,
    failures: 0,
    ends_at: Timestamp(0),
};

fn seconds(moments: &[i64]) -> Vec<Timestamp> {
    moments.iter().map(|at| Timestamp(at * 1000)).collect()
}

#[test]
fn a_window_waits_for_its_oldest_to_leave() {
    let limit = Limit { limit: 3, window: 60 };
    let hits = seconds(&[100, 110, 120]);
    assert_eq!(window_wait(limit, &hits, Timestamp(130_000)), Some(30));
    assert_eq!(window_wait(limit, &hits, Timestamp(160_000)), None);
    assert_eq!(window_wait(Limit { limit: 0, window: 60 }, &hits, Timestamp(130_000)), None);
}

#[test]
fn a_backoff_doubles_up_to_its_longest() {
    let backoff = SendBackoff { base: 1, max: 60, window: 300 };
    let waits: Vec<_> = (0..9).map(|count| backoff_seconds(backoff, count)).collect();
    assert_eq!(waits, [None, Some(1), Some(2), Some(4), Some(8), Some(16), Some(32), Some(60), Some(60)]);
    let hits = seconds(&[100, 101]);
    assert_eq!(remaining_wait(Rule::Backoff(backoff), &EMPTY, &hits, Timestamp(102_000)), Some(1));
    assert_eq!(remaining_wait(Rule::Backoff(backoff), &EMPTY, &hits, Timestamp(103_000)), None);
}

#[test]
fn a_spent_budget_waits_longer_each_time() {
    let budget = Rule::Budget(Limit { limit: 2, window: 10 });
    let mut row = EMPTY;
    let mut waits = Vec::new();
    for round in 1..=9 {
        let at = round * 10_000;
        apply_attempt(budget, &mut row, &seconds(&[at - 1, at]), Timestamp(at * 1000));
        waits.push(row.locked_until.seconds_after(Timestamp(at * 1000)));
    }
    assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
}

#[test]
fn a_row_ends_with_the_last_of_what_it_holds() {
    let now = Timestamp(1_000_000);
    let ends = |row: &ThrottleRow| end(row, now, 3600).seconds_after(now);
    assert_eq!(ends(&EMPTY), 3600, "its window");
    assert_eq!(ends(&ThrottleRow { locked_until: now.plus_seconds(7200), ..EMPTY }), 7200, "its lock");
    for (failures, days) in [(1, 7), (9, 7), (10, 400), (100, 400)] {
        assert_eq!(ends(&ThrottleRow { failures, ..EMPTY }), days * 24 * 3600, "{failures}");
    }
    let locked = ThrottleRow { failures: 9, locked_until: now.plus_seconds(8 * 24 * 3600), ..EMPTY };
    assert_eq!(ends(&locked), 8 * 24 * 3600);
}

#[test]
fn a_lock_lasts_as_long_as_it_says() {
    let mut row = EMPTY;
    let lock = Lock { limit: 2, window: 60, lock: 900 };
    apply_attempt(Rule::Lock(lock), &mut row, &seconds(&[100]), Timestamp(100_000));
    assert_eq!(remaining_wait(Rule::Lock(lock), &row, &[], Timestamp(100_000)), None);
    apply_attempt(Rule::Lock(lock), &mut row, &seconds(&[100, 101]), Timestamp(101_000));
    assert_eq!(remaining_wait(Rule::Lock(lock), &row, &[], Timestamp(101_000)), Some(900));
}
