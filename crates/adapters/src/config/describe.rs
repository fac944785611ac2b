//! What would be used, line by line, for `rekey check`: the same names as in the file, without secrets.

use std::fmt::Display;

use crate::config::{Config, Hsts, LogFormat};

impl Config {
    /// `key = value` for every key.
    pub fn describe(&self) -> Vec<String> {
        let mut lines = vec![
            line("listen", self.listen),
            line("public_url", self.public_url.origin()),
            line("database_url", &self.database_url),
            line("data_dir", self.data_dir.display()),
            line("secret_key", self.describe_secret_key()),
            line("bootstrap", or_none(self.bootstrap.as_ref().map(|path| path.display()))),
            line("trusted_proxies", or_none(self.proxies())),
            line("forwarded_header", &self.forwarded_header),
            line(
                "admin_listen",
                self.admin_listen.map_or_else(|| "off".to_owned(), |address| address.to_string()),
            ),
            line("migrate_on_start", self.migrate_on_start),
            line("log", &self.log),
            line("log_format", self.log_format.map_or("pretty on a terminal, else json", LogFormat::name)),
            line("hsts", self.hsts.name()),
        ];
        lines.extend(self.describe_sections());
        lines
    }

    fn describe_sections(&self) -> Vec<String> {
        let hashing = &self.hashing;
        let breaches = &self.breaches;
        let connections = &self.connections;
        let per_network = connections.per_network.map(|count| count.to_string());
        let filter = breaches.filter.as_ref().map(|path| path.display().to_string());
        vec![
            line("hashing.memory_kib", hashing.memory_kib),
            line("hashing.iterations", hashing.iterations),
            line("hashing.parallelism", hashing.parallelism),
            line("hashing.concurrency", hashing.concurrency),
            line("hashing.queue", hashing.queue),
            line("breaches.filter", filter.as_deref().unwrap_or("the built-in filter")),
            line("breaches.url", breaches.server().unwrap_or("off")),
            line("breaches.timeout_ms", breaches.timeout_ms),
            line("breaches.on_unavailable", breaches.on_unavailable.name()),
            line("outbox.poll_ms", self.outbox.poll_ms),
            line(
                "connections.per_network",
                per_network.as_deref().unwrap_or("a quarter of the open files, at most 1000"),
            ),
            line("connections.body_timeout_ms", connections.body_timeout_ms),
            line("connections.body_grace_ms", connections.body_grace_ms),
            line("outbound.proxy", or_none(self.outbound.proxy.as_ref().map(|_| "***"))),
            line("outbound.no_proxy", or_none(self.outbound.no_proxy.as_ref())),
            line("stop.lame_duck_ms", self.stop.lame_duck_ms),
            line("stop.timeout_ms", self.stop.timeout_ms),
        ]
    }

    fn describe_secret_key(&self) -> String {
        match (self.secret_key_file(), &self.secret_key) {
            (Some(file), _) => format!("the file {}", file.display()),
            (None, Some(_)) => "***".to_owned(),
            (None, None) => self.key_file().display().to_string(),
        }
    }

    fn proxies(&self) -> Option<String> {
        let texts: Vec<String> = self.trusted_proxies.iter().map(ToString::to_string).collect();
        Some(texts.join(", ")).filter(|text| !text.is_empty())
    }
}

impl LogFormat {
    const fn name(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Json => "json",
        }
    }
}

impl Hsts {
    const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Host => "host",
            Self::Subdomains => "subdomains",
            Self::Preload => "preload",
        }
    }

    /// The value of `Strict-Transport-Security`, if there is one.
    pub const fn header(self) -> Option<&'static str> {
        match self {
            Self::Off => None,
            Self::Host => Some("max-age=63072000"),
            Self::Subdomains => Some("max-age=63072000; includeSubDomains"),
            Self::Preload => Some("max-age=63072000; includeSubDomains; preload"),
        }
    }
}

fn line(key: &str, value: impl Display) -> String {
    format!("{key} = {value}")
}

fn or_none(value: Option<impl Display>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
