//! The parts that the program is put together from, each as the configuration says.

use std::path::Path;
use std::time::Duration;

use actix_web::http::header::HeaderName;
use anyhow::Context as _;

use super::Site;
use crate::bootstrap::Bootstrap;
use crate::config::Config;
use crate::connectors::pwned_range::PwnedRange;
use crate::domain::passwords::breaches::Filter;
use crate::domain::passwords::hasher::HashingParams;
use crate::domain::passwords::screening::Screening;
use crate::faces::common::assets::Assets;
use crate::faces::common::caller::Forwarding;
use crate::i18n::CatalogSource;

/// The captcha's address that the file names.
pub(super) fn aimed_captcha(bootstrap: &Bootstrap) -> Option<String> {
    bootstrap.settings.as_ref().and_then(|settings| settings.captcha.verify_url.clone())
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

pub(super) fn hashing(config: &Config) -> HashingParams {
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
pub(super) fn screening(config: &Config) -> anyhow::Result<Screening> {
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

pub(super) fn site(config: &Config) -> anyhow::Result<Site> {
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
pub(super) fn catalog(dev: bool) -> anyhow::Result<CatalogSource> {
    let dir = Path::new("locales");
    if dev && dir.is_dir() { CatalogSource::folder(dir) } else { CatalogSource::embedded() }
}

/// In development the files come from the source tree when the program runs inside it.
pub(super) fn assets(dev: bool) -> Assets {
    let dir = Path::new("static");
    if dev && dir.is_dir() { Assets::from_disk(dir) } else { Assets::load() }
}
