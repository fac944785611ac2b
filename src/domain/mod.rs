//! Verbs: what may happen. One module per journey; each step opens a transaction, decides, writes down, commits. It knows
//! no screens and no words. The surprise: the store is private to this folder, so no face can get past a rule.

pub mod account;
pub mod api_keys;
pub mod apps;
pub mod audit;
pub mod captcha;
pub mod claims;
pub mod codes;
pub mod connectors;
pub mod credentials;
mod language;
pub mod links;
pub mod metrics;
pub mod notify;
pub mod oidc;
pub mod one_time_tokens;
pub mod outbox;
pub mod pace;
pub mod passwords;
pub mod ports;
pub mod recovery;
pub mod sdk;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod templates;
pub mod throttle;
pub mod upkeep;
pub mod users;
pub mod verification_codes;
pub mod webhooks;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::Notify;

use crate::model::app::AppSecret;
use crate::model::error::Error;
use crate::model::keys::Keys;
use crate::model::secret::Chance;
use crate::model::time::{Clock, Timestamp};
use crate::store::Store;
use crate::store::apps::Renewed;
use crate::store::error::StoreError;

use self::links::Links;
use self::metrics::Metrics;
use self::pace::Pace;
use self::passwords::guess::Guesser;
use self::passwords::hasher::Hasher;
use self::passwords::screening::Screening;
use self::ports::CaptchaVerifier;
use self::settings::Live;
use self::settings::sealing::{Pass, Renewals};
use self::sign_in::unfinished::UnfinishedTries;

/// Everything a journey needs. Built once by `app`, shared by every face and job.
pub struct Rekey {
    store: Store,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    keys: Arc<Keys>,
    hasher: Hasher,
    screening: Screening,
    guesser: Guesser,
    pace: Pace,
    refusals: audit::Refusals,
    unfinished_tries: UnfinishedTries,
    captchas: Box<dyn CaptchaVerifier>,
    links: Links,
    live: RwLock<Arc<Live>>,
    renewals: Mutex<Renewals>,
    clean_pass: Mutex<Option<Pass>>,
    bell: Notify,
    /// The counters operators watch.
    pub metrics: Metrics,
}

/// What a `Rekey` is made of.
pub struct Parts {
    /// The database, migrated.
    pub store: Store,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub chance: Arc<dyn Chance>,
    /// Keys derived from the operator's secret.
    pub keys: Arc<Keys>,
    /// The hashing threads.
    pub hasher: Hasher,
    /// Where leaked passwords are looked up.
    pub screening: Screening,
    /// Who is asked whether somebody is a machine.
    pub captchas: Box<dyn CaptchaVerifier>,
    /// Where links that leave by mail begin: the configured origin.
    pub origin: String,
}

impl Rekey {
    /// Puts the parts together; settings are read by `settings::refresh`.
    pub fn new(parts: Parts) -> anyhow::Result<Self> {
        let Parts { store, clock, chance, keys, hasher, screening, captchas, origin } = parts;
        let (links, live) = (Links::new(origin), RwLock::new(Arc::new(Live::default())));
        let (guesser, pace) = (Guesser::default(), Pace::new(Arc::clone(&clock)));
        Ok(Self {
            store,
            clock,
            chance,
            keys,
            hasher,
            screening,
            guesser,
            pace,
            refusals: audit::Refusals::default(),
            unfinished_tries: UnfinishedTries::default(),
            captchas,
            links,
            live,
            renewals: Mutex::default(),
            clean_pass: Mutex::default(),
            bell: Notify::new(),
            metrics: Metrics::new()?,
        })
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The source of randomness.
    pub fn chance(&self) -> &dyn Chance {
        self.chance.as_ref()
    }

    /// The settings, connectors and applications in force, without asking the store.
    pub fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps the digest of a secret that was just proved, under the newest key, until it is written. There is one for each secret at most.
    fn renew_later(&self, secret: &AppSecret, after: String) {
        let renewed = Renewed { before: secret.digest.clone(), after };
        let name = (secret.app_id.clone(), secret.name.clone());
        self.renewals.lock().unwrap_or_else(PoisonError::into_inner).insert(name, renewed);
    }

    fn take_renewals(&self) -> Renewals {
        std::mem::take(&mut *self.renewals.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The last look at what is sealed that found nothing under an older secret key.
    fn clean_pass(&self) -> Option<Pass> {
        *self.clean_pass.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_clean_pass(&self, pass: Pass) {
        *self.clean_pass.lock().unwrap_or_else(PoisonError::into_inner) = Some(pass);
    }

    /// Closes the store; the last thing that happens.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Failed(anyhow::Error::new(error))
    }
}
