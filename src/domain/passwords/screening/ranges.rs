//! Ranges of leaked passwords as a server gave them, kept for some minutes in a bounded place in memory. Not the filter, and never
//! on disk. The surprise: however many people choose passwords of one range at a time, the server is asked for it once.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::{Cache, EntryAction, EntryResult};
use tokio::time::timeout;

use crate::domain::ports::{BreachServer, Prefix, Tail, Unavailable};
use crate::model::time::Timestamp;

/// How long a range is good for, in seconds. What leaked meanwhile is found a little later.
const GOOD_FOR: i64 = 10 * 60;

/// How many ranges are expected to be kept: some 2,000 tails each.
const RANGES: usize = 256;

/// How many tails may be kept: eight bytes each, so four MiB whatever a server sends.
const MOST_TAILS: u64 = 512 * 1024;

/// What a kept range costs besides its tails, in tails, so that very many empty ones are bounded too.
const OVERHEAD: u64 = 32;

/// A server and what it said lately.
pub(super) struct Ranges {
    server: Box<dyn BreachServer>,
    kept: Cache<Prefix, Kept, Size>,
}

#[derive(Clone)]
struct Kept {
    /// Sorted.
    tails: Arc<[Tail]>,
    since: Timestamp,
}

impl Kept {
    fn is_good(&self, now: Timestamp) -> bool {
        (self.since..self.since.plus(GOOD_FOR)).contains(&now)
    }
}

#[derive(Clone)]
struct Size;

impl Weighter<Prefix, Kept> for Size {
    fn weight(&self, _: &Prefix, kept: &Kept) -> u64 {
        u64::try_from(kept.tails.len()).unwrap_or(u64::MAX).saturating_add(OVERHEAD)
    }
}

impl Ranges {
    pub(super) fn of(server: Box<dyn BreachServer>) -> Self {
        Self { server, kept: Cache::with_weighter(RANGES, MOST_TAILS, Size) }
    }

    /// Whether the hash is listed, and who said so: `cache` or `server`. It takes no longer than the server may, even for
    /// those who wait for somebody else's answer: a slow server must not pile up requests.
    pub(super) async fn look(
        &self,
        hash: &[u8; 20],
        now: Timestamp,
    ) -> Result<(&'static str, bool), Unavailable> {
        let range = timeout(self.server.timeout(), self.range(Prefix::of(hash), now)).await;
        let (source, tails) = range.unwrap_or_else(|_| Err(Unavailable::late()))?;
        Ok((source, tails.binary_search(&Tail::of(hash)).is_ok()))
    }

    /// One of those who want a range asks for it while the others wait; when that one fails or goes away, the next one asks.
    async fn range(
        &self,
        prefix: Prefix,
        now: Timestamp,
    ) -> Result<(&'static str, Arc<[Tail]>), Unavailable> {
        let keep_good = |_: &Prefix, kept: &mut Kept| match kept.is_good(now) {
            true => EntryAction::Retain(Arc::clone(&kept.tails)),
            false => EntryAction::ReplaceWithGuard,
        };
        let place = match self.kept.entry_async(&prefix, keep_good).await {
            EntryResult::Retained(tails) => return Ok(("cache", tails)),
            EntryResult::Vacant(place) | EntryResult::Replaced(place, _) => Some(place),
            EntryResult::Removed(..) | EntryResult::Timeout => None,
        };
        let mut tails = self.server.range(prefix).await?;
        tails.sort_unstable();
        let tails: Arc<[Tail]> = tails.into();
        if let Some(place) = place {
            // It is given back when somebody else filled the place meanwhile, and then theirs is as good.
            let _kept = place.insert(Kept { tails: Arc::clone(&tails), since: now });
        }
        Ok(("server", tails))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use quick_cache::sync::Cache;

    use super::{Kept, MOST_TAILS, RANGES, Size};
    use crate::domain::ports::{Prefix, Tail};
    use crate::model::time::Timestamp;

    fn range(length: usize) -> Kept {
        Kept { tails: vec![Tail::of(&[7; 20]); length].into(), since: Timestamp(0) }
    }

    #[test]
    fn what_is_kept_is_bounded_however_many_ranges_are_asked_for() {
        for length in [0, 2_000, 50_000] {
            let kept = Cache::with_weighter(RANGES, MOST_TAILS, Size);
            let one = range(length);
            for nth in 0..40_000_u16 {
                let [high, low] = nth.to_be_bytes();
                let mut hash = [0; 20];
                (hash[0], hash[1]) = (high, low);
                kept.insert(Prefix::of(&hash), one.clone());
            }
            assert!(kept.len() >= 8 && kept.weight() <= MOST_TAILS, "{length}: {}", kept.weight());
            assert!(Arc::strong_count(&one.tails) <= kept.len() + 1);
        }
    }

    #[test]
    fn a_range_is_good_from_its_moment_on() {
        let kept = range(1);
        assert!(kept.is_good(Timestamp(0)) && kept.is_good(Timestamp(599_999)));
        assert!(!kept.is_good(Timestamp(600_000)) && !kept.is_good(Timestamp(-1)));
    }
}
