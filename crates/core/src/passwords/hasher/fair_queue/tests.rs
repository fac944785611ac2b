//! Who is served next, and who is refused.

use super::{FairQueue, PushResult};
use crate::types::caller::Network;

fn network(last: u8) -> Network {
    Network::from_ip(&format!("192.0.2.{last}"))
}

fn is_full(queue: &FairQueue<u32>, last: u8, job: u32) -> bool {
    matches!(queue.push(network(last), job), PushResult::Full)
}

#[test]
fn networks_take_turns() {
    let queue = FairQueue::new(20);
    for job in 0..6 {
        assert!(!is_full(&queue, 1, job));
    }
    assert!(!is_full(&queue, 2, 100) && !is_full(&queue, 3, 200) && !is_full(&queue, 2, 101));
    let order: Vec<u32> = (0..9).map(|_| queue.take().unwrap()).collect();
    assert_eq!(order, [0, 100, 200, 1, 101, 2, 3, 4, 5]);
    assert_eq!(queue.len(), 0);
}

#[test]
fn a_network_has_half_of_the_queue() {
    let queue = FairQueue::new(8);
    let refused = (0..400).filter(|job| is_full(&queue, 1, *job)).count();
    assert_eq!((refused, queue.len()), (396, 4));
    assert!(!is_full(&queue, 2, 1000), "another network is let in");
}

#[test]
fn a_full_queue_makes_room_for_who_waits_least() {
    let queue = FairQueue::new(8);
    for job in 0..4 {
        assert!(!is_full(&queue, 1, job) && !is_full(&queue, 2, 10 + job));
    }
    for last in 3..9 {
        let PushResult::Queued(Some(displaced)) = queue.push(network(last), 100) else {
            panic!("{last} is refused")
        };
        assert!(displaced < 100, "never one that waits alone");
        assert_eq!(queue.len(), 8, "what waits is bounded");
    }
    assert!(is_full(&queue, 9, 100), "when everybody waits with one, nobody is displaced");
    assert!(is_full(&queue, 1, 100));
}

#[test]
fn nothing_is_lost_at_the_end() {
    let queue = FairQueue::new(2);
    assert!(!is_full(&queue, 1, 7));
    queue.close();
    assert_eq!((queue.take(), queue.take()), (Some(7), None));
}
