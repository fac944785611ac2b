//! Refuses values of single keys and sections that the program can't run with.

use anyhow::{Context as _, bail, ensure};
use tracing_subscriber::EnvFilter;
use url::Url;

use crate::config::{Breaches, Hashing, Hsts, Outbound, Stop};
use crate::connectors::OutboundProxy;

impl Hashing {
    /// Refuses what argon2 cannot do and, where real people sign in, what is cheaper to guess than OWASP's
    /// floor.
    pub(super) fn check(&self, production: bool) -> anyhow::Result<()> {
        let memory = self.memory_kib;
        let passes = self.iterations;
        ensure!(self.parallelism >= 1, "hashing.parallelism: expected a number of 1 or more");
        ensure!(passes >= 1, "hashing.iterations: expected a number of 1 or more");
        ensure!(self.concurrency >= 1, "hashing.concurrency: expected a number of 1 or more");
        let least = self.parallelism.saturating_mul(8);
        ensure!(memory >= least, "hashing.memory_kib: expected a number of {least} or more");
        let floor = [(47_104, 1), (19_456, 2), (12_288, 3)];
        ensure!(
            !production || floor.iter().any(|(kib, times)| memory >= *kib && passes >= *times),
            "hashing.memory_kib: {memory} with {passes} iterations is below the floor for https; \
             expected at least 19456 with 2, 12288 with 3 or 47104 with 1"
        );
        Ok(())
    }
}

impl Breaches {
    /// The server to ask, unless the online check is off.
    pub fn server(&self) -> Option<&str> {
        Some(self.url.trim_end_matches('/')).filter(|url| !url.is_empty())
    }

    pub(super) fn check(&self) -> anyhow::Result<()> {
        let Some(server) = self.server() else {
            return Ok(());
        };
        match Url::parse(server) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(()),
            _ => bail!(
                "breaches.url: expected an http or https address, or nothing to switch the online check off"
            ),
        }
    }
}

impl Outbound {
    /// The proxy of every request.
    pub fn build_proxy(&self) -> anyhow::Result<OutboundProxy> {
        OutboundProxy::new(self.proxy.as_ref(), self.no_proxy.as_deref()).context("outbound.proxy")
    }
}

/// Refuses to announce https for a site without it.
pub(super) fn check_hsts(hsts: Hsts, is_secure: bool) -> anyhow::Result<()> {
    ensure!(is_secure || hsts != Hsts::Preload, "hsts: preload needs a public_url with https");
    Ok(())
}

impl Stop {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!(self.lame_duck_ms <= 25_000, "stop.lame_duck_ms: expected a number from 0 to 25000");
        ensure!(
            (1000..=300_000).contains(&self.timeout_ms) && self.timeout_ms > self.lame_duck_ms,
            "stop.timeout_ms: expected a number from 1000 to 300000, above stop.lame_duck_ms"
        );
        Ok(())
    }
}

pub(super) fn check_log(log: &str) -> anyhow::Result<()> {
    ensure!(
        EnvFilter::try_new(log).is_ok(),
        "log: expected a level such as info, or pairs such as rekey=debug,sqlx=warn"
    );
    Ok(())
}
