//! Everything long-lived, built once and shared by every worker: the core, the words, the files, the way messages leave. Tests build
//! the same thing with another clock. Nothing below the faces knows it.

mod aims;
mod bootstrap_file;
mod outlets;
mod parts;
mod turns;

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context as _;

use self::aims::FileAims;
use crate::bootstrap::Bootstrap;
use crate::config::{Config, Connections};
use crate::connectors::back_channel::BackChannel;
use crate::connectors::captcha::SiteVerify;
use crate::connectors::inbox::Inbox;
use crate::connectors::webhook::Webhooks;
use crate::connectors::{Around, Connector, Reach};
use crate::domain::passwords::hasher::Hasher;
use crate::domain::{Parts, Rekey, settings};
use crate::faces::common::assets::Assets;
use crate::faces::common::caller::Forwarding;
use crate::i18n::CatalogSource;
use crate::model::error::{Error, Refusal};
use crate::model::keys::Keys;
use crate::model::secret::Chance;
use crate::model::time::Clock;
use crate::store::error::StoreError;
use crate::store::{Store, migrate};

pub use self::bootstrap_file::bootstrap;
pub use self::parts::{breach_server, filter};
pub use self::turns::{Turn, Turns};

/// The most queries that are executed at once; each has a thread.
const QUERIES: usize = 32;
/// The most of them for one network.
const QUERIES_OF_NETWORK: usize = 8;

/// The program.
pub struct App {
    /// The core.
    pub rekey: Rekey,
    /// The words.
    pub catalog: CatalogSource,
    /// Styles, scripts, pictures.
    pub assets: Arc<Assets>,
    /// What the outside of this installation is.
    pub site: Site,
    /// The inbox of the demo; none in production.
    pub inbox: Option<Inbox>,
    /// The way to apps that want to hear that a session ended.
    pub back_channel: BackChannel,
    /// The way to the operator's systems that want to hear what happens.
    pub webhooks: Webhooks,
    /// The keys, for the journey's cookie.
    pub keys: Arc<Keys>,
    /// Turns of queries that cost as much as whoever sent them likes.
    pub queries: Turns,
    aims: FileAims,
    connectors: RwLock<Arc<Vec<Connector>>>,
}

/// What the outside of this installation is.
#[derive(Clone, Debug)]
pub struct Site {
    /// Scheme, host and port; every link starts with it.
    pub origin: String,
    /// The host alone.
    pub host: String,
    /// Whether it is https.
    pub is_secure: bool,
    /// Whether this is the demo or `--dev`.
    pub dev: bool,
    /// How the address of a visitor is told.
    pub forwarding: Forwarding,
    /// What a connection may take.
    pub connections: Connections,
}

/// Time and chance.
#[derive(Clone)]
pub struct World {
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub chance: Arc<dyn Chance>,
}

impl App {
    /// Opens the database, brings it up to date, and builds everything on it. Settings are in force afterwards.
    pub async fn build(config: &Config, world: World, bootstrap: &Bootstrap) -> anyhow::Result<Self> {
        let keys = Arc::new(config.prepare(world.chance.as_ref())?);
        let store = Store::open(config.database_url.expose()).await?;
        match config.migrate_on_start {
            true => migrate::run(&store).await?,
            false => migrate::check(&store).await?,
        }
        let World { clock, chance } = world;
        let core = Parts {
            store,
            clock,
            chance,
            keys: Arc::clone(&keys),
            hasher: Hasher::start(parts::hashing(config)).context("hashing can't start")?,
            screening: parts::screening(config)?,
            captchas: Box::new(SiteVerify::build(parts::aimed_captcha(bootstrap))?),
            origin: config.public_url.origin().to_owned(),
        };
        let app = Self {
            rekey: Rekey::new(core)?,
            catalog: parts::catalog(config.dev)?,
            assets: Arc::new(parts::assets(config.dev)),
            site: parts::site(config)?,
            inbox: config.dev.then(Inbox::default),
            back_channel: BackChannel::build()?,
            webhooks: Webhooks::build()?,
            keys,
            queries: Turns::new(QUERIES, QUERIES_OF_NETWORK),
            aims: FileAims::of(bootstrap),
            connectors: RwLock::default(),
        };
        app.set_up(bootstrap).await?;
        Ok(app)
    }

    /// The ways messages leave, in order of preference.
    pub fn connectors(&self) -> Arc<Vec<Connector>> {
        Arc::clone(&self.connectors.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The name that messages are written in.
    pub fn brand(&self) -> String {
        let name = self.rekey.live().settings.sign_in_experience.display_name.clone();
        name.unwrap_or_else(|| crate::PRODUCT.to_owned())
    }

    /// Builds the connectors and puts everything in the store in force. A connector that can't be built is left out, loudly: recovery
    /// must not be offered over it.
    pub async fn refresh(&self) -> anyhow::Result<()> {
        let mut live = settings::read(&self.rekey).await.map_err(plain)?;
        let settings = &live.settings;
        let mut built = Vec::new();
        live.connectors.retain(|spec| {
            let connector = Connector::build(spec, &self.around(self.aims.connector(spec, settings)));
            let connector =
                connector.inspect_err(|problem| tracing::error!(problem, "a connector can't be used"));
            let is_usable = connector.is_ok();
            built.extend(connector);
            is_usable
        });
        *self.connectors.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(built);
        settings::put_in_force(&self.rekey, live);
        Ok(())
    }

    /// What connectors may use, with this reach.
    fn around(&self, reach: Reach) -> Around<'_> {
        Around { inbox: self.inbox.as_ref(), public_host: &self.site.host, reach }
    }
}

/// A domain error for the command line, where a refusal is also just a sentence.
pub fn plain(error: Error) -> anyhow::Error {
    match error {
        Error::Refused(Refusal::SettingsInvalid(problems)) => anyhow::anyhow!("{}", problems.join("\n")),
        Error::Refused(refusal) => anyhow::anyhow!("refused: {}", refusal.code()),
        Error::Failed(cause) => cause,
    }
}

/// Whether a failure came from the store: the visitor may try again in a moment.
pub fn store_failure(cause: &anyhow::Error) -> bool {
    cause.downcast_ref::<StoreError>().is_some()
}
