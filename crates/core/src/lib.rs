//! The rules of every journey, one folder for each subject. A step opens a transaction, decides, writes and
//! commits. The store is private to this crate, so that no API or page can bypass a rule.

pub mod account;
pub mod api_keys;
pub mod apps;
pub mod audit;
pub mod captcha;
pub mod claims;
pub mod connectors;
mod context;
pub mod credentials;
pub mod db;
pub mod disputes;
pub mod grants;
pub mod idempotency;
pub mod lockout;
pub mod maintenance;
pub mod messages;
pub mod metrics;
pub mod oidc;
pub mod one_time_tokens;
pub mod passwords;
pub mod recovery;
mod sandbox;
pub mod sdk;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod snapshot;
pub mod start_lock;
pub mod templates;
pub mod throttle;
pub mod types;
pub mod user_management;
pub mod users;
pub mod verification;
pub mod webhooks;

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Notify;

use crate::apps::secret_renewals::SecretRenewals;
use crate::captcha::port::CaptchaVerifier;
pub use crate::context::Context;
use crate::db::Store;
use crate::lockout::unfinished::UnfinishedTries;
use crate::maintenance::secret_key_rotation::LastCleanPass;
use crate::messages::links::Links;
use crate::messages::unreadable::UnreadableMessages;
use crate::metrics::Metrics;
use crate::oidc::signing_keys::rsa_keys::RsaKeySource;
use crate::passwords::breach_check::BreachChecker;
use crate::passwords::hasher::Hasher;
use crate::passwords::strength::StrengthEstimator;
use crate::snapshot::Snapshot;
use crate::throttle::in_memory::InMemoryLimiter;
use crate::types::secret::Rng;
use crate::types::secret::keys::Keys;
use crate::types::time::{Clock, Timestamp};

/// The name on pages and in messages until the operator sets a brand.
pub const PRODUCT: &str = "Rekey";

/// Everything a journey needs. Built once by `app`, shared by every API, page and job.
pub struct Core {
    store: Store,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    keys: Arc<Keys>,
    hasher: Hasher,
    breach_checker: BreachChecker,
    strength_estimator: StrengthEstimator,
    memory_limiter: InMemoryLimiter,
    refusals: audit::RefusalCounter,
    unfinished_tries: UnfinishedTries,
    captcha_verifier: Box<dyn CaptchaVerifier>,
    links: Links,
    snapshot: RwLock<Arc<Snapshot>>,
    refresh_turn: tokio::sync::Mutex<()>,
    secret_renewals: SecretRenewals,
    last_clean_pass: LastCleanPass,
    outbox_notify: Notify,
    snapshot_notify: Notify,
    rsa_keys: Arc<dyn RsaKeySource>,
    unreadable: UnreadableMessages,
    /// The counters operators watch.
    pub metrics: Metrics,
}

/// The parts that a `Core` is built from.
pub struct CoreParts {
    /// The database, migrated.
    pub store: Store,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Keys derived from the operator's secret.
    pub keys: Arc<Keys>,
    /// The hashing threads.
    pub hasher: Hasher,
    /// Looks up leaked passwords.
    pub breach_checker: BreachChecker,
    /// Verifies captchas.
    pub captcha_verifier: Box<dyn CaptchaVerifier>,
    /// Generates RSA keys.
    pub rsa_keys: Arc<dyn RsaKeySource>,
    /// The configured origin, with which links in messages start.
    pub origin: String,
}

impl Core {
    /// Builds the core; settings are loaded with `snapshot::load`.
    pub fn new(parts: CoreParts) -> anyhow::Result<Self> {
        let CoreParts { store, clock, rng, keys, hasher, breach_checker, captcha_verifier, rsa_keys, origin } =
            parts;
        Ok(Self {
            store,
            memory_limiter: InMemoryLimiter::new(Arc::clone(&clock)),
            clock,
            rng,
            keys,
            hasher,
            breach_checker,
            strength_estimator: StrengthEstimator::default(),
            refusals: audit::RefusalCounter::default(),
            unfinished_tries: UnfinishedTries::default(),
            captcha_verifier,
            links: Links::new(origin),
            snapshot: RwLock::new(Arc::new(Snapshot::default())),
            refresh_turn: tokio::sync::Mutex::default(),
            secret_renewals: SecretRenewals::default(),
            last_clean_pass: LastCleanPass::default(),
            outbox_notify: Notify::new(),
            snapshot_notify: Notify::new(),
            rsa_keys,
            unreadable: UnreadableMessages::default(),
            metrics: Metrics::new()?,
        })
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The source of randomness.
    pub fn rng(&self) -> &dyn Rng {
        self.rng.as_ref()
    }

    /// The current settings, connectors and applications, without a query.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Brings the snapshot, but for its connectors, to what the database says now: before a decision that
    /// another instance may have changed.
    pub(crate) async fn refresh_snapshot(&self) -> types::error::Result<()> {
        snapshot::refresh(self).await
    }

    /// Closes the store, last of all.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
