//! How fast a page that is being typed into may ask, and a machine with a wrong token. It counts in memory, by network and by what the browser holds, and
//! forgets within seconds. It is not the throttle, which guards what an attacker could gain and keeps its counts in the
//! database: a courtesy per keystroke must not cost a commit, and nothing is lost when two instances count apart.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as Watch;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::Core;
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::ids::UserId;
use crate::model::time::Clock;

/// Questions at once: a short word, letter by letter.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
/// Questions in a second after that: more than a page asks that waits for a pause in the typing.
const STEADY: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
/// What the server of an app may push ahead of its people, at once and in a second: it has proved itself by its secret, and many people stand
/// behind it.
const SERVER_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(599);
const SERVER_STEADY: NonZeroU32 = NonZeroU32::MIN.saturating_add(49);
/// The most that is counted at once, about a megabyte. Beyond it newcomers are refused for a moment: an attacker with many
/// networks takes the courtesy away, not the memory.
const MAX_KEYS: usize = 10_000;

/// What is counted, by key.
pub struct InMemoryLimiter {
    limiter: Limiter,
    servers: Limiter,
    clock: GovernorClock,
}

type Limiter = RateLimiter<String, HashMapStateStore<String>, GovernorClock, NoOpMiddleware<Duration>>;

/// The program's clock as the limiter reads it.
#[derive(Clone)]
struct GovernorClock(Arc<dyn Clock>);

impl Watch for GovernorClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().0).unwrap_or(0))
    }
}

impl InMemoryLimiter {
    /// Nothing counted yet, by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = GovernorClock(clock);
        let limiter = |steady, burst| {
            let quota = Quota::per_second(steady).allow_burst(burst);
            RateLimiter::new(quota, HashMapStateStore::default(), clock.clone())
        };
        Self { limiter: limiter(STEADY, BURST), servers: limiter(SERVER_STEADY, SERVER_BURST), clock }
    }

    /// Counts a question; otherwise the whole seconds to wait.
    fn check(&self, key: &str) -> Option<i64> {
        self.check_with(&self.limiter, key)
    }

    fn check_with(&self, limiter: &Limiter, key: &str) -> Option<i64> {
        if limiter.len() >= MAX_KEYS {
            limiter.retain_recent();
        }
        if limiter.len() >= MAX_KEYS {
            return Some(1);
        }
        let refused = limiter.check_key(&key.to_owned()).err()?;
        let wait = refused.wait_time_from(self.clock.now()).as_millis().div_ceil(1000);
        Some(i64::try_from(wait).unwrap_or(i64::MAX).max(1))
    }
}

/// Counts a question of this network about what `held` names, a request or a session; `Throttled` when there were too many.
pub(super) fn limit(rekey: &Core, caller: &Caller, held: &str) -> Result<()> {
    limit_by_network(rekey, caller)?;
    limit_by_key(rekey, held)
}

/// Counts something of this network alone, such as a token that nobody has.
pub(super) fn limit_by_network(rekey: &Core, caller: &Caller) -> Result<()> {
    limit_by_key(rekey, &caller.network().to_string())
}

/// Counts what an app asks on behalf of this person, wherever its server stands.
pub(super) fn limit_by_user(rekey: &Core, user: &UserId) -> Result<()> {
    limit_by_key(rekey, &format!("person:{user}"))
}

/// Counts a request that an app sends ahead of its person. A public app is anybody who knows its id, so that the network is what counts; one with
/// a secret is counted for itself, by app and network, and generously.
pub(super) fn limit_pushed_request(rekey: &Core, caller: &Caller, app: &ClientApp) -> Result<()> {
    match app.is_public() {
        true => limit(rekey, caller, &format!("pushed:{}:{}", app.id, caller.network())),
        false => {
            let key = format!("{}:{}", app.id, caller.network());
            ensure_no_wait(rekey.memory_limiter.check_with(&rekey.memory_limiter.servers, &key))
        }
    }
}

fn limit_by_key(rekey: &Core, key: &str) -> Result<()> {
    ensure_no_wait(rekey.memory_limiter.check(key))
}

fn ensure_no_wait(wait: Option<i64>) -> Result<()> {
    match wait {
        Some(retry_after) => Err(Refusal::Throttled { retry_after }.into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{InMemoryLimiter, MAX_KEYS};
    use crate::model::time::{ManualClock, Timestamp};

    fn new_limiter() -> (InMemoryLimiter, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Timestamp(1_700_000_000_000)));
        (InMemoryLimiter::new(clock.clone()), clock)
    }

    fn count_allowed(pace: &InMemoryLimiter, key: &str) -> usize {
        std::iter::repeat_with(|| pace.check(key)).take_while(Option::is_none).count()
    }

    #[test]
    fn thirty_at_once_then_five_a_second() {
        let (pace, clock) = new_limiter();
        assert_eq!(count_allowed(&pace, "a"), 30);
        assert_eq!(pace.check("a"), Some(1));
        clock.advance(1);
        assert_eq!(count_allowed(&pace, "a"), 5);
        clock.advance(60);
        assert_eq!(count_allowed(&pace, "a"), 30);
    }

    #[test]
    fn one_does_not_slow_another() {
        let (pace, _) = new_limiter();
        count_allowed(&pace, "a");
        assert_eq!(count_allowed(&pace, "b"), 30);
    }

    #[test]
    fn memory_has_a_bound_and_what_has_passed_is_forgotten() {
        let (pace, clock) = new_limiter();
        let flood = |from: usize| {
            (from..from + 2 * MAX_KEYS).filter(|n| pace.check(&n.to_string()).is_none()).count()
        };
        assert_eq!(flood(0), MAX_KEYS);
        assert_eq!(pace.limiter.len(), MAX_KEYS);
        clock.advance(60);
        assert_eq!(flood(1_000_000), MAX_KEYS);
        assert_eq!(pace.limiter.len(), MAX_KEYS);
    }
}
