//! In-memory rate limits for the live password check, for authorization requests of apps and for calls with
//! unknown tokens, by network and by what the browser holds; each kind has its own count, which resets soon.
//! They are separate from the database throttle, which guards against attacks: a check per keystroke must not
//! cost a commit, and no harm is done when two instances count separately.

use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use governor::clock::Clock as Watch;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::settings::throttle::Limit;
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
/// The most keys that are counted at once, about two megabytes. Beyond it new keys are refused for a moment:
/// an attacker with many networks can deny this convenience but not exhaust the memory.
const MAX_KEYS: usize = 20_000;

/// The counters, by key.
pub struct InMemoryLimiter {
    limiter: Limiter,
    servers: Limiter,
    authorizations: RwLock<AuthorizationLimiter>,
    clock: GovernorClock,
}

type Limiter = RateLimiter<String, HashMapStateStore<String>, GovernorClock, NoOpMiddleware<Duration>>;

/// The limiter of authorization requests, and the setting that it was built for.
struct AuthorizationLimiter {
    limit: Limit,
    limiter: Option<Arc<Limiter>>,
}

/// What is counted by network. An office behind one address must not lose its sign-ins to a program that
/// sends unknown tokens, so each kind has its own count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemoryLimit {
    /// Unknown access and refresh tokens, codes of apps and API keys.
    Tokens,
    /// Failed client authentication.
    Clients,
    /// Challenges of the captcha.
    Captcha,
    /// Passwords that are checked while they are typed.
    LiveCheck,
    /// Sign-ups, which hash a password first.
    SignUp,
    /// Verification codes that fit no request.
    Codes,
    /// Links and one-time tokens.
    Links,
    /// Test messages of connectors.
    Connectors,
    /// Pushed requests of public apps.
    PushedRequests,
}

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
        let limiter = |steady, burst| build(Quota::per_second(steady).allow_burst(burst), &clock);
        Self {
            limiter: limiter(STEADY, BURST),
            servers: limiter(SERVER_STEADY, SERVER_BURST),
            authorizations: RwLock::new(AuthorizationLimiter {
                limit: Limit { limit: 0, window: 0 },
                limiter: None,
            }),
            clock,
        }
    }

    /// Counts a request; returns the whole seconds to wait if it exceeds the limit.
    fn check(&self, key: &str) -> Option<i64> {
        self.check_with(&self.limiter, key)
    }

    /// Counts an authorization request from this network. A changed setting begins with empty counts.
    fn check_authorization(&self, limit: Limit, network: &str) -> Option<i64> {
        self.check_with(self.authorization_limiter(limit).as_deref()?, network)
    }

    fn authorization_limiter(&self, limit: Limit) -> Option<Arc<Limiter>> {
        {
            let current = self.authorizations.read().unwrap_or_else(PoisonError::into_inner);
            if current.limit == limit {
                return current.limiter.clone();
            }
        }
        let mut current = self.authorizations.write().unwrap_or_else(PoisonError::into_inner);
        if current.limit != limit {
            let limiter = quota_of(limit).map(|quota| Arc::new(build(quota, &self.clock)));
            *current = AuthorizationLimiter { limit, limiter };
        }
        current.limiter.clone()
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

fn build(quota: Quota, clock: &GovernorClock) -> Limiter {
    RateLimiter::new(quota, HashMapStateStore::default(), clock.clone())
}

/// The whole limit at once, then evenly over its window; nothing for a limit of 0.
fn quota_of(Limit { limit, window }: Limit) -> Option<Quota> {
    let burst = NonZeroU32::new(limit)?;
    let period = Duration::from_secs(u64::from(window)).checked_div(limit)?;
    Some(Quota::with_period(period)?.allow_burst(burst))
}

/// Counts a request from this network about `key`, the id of a request or session; `Throttled` when there
/// were too many.
pub(crate) fn limit(context: Context<'_>, key: &str) -> Result<()> {
    limit_both(context, MemoryLimit::LiveCheck, key)
}

fn limit_both(context: Context<'_>, kind: MemoryLimit, key: &str) -> Result<()> {
    limit_by_network(context, kind)?;
    limit_by_key(context.core, key)
}

/// Counts a request of this kind from this network alone, such as one with an unknown token.
pub(crate) fn limit_by_network(context: Context<'_>, kind: MemoryLimit) -> Result<()> {
    limit_by_key(context.core, &format!("{kind:?}:{}", context.caller.network()))
}

/// Counts an authorization request, for which a row is stored, by `throttle.authorizationsPerIp`.
pub(crate) fn limit_authorization(context: Context<'_>) -> Result<()> {
    let limit = context.snapshot().settings.throttle.authorizations_per_ip;
    let network = context.caller.network().to_string();
    ensure_no_wait(context.core.memory_limiter.check_authorization(limit, &network))
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
        limit_both(context, MemoryLimit::PushedRequests, &format!("pushed:{app_id}:{}", caller.network()))
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
