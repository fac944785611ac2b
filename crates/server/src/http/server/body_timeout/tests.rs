//! How long a body may take.

use super::allowance;
use rekey_adapters::config::Connections;

#[test]
fn who_sends_steadily_has_longer_up_to_the_whole() {
    let limits = Connections { body_timeout_ms: 30_000, body_grace_ms: 5000, ..Connections::default() };
    let seconds = |received: u64| allowance(&limits, received).as_secs();
    assert_eq!([seconds(0), seconds(1024), seconds(10 * 1024), seconds(64 * 1024)], [5, 6, 15, 30]);
}
