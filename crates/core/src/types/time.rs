//! Timestamps and the clock. Every timestamp is whole milliseconds since 1970 (UTC), as the database stores
//! it; time zones and wording are handled elsewhere. The clock is injected so that tests advance time instead
//! of waiting.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// `2023-11-14T22:13:20.000Z`.
const ISO_FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// A moment, in milliseconds since the Unix epoch.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    sqlx::Type,
    utoipa::ToSchema,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Parses a timestamp as operators type it: a day, which starts in UTC, or a time of RFC 3339.
    pub fn parse(text: &str) -> Option<Self> {
        let whole = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
        let moment = OffsetDateTime::parse(&whole, &Rfc3339).ok()?;
        i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok().map(Self)
    }

    /// ISO 8601 with milliseconds, in UTC; empty for a time outside the calendar.
    pub fn to_iso8601(self) -> String {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).ok();
        moment.and_then(|moment| moment.format(&ISO_FORMAT).ok()).unwrap_or_default()
    }

    /// The moment this many seconds later (or earlier, when negative).
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds from now until this moment, rounded up; zero once it has passed.
    pub fn seconds_after(self, now: Self) -> i64 {
        let millis = self.0.saturating_sub(now.0).max(0);
        millis.saturating_add(999) / 1000
    }
}

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The system clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one door to the machine's clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that only moves when advanced.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that starts at `start`.
    pub const fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Advances the time by whole seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1000), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, ManualClock, Timestamp};

    #[test]
    fn a_moment_is_a_day_or_a_time() {
        assert_eq!(Timestamp::parse("2023-11-14"), Some(Timestamp(1_699_920_000_000)));
        assert_eq!(Timestamp::parse("2023-11-14T23:13:20+01:00"), Some(Timestamp(1_700_000_000_000)));
        for odd in ["", "yesterday", "2023-13-01", "2023-11-14T25:00:00Z", "14.11.2023"] {
            assert_eq!(Timestamp::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn waits_are_rounded_up() {
        let now = Timestamp(10_000);
        assert_eq!(Timestamp(10_001).seconds_after(now), 1);
        assert_eq!(Timestamp(12_000).seconds_after(now), 2);
        assert_eq!(Timestamp(9_000).seconds_after(now), 0);
    }

    #[test]
    fn a_manual_clock_stands_still() {
        let clock = ManualClock::new(Timestamp(5));
        clock.advance(2);
        assert_eq!(clock.now(), Timestamp(2005));
        assert_eq!(clock.now(), clock.now());
    }
}
