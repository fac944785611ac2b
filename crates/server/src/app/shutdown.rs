//! Whether this instance is stopping, which `/ready` says first, and how long the steps of it may take.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use rekey_adapters::config::Stop;

/// What is kept of the time for closing the database and the log.
const CLOSING: Duration = Duration::from_secs(2);

/// The state of stopping.
pub struct Shutdown {
    announced: CancellationToken,
    drained_at: Mutex<Option<Instant>>,
    limits: Stop,
}

impl Shutdown {
    pub(super) fn new(limits: Stop) -> Self {
        Self { announced: CancellationToken::new(), drained_at: Mutex::default(), limits }
    }

    /// From now on this instance is not ready, and its connections end with their next response.
    pub fn announce(&self) {
        self.announced.cancel();
    }

    /// Whether it is stopping.
    pub fn is_announced(&self) -> bool {
        self.announced.is_cancelled()
    }

    /// How long new connections are still taken.
    pub const fn lame_duck(&self) -> Duration {
        Duration::from_millis(self.limits.lame_duck_ms)
    }

    /// How long running requests and deliveries may take after that.
    pub const fn drain_time(&self) -> Duration {
        Duration::from_millis(self.limits.timeout_ms).saturating_sub(self.lame_duck()).saturating_sub(CLOSING)
    }

    /// Running requests and deliveries have this long from now on.
    pub fn drain_within(&self, patience: Duration) {
        *self.drained_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + patience);
    }

    /// What is left of that time; all of it before it has begun.
    pub fn remaining(&self) -> Duration {
        let end = *self.drained_at.lock().unwrap_or_else(PoisonError::into_inner);
        end.map_or(self.drain_time(), |end| end.saturating_duration_since(Instant::now()))
    }

    /// How long closing may take after that.
    pub const fn closing_time(&self) -> Duration {
        CLOSING
    }
}
