//! Builds the parts of `AppState` from the configuration.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::HeaderName;
use anyhow::Context as _;

use crate::app::{Embedded, FairSemaphore, PublicSite};
use crate::http::client_ip::Forwarding;
use crate::http::html::assets::Assets;
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::Config;
use rekey_adapters::connectors::pwned_passwords::PwnedPasswords;
use rekey_adapters::i18n::CatalogSource;
use rekey_core::passwords::breach_check::BreachChecker;
use rekey_core::passwords::breaches::Filter;
use rekey_core::passwords::hasher::HashingParams;

/// The most queries that are executed at once; each has a thread.
const MAX_CONCURRENT_QUERIES: usize = 32;
/// The most of them for one network.
const MAX_QUERIES_PER_NETWORK: usize = 8;

/// The captcha address that the bootstrap file names.
pub(super) fn captcha_target(bootstrap: &Bootstrap) -> Option<String> {
    bootstrap.settings.as_ref().and_then(|settings| settings.captcha.verify_url.clone())
}

/// The operator's filter of leaked passwords, or the built-in one if none is configured.
pub fn open_filter(file: Option<&Path>) -> anyhow::Result<Filter> {
    file.map_or_else(
        || Ok(Filter::built_in()),
        |path| {
            Filter::open(path).map_err(|unfit| anyhow::anyhow!("breaches.filter: {} {unfit}", path.display()))
        },
    )
}

/// The permits for GraphQL queries.
pub(super) fn build_query_permits() -> FairSemaphore {
    FairSemaphore::new(MAX_CONCURRENT_QUERIES, MAX_QUERIES_PER_NETWORK)
}

pub(super) fn hashing_params(config: &Config) -> HashingParams {
    let hashing = &config.hashing;
    HashingParams {
        memory_kib: hashing.memory_kib,
        iterations: hashing.iterations,
        parallelism: hashing.parallelism,
        concurrency: hashing.concurrency,
        queue: hashing.queue,
    }
}

/// The offline filters, and the online service if one is configured.
pub(super) fn build_breach_checker(config: &Config) -> anyhow::Result<BreachChecker> {
    let own = config.breaches.filter.as_deref().map(|path| open_filter(Some(path))).transpose()?;
    // The built-in filter stays active beside it: it also recognizes variations such as `Dragon2024!`, which
    // a list of whole passwords cannot.
    let screening = BreachChecker::new(std::iter::once(Filter::built_in()).chain(own).collect());
    Ok(match build_breach_server(config)? {
        Some(server) => screening.with_server(Box::new(server), config.breaches.on_unavailable),
        None => screening,
    })
}

/// The client for the online check of leaked passwords, unless that check is off.
pub fn build_breach_server(config: &Config) -> anyhow::Result<Option<PwnedPasswords>> {
    let breaches = &config.breaches;
    let timeout = Duration::from_millis(breaches.timeout_ms);
    let proxy = config.outbound.build_proxy()?;
    let server = breaches.server().map(|address| PwnedPasswords::build(address, timeout, &proxy)).transpose();
    server.context("breaches.url")
}

pub(super) fn build_site(config: &Config) -> anyhow::Result<PublicSite> {
    let header = HeaderName::try_from(&config.forwarded_header).context("forwarded_header")?;
    Ok(PublicSite {
        origin: config.public_url.origin().to_owned(),
        host: config.public_url.host().to_owned(),
        is_secure: config.public_url.is_secure(),
        hsts: config.hsts.header().filter(|_| config.public_url.is_secure()),
        dev: config.dev,
        forwarding: Forwarding::new(config.trusted_proxies.clone(), header)
            .behind_proxy(config.public_url.is_secure()),
        connections: config.connections.clone(),
        rewritten_hosts: Arc::default(),
    })
}

/// Loads the translations, in development from the source tree if the program runs inside it.
pub(super) fn load_catalog(dev: bool, embedded: Embedded) -> anyhow::Result<CatalogSource> {
    let dir = Path::new("locales");
    if dev && dir.is_dir() { CatalogSource::folder(dir) } else { CatalogSource::embedded(embedded.texts) }
}

/// Loads the static files, in development from the source tree if the program runs inside it.
pub(super) fn load_assets(dev: bool, embedded: Embedded) -> Assets {
    let dir = Path::new("static");
    if dev && dir.is_dir() {
        Assets::from_disk(embedded.bundles, dir)
    } else {
        Assets::load(embedded.bundles)
    }
}
