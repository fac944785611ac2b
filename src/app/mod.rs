//! Everything long-lived, built once and shared by every worker: the core, the words, the files, the way messages leave. Tests build
//! the same thing with another clock. Nothing below the faces knows it.

mod aims;
mod outlets;
mod turns;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix_web::http::header::HeaderName;
use anyhow::Context as _;

use self::aims::FileAims;
use crate::bootstrap::{ApiKeySpec, Bootstrap};
use crate::config::{self, Config, Connections};
use crate::connectors::back_channel::BackChannel;
use crate::connectors::captcha::SiteVerify;
use crate::connectors::inbox::Inbox;
use crate::connectors::pwned_range::PwnedRange;
use crate::connectors::webhook::Webhooks;
use crate::connectors::{Around, Connector, Reach};
use crate::domain::apps::Author;
use crate::domain::oidc::keys;
use crate::domain::passwords::breaches::Filter;
use crate::domain::passwords::hasher::{Hasher, HashingParams};
use crate::domain::passwords::screening::Screening;
use crate::domain::{Parts, Rekey, api_keys, apps, captcha, settings};
use crate::faces::common::assets::Assets;
use crate::faces::common::caller::Forwarding;
use crate::i18n::CatalogSource;
use crate::model::api_key::ApiKey;
use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal};
use crate::model::keys::Keys;
use crate::model::secret::Chance;
use crate::model::time::Clock;
use crate::store::error::StoreError;
use crate::store::{Store, migrate};

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
        let parts = Parts {
            store,
            clock,
            chance,
            keys: Arc::clone(&keys),
            hasher: Hasher::start(hashing(config)).context("hashing can't start")?,
            screening: screening(config)?,
            captchas: Box::new(SiteVerify::build(aimed_captcha(bootstrap))?),
            origin: config.public_url.origin().to_owned(),
        };
        let app = Self {
            rekey: Rekey::new(parts),
            catalog: catalog(config.dev)?,
            assets: Arc::new(assets(config.dev)),
            site: site(config)?,
            inbox: config.dev.then(Inbox::default),
            back_channel: BackChannel::build()?,
            webhooks: Webhooks::build()?,
            keys,
            queries: Turns::new(QUERIES, QUERIES_OF_NETWORK),
            aims: FileAims::of(bootstrap),
            connectors: RwLock::default(),
        };
        keys::ensure(&app.rekey).await.map_err(plain).context("the keys that sign tokens")?;
        app.apply(bootstrap).await?;
        app.refresh().await?;
        // After the settings are in force: what is changed of somebody is told to whoever listens.
        app.ensure_people(bootstrap).await?;
        if captcha::is_lost(&app.rekey) {
            tracing::error!("the secret of the captcha can't be opened, so nobody passes it: set it again");
        }
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

    /// What changed for applications with the rules: who may not manage any more, and which addresses are not matched.
    async fn warn_of_apps(&self, undecided: &[String]) -> Result<(), Error> {
        for app in apps::list(&self.rekey).await? {
            if undecided.contains(&app.id) && !app.may_manage() {
                tracing::warn!(
                    app.id,
                    "this machine may not use the Management API any more, because that is no longer the default: \
                     \"managementApi\": true lets it in"
                );
            }
            for problem in app.unfit_addresses() {
                tracing::warn!(app.id, problem, "an address of this application is not matched");
            }
        }
        Ok(())
    }

    async fn apply(&self, bootstrap: &Bootstrap) -> anyhow::Result<()> {
        for line in bootstrap.later() {
            tracing::warn!("bootstrap: {line}");
        }
        let applied = settings::apply(&self.rekey, bootstrap.given.as_ref(), &bootstrap.connectors).await;
        applied.map_err(plain).context("the bootstrap file and the stored settings")?;
        let given = bootstrap.applications.iter().map(|spec| (spec.app.clone(), spec.secret.clone()));
        let given: Vec<_> = given.collect();
        let undecided = apps::undecided(&self.rekey).await.map_err(plain).context("applications")?;
        apps::ensure(&self.rekey, &given).await.map_err(plain).context("applications")?;
        self.warn_of_apps(&undecided).await.map_err(plain).context("applications")?;
        let key = |spec: &ApiKeySpec| {
            (
                ApiKey { id: spec.id.clone(), roles: spec.roles.clone(), ..ApiKey::default() },
                spec.token.clone(),
            )
        };
        let keys: Vec<_> = bootstrap.api_keys.iter().map(key).collect();
        api_keys::ensure(&self.rekey, &keys).await.map_err(plain).context("apiKeys")?;
        if bootstrap.is_given {
            self.clear_left(bootstrap)
                .await
                .map_err(plain)
                .context("entries that left the bootstrap file")?;
        }
        Ok(())
    }

    /// Takes away what the file made before and says no longer.
    async fn clear_left(&self, bootstrap: &Bootstrap) -> Result<(), Error> {
        let caller = file_caller();
        let by = Author { caller: &caller, key: FILE };
        let ids: Vec<&str> = bootstrap.applications.iter().map(|spec| spec.app.id.as_str()).collect();
        apps::clear_left(&self.rekey, by, &ids).await?;
        let ids: Vec<&str> = bootstrap.api_keys.iter().map(|spec| spec.id.as_str()).collect();
        api_keys::clear_left(&self.rekey, by, &ids).await
    }

    async fn ensure_people(&self, bootstrap: &Bootstrap) -> anyhow::Result<()> {
        let caller = file_caller();
        let by = Author { caller: &caller, key: FILE };
        for (place, user) in bootstrap.users.iter().enumerate() {
            let who = format!("users[{}] (number {})", user.id, place + 1);
            user.ensure(&self.rekey, by).await.map_err(plain).with_context(|| who)?;
        }
        Ok(())
    }
}

/// What the audit log calls the bootstrap file.
const FILE: &str = "bootstrap-file";

fn file_caller() -> Caller {
    Caller { user_agent: "the bootstrap file".to_owned(), ..Caller::default() }
}

/// The captcha's address that the file names.
fn aimed_captcha(bootstrap: &Bootstrap) -> Option<String> {
    bootstrap.settings.as_ref().and_then(|settings| settings.captcha.verify_url.clone())
}

/// Reads the bootstrap file when one is configured.
pub fn bootstrap(config: &Config) -> anyhow::Result<Bootstrap> {
    config
        .bootstrap
        .as_deref()
        .map_or_else(|| Ok(Bootstrap::default()), |path| Bootstrap::read(path, config::variable))
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

/// The operator's filter, or the one inside the binary when there is none.
pub fn filter(file: Option<&Path>) -> anyhow::Result<Filter> {
    file.map_or_else(
        || Ok(Filter::built_in()),
        |path| {
            Filter::open(path).map_err(|unfit| anyhow::anyhow!("breaches.filter: {} {unfit}", path.display()))
        },
    )
}

fn hashing(config: &Config) -> HashingParams {
    let hashing = &config.hashing;
    HashingParams {
        memory_kib: hashing.memory_kib,
        iterations: hashing.iterations,
        parallelism: hashing.parallelism,
        concurrency: hashing.concurrency,
        queue: hashing.queue,
    }
}

/// The offline filters, and the server when there is one to ask.
fn screening(config: &Config) -> anyhow::Result<Screening> {
    let own = config.breaches.filter.as_deref().map(|path| filter(Some(path))).transpose()?;
    // The built-in one stays beside it: it knows `Dragon2024!`, which no list of whole passwords can.
    let screening = Screening::new(std::iter::once(Filter::built_in()).chain(own).collect());
    Ok(match breach_server(config)? {
        Some(server) => screening.asking(Box::new(server), config.breaches.on_unavailable),
        None => screening,
    })
}

/// The server that knows leaked passwords, unless the online check is off.
pub fn breach_server(config: &Config) -> anyhow::Result<Option<PwnedRange>> {
    let breaches = &config.breaches;
    let timeout = Duration::from_millis(breaches.timeout_ms);
    let server = breaches.server().map(|address| PwnedRange::build(address, timeout)).transpose();
    server.context("breaches.url")
}

fn site(config: &Config) -> anyhow::Result<Site> {
    let header = HeaderName::try_from(&config.forwarded_header).context("forwarded_header")?;
    Ok(Site {
        origin: config.public_url.origin().to_owned(),
        host: config.public_url.host().to_owned(),
        is_secure: config.public_url.is_secure(),
        dev: config.dev,
        forwarding: Forwarding::new(config.trusted_proxies.clone(), header),
        connections: config.connections.clone(),
    })
}

/// In development the words come from the source tree when the program runs inside it.
fn catalog(dev: bool) -> anyhow::Result<CatalogSource> {
    let dir = Path::new("locales");
    if dev && dir.is_dir() { CatalogSource::folder(dir) } else { CatalogSource::embedded() }
}

/// In development the files come from the source tree when the program runs inside it.
fn assets(dev: bool) -> Assets {
    let dir = Path::new("static");
    if dev && dir.is_dir() { Assets::from_disk(dir) } else { Assets::load() }
}
