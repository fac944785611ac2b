//! The rate limits and their defaults (decisions 6 and 7), which `crate::throttle` applies. A limit of 0
//! means none.

use serde::{Deserialize, Deserializer, Serialize};

use crate::settings::validation::ValidationErrors;

/// All rate limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ThrottleSettings {
    /// The delay between two messages to the same address, doubling each time.
    pub send_backoff: SendBackoff,
    /// Messages to the same address.
    #[serde(deserialize_with = "limit_or::<_, 10, 600>")]
    pub sends_per_address: Limit,
    /// Recovery requests from the same network.
    #[serde(deserialize_with = "limit_or::<_, 20, 3600>")]
    pub requests_per_ip: Limit,
    /// Sign-ins that apps send users to, from the same network: so many at once, then evenly over the window.
    #[serde(deserialize_with = "limit_or::<_, 300, 60>")]
    pub authorizations_per_ip: Limit,
    /// Wrong codes within one request.
    pub guesses_per_request: u32,
    /// Wrong codes for the same account.
    #[serde(deserialize_with = "limit_or::<_, 100, 3600>")]
    pub guesses_per_account: Limit,
    /// Wrong passwords for the same account.
    pub sign_in_failures: Lock,
    /// Wrong passwords from the same network, for any account.
    #[serde(deserialize_with = "limit_or::<_, 300, 3600>")]
    pub sign_in_failures_per_network: Limit,
}

/// A delay that starts at `base` seconds and doubles up to `max`; attempts older than `window` are forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SendBackoff {
    /// The first delay.
    pub base: u32,
    /// The longest delay.
    pub max: u32,
    /// How long a message counts, in seconds.
    pub window: u32,
}

/// A limit of this many in a window of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The number; 0 for no limit.
    pub limit: u32,
    /// The window in seconds.
    pub window: u32,
}

/// A limit in a window of seconds, followed by a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lock {
    /// The number; 0 for no limit.
    pub limit: u32,
    /// The window in seconds.
    pub window: u32,
    /// The duration of the lock in seconds.
    pub lock: u32,
}

impl Default for ThrottleSettings {
    fn default() -> Self {
        Self {
            send_backoff: SendBackoff::default(),
            sends_per_address: Limit { limit: 10, window: 600 },
            requests_per_ip: Limit { limit: 20, window: 3600 },
            authorizations_per_ip: Limit { limit: 300, window: 60 },
            guesses_per_request: 10,
            guesses_per_account: Limit { limit: 100, window: 3600 },
            sign_in_failures: Lock::default(),
            sign_in_failures_per_network: Limit { limit: 300, window: 3600 },
        }
    }
}

impl Default for SendBackoff {
    fn default() -> Self {
        Self { base: 1, max: 60, window: 300 }
    }
}

impl Default for Lock {
    fn default() -> Self {
        Self { limit: 100, window: 3600, lock: 3600 }
    }
}

impl ThrottleSettings {
    /// All errors, below `throttle`.
    pub(super) fn check(&self, found: &mut ValidationErrors) {
        found.check_limit("throttle.sendsPerAddress", self.sends_per_address);
        found.check_limit("throttle.requestsPerIp", self.requests_per_ip);
        let authorizations = self.authorizations_per_ip;
        found.check_limit("throttle.authorizationsPerIp", authorizations);
        found.check_range("throttle.authorizationsPerIp.limit", authorizations.limit, 0, 100_000);
        found.check_range("throttle.authorizationsPerIp.window", authorizations.window, 1, 3600);
        found.check_limit("throttle.guessesPerAccount", self.guesses_per_account);
        let by_network = self.sign_in_failures_per_network;
        found.check_limit("throttle.signInFailuresPerNetwork", by_network);
        found.check_range("throttle.signInFailuresPerNetwork.limit", by_network.limit, 0, 10_000);
        let Lock { limit, window, .. } = self.sign_in_failures;
        found.check_limit("throttle.signInFailures", Limit { limit, window });
        let SendBackoff { base, max, .. } = self.send_backoff;
        found.add_unless(base <= max, "throttle.sendBackoff.max", &format!("a number of {base} or more"));
    }
}

/// Parses a limit that may omit a field; the missing one has the default of the same limit.
fn limit_or<'de, D, const LIMIT: u32, const WINDOW: u32>(deserializer: D) -> Result<Limit, D::Error>
where
    D: Deserializer<'de>,
{
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct PartialLimit {
        limit: Option<u32>,
        window: Option<u32>,
    }
    let half = PartialLimit::deserialize(deserializer)?;
    Ok(Limit { limit: half.limit.unwrap_or(LIMIT), window: half.window.unwrap_or(WINDOW) })
}
