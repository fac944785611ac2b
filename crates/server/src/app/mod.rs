//! Everything long-lived, built once and shared by every worker: the core, message templates, static files
//! and connectors. Tests build the same state with another clock. Only the HTTP layer and the command line
//! know it.

mod bootstrap_file;
mod bootstrap_targets;
mod connector_setup;
mod fair_semaphore;
pub mod judgement;
mod open;
mod parts;
mod renderer;
mod shutdown;

use std::sync::{Arc, RwLock};

use anyhow::Context as _;

use crate::app::bootstrap_targets::BootstrapTargets;
use crate::app::judgement::Finding;
use crate::http::client_ip::Forwarding;
use crate::http::html::assets::{AssetBundle, Assets};
use crate::http::middleware::public_address::RewrittenHosts;
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::{Config, Connections};
use rekey_adapters::connectors::Connector;
use rekey_adapters::connectors::OutboundProxy;
use rekey_adapters::connectors::callbacks::{BackChannelClient, WebhookClient};
use rekey_adapters::connectors::captcha::SiteVerify;
use rekey_adapters::connectors::inbox::Inbox;
use rekey_adapters::i18n::{CatalogSource, Lang, Texts};
use rekey_core::db::error::StoreError;
use rekey_core::db::{Store, migrate};
use rekey_core::oidc::signing_keys::rsa_keys::RsaKeySource;
use rekey_core::passwords::hasher::Hasher;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::secret::Rng;
use rekey_core::types::secret::keys::Keys;
use rekey_core::types::time::Clock;
use rekey_core::{Core, CoreParts};

pub use crate::app::bootstrap_file::read_bootstrap;
pub use crate::app::fair_semaphore::{FairPermit, FairSemaphore};
pub use crate::app::parts::{build_breach_server, open_filter};
pub use crate::app::renderer::Renderer;
pub use crate::app::shutdown::Shutdown;

/// The state of the running program.
pub struct AppState {
    /// The core.
    pub core: Core,
    /// The message templates and translations.
    pub catalog: CatalogSource,
    /// Renders what code below the templates shows and sends.
    pub renderer: Arc<dyn Renderer>,
    /// Styles, scripts and images.
    pub assets: Arc<Assets>,
    /// The public address of this installation.
    pub site: PublicSite,
    /// The inbox of the demo; `None` in production.
    pub inbox: Option<Inbox>,
    /// The client that notifies applications of ended sessions (back-channel logout).
    pub back_channel: BackChannelClient,
    /// The client that sends webhooks.
    pub webhooks: WebhookClient,
    /// The keys that seal the flow-state cookie.
    pub keys: Arc<Keys>,
    /// Permits for GraphQL queries, whose cost is chosen by the caller.
    pub queries: FairSemaphore,
    /// What was found at the start and did not stop it.
    pub findings: Vec<Finding>,
    proxy: OutboundProxy,
    /// Whether it is stopping.
    pub shutdown: Shutdown,
    targets: BootstrapTargets,
    connectors: RwLock<Arc<Vec<Connector>>>,
    reload_lock: tokio::sync::Mutex<()>,
}

/// The public address of this installation, and how connections to it are handled.
#[derive(Clone, Debug)]
pub struct PublicSite {
    /// Scheme, host and port; every generated link starts with it.
    pub origin: String,
    /// The host without a port.
    pub host: String,
    /// Whether the scheme is https.
    pub is_secure: bool,
    /// The value of `Strict-Transport-Security`, if browsers are told anything.
    pub hsts: Option<&'static str>,
    /// Whether this is the demo or `--dev`.
    pub dev: bool,
    /// How the client's IP address is determined.
    pub forwarding: Forwarding,
    /// The limits of a connection.
    pub connections: Connections,
    /// The hosts that proxies write in place of the public one.
    pub rewritten_hosts: Arc<RewrittenHosts>,
}

impl PublicSite {
    /// Whether this host and port, as a request names them, are the public ones.
    pub fn is_own_authority(&self, host: &str) -> bool {
        let own = self.origin.split_once("://").map_or(self.origin.as_str(), |(_, authority)| authority);
        let port = if self.is_secure { ":443" } else { ":80" };
        host.strip_suffix(port).unwrap_or(host) == own
    }
}

/// What the program is given: time, randomness, and what is compiled in above.
#[derive(Clone)]
pub struct Environment {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The random number generator.
    pub rng: Arc<dyn Rng>,
    /// Generates RSA keys.
    pub rsa_keys: Arc<dyn RsaKeySource>,
    /// The templates.
    pub renderer: Arc<dyn Renderer>,
    /// Translations and static files.
    pub embedded: Embedded,
}

/// What is compiled into the program and shown by it.
#[derive(Clone, Copy)]
pub struct Embedded {
    /// The translations.
    pub texts: fn(Lang) -> Texts,
    /// The static files.
    pub bundles: &'static [AssetBundle],
}

/// What an installation is made of: its database and its keys.
struct Base {
    store: Store,
    keys: Arc<Keys>,
}

impl AppState {
    /// Opens the database, migrates it, and builds everything on it. The settings are active afterwards.
    pub async fn build(config: &Config, world: Environment, bootstrap: &Bootstrap) -> anyhow::Result<Self> {
        if let Some(refusal) = judgement::refusal(&judgement::judge_place(config)) {
            return Err(refusal);
        }
        let missing = config.describe_missing();
        let keys = Arc::new(config.prepare(world.rng.as_ref())?);
        let store = Store::open(config.database_url.expose()).await?;
        if config.migrate_on_start {
            migrate::run(&store).await?
        } else {
            migrate::check(&store).await?
        }
        if let Some(missing) = missing {
            tracing::info!("made {missing}");
        }
        let mut app = Self::assemble(config, world, Base { store, keys }, bootstrap)?;
        let judgement = judgement::judge(Some(&app), config, bootstrap).await?;
        if let Some(refusal) = judgement.refusal() {
            return Err(refusal);
        }
        app.findings = judgement.findings;
        app.set_up(bootstrap).await?;
        Ok(app)
    }

    /// Builds everything on an open database; no settings are active yet.
    fn assemble(
        config: &Config,
        world: Environment,
        base: Base,
        bootstrap: &Bootstrap,
    ) -> anyhow::Result<Self> {
        let Base { store, keys } = base;
        let Environment { clock, rng, rsa_keys, renderer, embedded } = world;
        let proxy = config.outbound.build_proxy()?;
        let core = CoreParts {
            store,
            clock,
            rng,
            keys: Arc::clone(&keys),
            hasher: Hasher::start(parts::hashing_params(config)).context("hashing can't start")?,
            breach_checker: parts::build_breach_checker(config)?,
            captcha_verifier: Box::new(SiteVerify::build(parts::captcha_target(bootstrap), &proxy)?),
            rsa_keys,
            origin: config.public_url.origin().to_owned(),
        };
        Ok(Self {
            core: Core::new(core)?,
            catalog: parts::load_catalog(config.dev, embedded)?,
            renderer,
            assets: Arc::new(parts::load_assets(config.dev, embedded)),
            site: parts::build_site(config)?,
            inbox: config.dev.then(Inbox::default),
            back_channel: BackChannelClient::build(&proxy)?,
            webhooks: WebhookClient::build(&proxy)?,
            keys,
            proxy,
            queries: parts::build_query_permits(),
            findings: Vec::new(),
            shutdown: Shutdown::new(config.stop.clone()),
            targets: BootstrapTargets::from_bootstrap(bootstrap),
            connectors: RwLock::default(),
            reload_lock: tokio::sync::Mutex::default(),
        })
    }

    /// The brand name used in messages.
    pub fn brand(&self) -> String {
        let name = self.core.snapshot().settings.sign_in_experience.display_name.clone();
        name.unwrap_or_else(|| rekey_core::PRODUCT.to_owned())
    }
}

/// Converts an error of the core for the command line, where a refusal is reported as a message.
pub fn to_anyhow(error: Error) -> anyhow::Error {
    match error {
        Error::Refused(Refusal::SettingsInvalid(problems)) => anyhow::anyhow!("{}", problems.join("\n")),
        Error::Refused(refusal) => anyhow::anyhow!("refused: {}", refusal.code()),
        Error::Failed(cause) => cause,
    }
}

/// Whether an error came from the store, so that the visitor can be asked to try again shortly.
pub fn is_store_failure(cause: &anyhow::Error) -> bool {
    cause.downcast_ref::<StoreError>().is_some()
}
