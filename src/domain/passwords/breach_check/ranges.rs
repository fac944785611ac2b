//! Ranges of leaked passwords as a server gave them, kept for some minutes in a bounded place in memory. Not the filter, and never
//! on disk. The surprise: however many people choose passwords of one range at a time, the server is asked for it once.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::{Cache, EntryAction, EntryResult};
use tokio::time::timeout;

use crate::domain::ports::{BreachServer, Sha1Prefix, Sha1Suffix, Unavailable};
use crate::model::time::Timestamp;

/// How long a range is good for, in seconds. What leaked meanwhile is found a little later.
const TTL_SECONDS: i64 = 10 * 60;

/// How many ranges are expected to be kept: some 2,000 tails each.
const EXPECTED_RANGES: usize = 256;

/// How many tails may be kept: eight bytes each, so four MiB whatever a server sends.
const MAX_SUFFIXES: u64 = 512 * 1024;

/// What a kept range costs besides its tails, in tails, so that very many empty ones are bounded too.
const RANGE_OVERHEAD: u64 = 32;

/// A server and what it said lately.
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

    /// Whether the hash is listed, and who said so: `cache` or `server`. It takes no longer than the server may, even for
    /// those who wait for somebody else's answer: a slow server must not pile up requests.
    pub(super) async fn contains(
        &self,
        hash: &[u8; 20],
        now: Timestamp,
    ) -> Result<(&'static str, bool), Unavailable> {
        let range = timeout(self.server.timeout(), self.range(Sha1Prefix::of(hash), now)).await;
        let (source, tails) = range.unwrap_or_else(|_| Err(Unavailable::timed_out()))?;
        Ok((source, tails.binary_search(&Sha1Suffix::of(hash)).is_ok()))
    }

    /// One of those who want a range asks for it while the others wait; when that one fails or goes away, the next one asks.
    async fn range(
        &self,
        prefix: Sha1Prefix,
        now: Timestamp,
    ) -> Result<(&'static str, Arc<[Sha1Suffix]>), Unavailable> {
        let keep_good = |_: &Sha1Prefix, kept: &mut CachedRange| match kept.is_fresh(now) {
            true => EntryAction::Retain(Arc::clone(&kept.tails)),
            false => EntryAction::ReplaceWithGuard,
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
            // It is given back when somebody else filled the place meanwhile, and then theirs is as good.
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
    use crate::domain::ports::{Sha1Prefix, Sha1Suffix};
    use crate::model::time::Timestamp;

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
