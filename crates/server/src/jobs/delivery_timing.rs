//! Chooses when a delivery starts and how long it takes, from the durations of recent deliveries, so that a
//! decoy takes as long as a real message. It also limits how many decoys may be pending; it never waits
//! itself.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use rekey_core::types::secret::{Rng, gen_range};

/// How many deliveries are remembered.
const SAMPLE_COUNT: usize = 15;
/// The most random time added to a delivery, in milliseconds.
const MAX_JITTER_MS: u32 = 8;
/// The longest random delay before a delivery starts, in milliseconds.
const MAX_START_DELAY_MS: u32 = 50;

/// The most pending decoys, each about a kilobyte.
const MAX_PENDING_DECOYS: usize = 2000;

/// The measurements of all senders.
pub struct DeliveryTiming {
    recent: Mutex<VecDeque<Duration>>,
    jitter: u32,
    decoy_slots: Arc<Semaphore>,
}

impl Default for DeliveryTiming {
    fn default() -> Self {
        Self {
            recent: Mutex::default(),
            jitter: MAX_JITTER_MS,
            decoy_slots: Arc::new(Semaphore::new(MAX_PENDING_DECOYS)),
        }
    }
}

impl DeliveryTiming {
    /// No delays: every message ends as soon as it can, for tests and tools where timing is not observable.
    pub fn immediate() -> Self {
        Self { jitter: 0, decoy_slots: Arc::new(Semaphore::new(0)), ..Self::default() }
    }

    /// A slot for a pending decoy; `None` if all are taken.
    pub(super) fn acquire_decoy_slot(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.decoy_slots).try_acquire_owned().ok()
    }

    /// Records how long a delivery took.
    pub fn record(&self, time: Duration) {
        let mut lately = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        lately.truncate(SAMPLE_COUNT - 1);
        lately.push_front(time);
    }

    /// How long to wait before the next message is rendered and sent. That work slows concurrent requests;
    /// done at once, it would slow the one after the request for the message, and reveal it.
    pub(super) fn start_delay(&self, rng: &dyn Rng) -> Duration {
        let most = if self.jitter == 0 { 1 } else { MAX_START_DELAY_MS };
        Duration::from_millis(u64::from(gen_range(rng, most)))
    }

    /// How long the next message takes, real or decoy: longer than most deliveries, plus a random time.
    pub(super) fn target_duration(&self, rng: &dyn Rng) -> Duration {
        if self.jitter == 0 {
            return Duration::ZERO;
        }
        let lately = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sorted: Vec<_> = lately.iter().copied().collect();
        sorted.sort_unstable();
        let usual = sorted.get(sorted.len() * 3 / 4).copied().unwrap_or_default();
        usual + Duration::from_millis(u64::from(1 + gen_range(rng, self.jitter)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::DeliveryTiming;
    use rekey_core::types::secret::SeededRng;

    #[test]
    fn a_delivery_begins_when_nobody_foresees() {
        let timing = DeliveryTiming::default();
        let rng = SeededRng::new(1);
        let lulls: Vec<_> = (0..100).map(|_| timing.start_delay(&rng).as_millis()).collect();
        assert!(lulls.iter().all(|lull| *lull < 50) && lulls.iter().max() > Some(&40), "{lulls:?}");
        assert_eq!(DeliveryTiming::immediate().start_delay(&rng), Duration::ZERO);
    }

    #[test]
    fn the_next_takes_longer_than_most_of_the_last() {
        let timing = DeliveryTiming::default();
        let rng = SeededRng::new(1);
        assert!(timing.target_duration(&rng) <= Duration::from_millis(8));
        for time in [5000, 100, 100, 100, 300, 300, 100, 100, 100] {
            timing.record(Duration::from_millis(time));
        }
        let next = timing.target_duration(&rng);
        assert!((301..=308).contains(&next.as_millis()), "{next:?}");
        (0..15).for_each(|_| timing.record(Duration::from_millis(1)));
        assert!(timing.target_duration(&rng) <= Duration::from_millis(9));
    }
}
