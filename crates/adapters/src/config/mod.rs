//! What an operator sets before the program starts: `rekey.toml`, overruled by `REKEY_*` variables. Not the
//! settings, which change while it runs. `load` touches nothing but the file it is given; the
//! data directory and the secret key are made by `prepare`.

mod checks;
mod data_dir;
mod database_url;
mod describe;
mod keys;
mod network;
mod public_url;
mod reference;
mod secret_key;
mod sections;
mod source;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;

use crate::config::source::Source;
use rekey_core::types::secret::Secret;

pub use crate::config::data_dir::{Exposure, exposure};
pub use crate::config::database_url::DatabaseUrl;
pub use crate::config::public_url::PublicUrl;
pub use crate::config::reference::{env_example, reference};
pub use crate::config::secret_key::RotationResult;
pub use crate::config::sections::{Breaches, Connections, Hashing, Hsts, LogFormat, Outbound, Outbox, Stop};
pub use crate::config::source::{SecretFile, variable_or_file};

/// Everything an operator decided, complete and checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the public port listens.
    pub listen: SocketAddr,
    /// What people type; every link starts with it.
    pub public_url: PublicUrl,
    /// Where everything is remembered.
    pub database_url: DatabaseUrl,
    /// Where files are kept.
    pub data_dir: PathBuf,
    /// Keys of 128 hexadecimal digits, the newest first; none means the file in `data_dir`.
    pub secret_key: Option<Secret>,
    /// The file applied at every start.
    pub bootstrap: Option<PathBuf>,
    /// Networks of proxies, whose forwarding header is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The one header that they write.
    pub forwarded_header: String,
    /// Where health and metrics listen for the operator; none for nowhere.
    pub admin_listen: Option<SocketAddr>,
    /// Whether `serve` brings the database to this binary's schema.
    pub migrate_on_start: bool,
    /// What is logged.
    pub log: String,
    /// How it is logged; none means by terminal.
    pub log_format: Option<LogFormat>,
    /// What browsers are told about https.
    pub hsts: Hsts,
    /// The cost of password hashes.
    pub hashing: Hashing,
    /// Where leaked passwords are looked up.
    pub breaches: Breaches,
    /// How messages leave.
    pub outbox: Outbox,
    /// What a connection may take.
    pub connections: Connections,
    /// The files with secrets that variables named.
    pub secret_files: Vec<SecretFile>,
    /// The variables that Kubernetes or Docker set for a service whose name begins with `rekey`; not read.
    pub passed_over: Vec<String>,
    /// How requests to other servers leave.
    pub outbound: Outbound,
    /// How the server stops.
    pub stop: Stop,
    /// The development mode: only the command line switches it on.
    pub dev: bool,
}

impl Config {
    /// Reads the file, if any, and lets the variables overrule it.
    pub fn load(file: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> anyhow::Result<Self> {
        let Source { raw, passed_over, secret_files } = source::read(file, env)?;
        let public_url = PublicUrl::choose(raw.public_url.as_deref(), raw.listen)?;
        let database_url = DatabaseUrl::choose(raw.database_url, &raw.data_dir)?;
        raw.hashing.check(public_url.is_secure())?;
        raw.breaches.check()?;
        raw.outbound.build_proxy()?;
        checks::check_hsts(raw.hsts, public_url.is_secure())?;
        raw.stop.check()?;
        checks::check_log(&raw.log)?;
        network::check_header(&raw.forwarded_header)?;
        data_dir::check_secret_key(raw.secret_key.as_ref(), &database_url)?;
        Ok(Self {
            public_url,
            database_url,
            listen: raw.listen,
            data_dir: raw.data_dir,
            secret_key: raw.secret_key,
            bootstrap: raw.bootstrap,
            trusted_proxies: raw.trusted_proxies.0,
            forwarded_header: raw.forwarded_header.to_lowercase(),
            admin_listen: raw.admin_listen.0,
            migrate_on_start: raw.migrate_on_start,
            log: raw.log,
            log_format: raw.log_format,
            hsts: raw.hsts,
            hashing: raw.hashing,
            breaches: raw.breaches,
            outbox: raw.outbox,
            connections: raw.connections,
            secret_files,
            passed_over,
            outbound: raw.outbound,
            stop: raw.stop,
            dev: false,
        })
    }

    /// Takes over the address that was really bound; a `public_url` that nobody set follows it (`listen` with
    /// port 0).
    pub fn set_bound_address(&mut self, address: SocketAddr) {
        self.listen = address;
        self.public_url.follow(address);
    }

    /// The file that holds the secret key, when a variable named one.
    pub fn secret_key_file(&self) -> Option<&Path> {
        let file = self.secret_files.iter().find(|file| file.variable == "REKEY_SECRET_KEY_FILE");
        file.map(|file| file.path.as_path())
    }

    /// What is missing where a proxy certainly stands in front, because Rekey itself speaks no TLS.
    pub fn proxy_warning(&self) -> Option<&'static str> {
        (self.public_url.is_secure() && self.trusted_proxies.is_empty()).then_some(
            "trusted_proxies: public_url is https, so a proxy stands in front; until it is named here all visitors count \
             as one network, with 20 recoveries an hour for all of them",
        )
    }

    /// How to log, given whether somebody watches.
    pub fn log_format(&self, on_terminal: bool) -> LogFormat {
        self.log_format.unwrap_or(if on_terminal { LogFormat::Pretty } else { LogFormat::Json })
    }
}

/// The file to read: the one named on the command line, else `rekey.toml` where the program was started, if
/// it is there.
pub fn locate_file(named: Option<PathBuf>) -> Option<PathBuf> {
    named.or_else(|| Some(PathBuf::from("rekey.toml")).filter(|file| file.is_file()))
}

/// The variables of the process; the only place that reads them. A name or value that is not Unicode is
/// skipped.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// One variable of the process, or the file that `NAME_FILE` names, for `{ "env": "NAME" }` in a bootstrap file;
/// none when neither is set.
pub fn environment_variable(name: &str) -> Result<Option<String>, String> {
    variable_or_file(name, |name| environment().find(|(known, _)| known == name).map(|(_, value)| value))
}
