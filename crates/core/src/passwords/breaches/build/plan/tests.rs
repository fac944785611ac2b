//! How many shards a list is split into.

use super::shard_bits;

#[test]
fn shards_hold_about_a_million() {
    assert_eq!([1, 1_500_000, 2_000_000, 100_000_000].map(shard_bits), [0, 0, 1, 7]);
    assert_eq!(shard_bits(u64::MAX), 12);
}
