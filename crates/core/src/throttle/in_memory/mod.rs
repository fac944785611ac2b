//! In-memory rate limits for the live password check, for pushed requests of apps and for calls with unknown
//! tokens, by network and by what the browser holds; they reset within seconds. They are separate from the
//! database throttle, which guards against attacks: a check per keystroke must not cost a commit, and no harm
//! is done when two instances count separately.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as Watch;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::types::error::{Refusal, Result};
use crate::types::ids::UserId;
use crate::types::time::Clock;
use crate::{Context, Core};

/// The burst: a short word, letter by letter.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
/// The steady rate per second: more than a page needs that waits for a pause in the typing.
const STEADY: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
/// The burst and rate for a confidential app's server: it has authenticated with its secret, and acts for
/// many people.
const SERVER_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(599);
const SERVER_STEADY: NonZeroU32 = NonZeroU32::MIN.saturating_add(49);
/// The most keys that are counted at once, about a megabyte. Beyond it new keys are refused for a moment: an
/// attacker with many networks can deny this convenience but not exhaust the memory.
const MAX_KEYS: usize = 10_000;

/// The counters, by key.
pub struct InMemoryLimiter {
    limiter: Limiter,
    servers: Limiter,
    clock: GovernorClock,
}

type Limiter = RateLimiter<String, HashMapStateStore<String>, GovernorClock, NoOpMiddleware<Duration>>;

/// The injected clock in the limiter's form.
#[derive(Clone)]
struct GovernorClock(Arc<dyn Clock>);

impl Watch for GovernorClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().0).unwrap_or(0))
    }
}

impl InMemoryLimiter {
    /// Creates an empty limiter with this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = GovernorClock(clock);
        let limiter = |steady, burst| {
            let quota = Quota::per_second(steady).allow_burst(burst);
            RateLimiter::new(quota, HashMapStateStore::default(), clock.clone())
        };
        Self { limiter: limiter(STEADY, BURST), servers: limiter(SERVER_STEADY, SERVER_BURST), clock }
    }

    /// Counts a request; returns the whole seconds to wait if it exceeds the limit.
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

/// Counts a request from this network about `key`, the id of a request or session; `Throttled` when there
/// were too many.
pub(crate) fn limit(context: Context<'_>, key: &str) -> Result<()> {
    limit_by_network(context)?;
    limit_by_key(context.core, key)
}

/// Counts a request from this network alone, such as one with an unknown token.
pub(crate) fn limit_by_network(context: Context<'_>) -> Result<()> {
    limit_by_key(context.core, &context.caller.network().to_string())
}

/// Counts what an app asks on behalf of this user, wherever the app's server is.
pub(crate) fn limit_by_user(core: &Core, user: &UserId) -> Result<()> {
    limit_by_key(core, &format!("person:{user}"))
}

/// Counts a pushed authorization request. Anybody who knows its id can speak for a public app, so the network
/// is counted; a confidential app is counted by app and network, with generous limits.
pub(crate) fn limit_pushed_request(context: Context<'_>, app_id: &str, is_public: bool) -> Result<()> {
    let Context { core, caller } = context;
    if is_public {
        limit(context, &format!("pushed:{app_id}:{}", caller.network()))
    } else {
        let key = format!("{app_id}:{}", caller.network());
        ensure_no_wait(core.memory_limiter.check_with(&core.memory_limiter.servers, &key))
    }
}

fn limit_by_key(core: &Core, key: &str) -> Result<()> {
    ensure_no_wait(core.memory_limiter.check(key))
}

fn ensure_no_wait(wait: Option<i64>) -> Result<()> {
    match wait {
        Some(retry_after) => Err(Refusal::Throttled { retry_after }.into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
