//! Cache of leaked-password ranges from a server, kept for some minutes in bounded memory and never on disk.
//! Concurrent lookups of one range cause a single request to the server.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::{Cache, EntryAction, EntryResult};
use tokio::time::timeout;

use crate::passwords::breach_check::server::{BreachServer, Sha1Prefix, Sha1Suffix, Unavailable};
use crate::types::time::Timestamp;

/// How long a range is cached, in seconds. Passwords that leak meanwhile are found a little later.
const TTL_SECONDS: i64 = 10 * 60;

/// The expected number of cached ranges, with some 2,000 suffixes each.
const EXPECTED_RANGES: usize = 256;

/// The most suffixes that are cached: eight bytes each, so four MiB whatever a server sends.
const MAX_SUFFIXES: u64 = 512 * 1024;

/// The cost of a cached range besides its suffixes, in suffixes, so that the number of empty ranges is
/// bounded too.
const RANGE_OVERHEAD: u64 = 32;

/// A server and its recent answers.
pub(super) struct RangeCache {
    server: Box<dyn BreachServer>,
    cache: Cache<Sha1Prefix, CachedRange, RangeWeight>,
}

#[derive(Clone)]
struct CachedRange {
    /// Sorted.
    tails: Arc<[Sha1Suffix]>,
    since: Timestamp,
}

impl CachedRange {
    fn is_fresh(&self, now: Timestamp) -> bool {
        (self.since..self.since.plus_seconds(TTL_SECONDS)).contains(&now)
    }
}

#[derive(Clone)]
struct RangeWeight;

impl Weighter<Sha1Prefix, CachedRange> for RangeWeight {
    fn weight(&self, _: &Sha1Prefix, kept: &CachedRange) -> u64 {
        u64::try_from(kept.tails.len()).unwrap_or(u64::MAX).saturating_add(RANGE_OVERHEAD)
    }
}

impl RangeCache {
    pub(super) fn new(server: Box<dyn BreachServer>) -> Self {
        Self { server, cache: Cache::with_weighter(EXPECTED_RANGES, MAX_SUFFIXES, RangeWeight) }
    }

    /// Whether the hash is listed, and the source of the answer: `cache` or `server`. This never takes longer
    /// than the server's timeout, also for those who wait for another request's answer: a slow server must
    /// not pile up requests.
    pub(super) async fn contains(
        &self,
        hash: &[u8; 20],
        now: Timestamp,
    ) -> Result<(&'static str, bool), Unavailable> {
        let range = timeout(self.server.timeout(), self.range(Sha1Prefix::of(hash), now)).await;
        let (source, tails) = range.unwrap_or_else(|_| Err(Unavailable::timed_out()))?;
        Ok((source, tails.binary_search(&Sha1Suffix::of(hash)).is_ok()))
    }

    /// One of the waiting requests fetches the range while the others wait; when it fails or is dropped, the
    /// next one fetches it.
    async fn range(
        &self,
        prefix: Sha1Prefix,
        now: Timestamp,
    ) -> Result<(&'static str, Arc<[Sha1Suffix]>), Unavailable> {
        let keep_good = |_: &Sha1Prefix, kept: &mut CachedRange| {
            if kept.is_fresh(now) {
                EntryAction::Retain(Arc::clone(&kept.tails))
            } else {
                EntryAction::ReplaceWithGuard
            }
        };
        let place = match self.cache.entry_async(&prefix, keep_good).await {
            EntryResult::Retained(tails) => return Ok(("cache", tails)),
            EntryResult::Vacant(place) | EntryResult::Replaced(place, _) => Some(place),
            EntryResult::Removed(..) | EntryResult::Timeout => None,
        };
        let mut tails = self.server.fetch_range(prefix).await?;
        tails.sort_unstable();
        let tails: Arc<[Sha1Suffix]> = tails.into();
        if let Some(place) = place {
            // If another request filled the entry meanwhile, its value is used just as well.
            let _kept = place.insert(CachedRange { tails: Arc::clone(&tails), since: now });
        }
        Ok(("server", tails))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use quick_cache::sync::Cache;

    use super::{CachedRange, EXPECTED_RANGES, MAX_SUFFIXES, RangeWeight};
    use crate::passwords::breach_check::server::{Sha1Prefix, Sha1Suffix};
    use crate::types::time::Timestamp;

    fn range(length: usize) -> CachedRange {
        CachedRange { tails: vec![Sha1Suffix::of(&[7; 20]); length].into(), since: Timestamp(0) }
    }

    #[test]
    fn what_is_kept_is_bounded_however_many_ranges_are_asked_for() {
        for length in [0, 2_000, 50_000] {
            let kept = Cache::with_weighter(EXPECTED_RANGES, MAX_SUFFIXES, RangeWeight);
            let one = range(length);
            for nth in 0..40_000_u16 {
                let [high, low] = nth.to_be_bytes();
                let mut hash = [0; 20];
                (hash[0], hash[1]) = (high, low);
                kept.insert(Sha1Prefix::of(&hash), one.clone());
            }
            assert!(kept.len() >= 8 && kept.weight() <= MAX_SUFFIXES, "{length}: {}", kept.weight());
            assert!(Arc::strong_count(&one.tails) <= kept.len() + 1);
        }
    }

    #[test]
    fn a_range_is_good_from_its_moment_on() {
        let kept = range(1);
        assert!(kept.is_fresh(Timestamp(0)) && kept.is_fresh(Timestamp(599_999)));
        assert!(!kept.is_fresh(Timestamp(600_000)) && !kept.is_fresh(Timestamp(-1)));
    }
}
