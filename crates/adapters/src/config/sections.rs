//! Every key with its type, its default and its documentation: the one table from which the structs, the
//! variables, `docs/configuration.md` and `.env.example` come. The doc comments are read by operators.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::thread::available_parallelism;

use serde::Deserialize;

use crate::config::keys::{ConfigKey, section};
use crate::config::network::{AdminListen, Networks};
use rekey_core::settings::password_policy::OnUnavailable;
use rekey_core::types::secret::Secret;

section! {
    /// What the file and the variables say, before the parts that depend on each other are settled.
    RawConfig("") {
        /// The address and port of the public side. Port 0 picks a free port, which is printed.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)), "127.0.0.1:3000";
        /// What people see in their browser: scheme, host and port, no path. Every link in every message
        /// starts with it, whatever a request claims. Anything that is not this machine must be https.
        public_url: Option<String> = None, "http://<listen>";
        /// `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
        database_url: Option<Secret> = None, "sqlite://<data_dir>/rekey.db";
        /// The directory for the database, the key and other files, made with mode 0700.
        data_dir: PathBuf = PathBuf::from("./rekey-data"), "./rekey-data";
        /// 64 random bytes as 128 hexadecimal digits (`openssl rand -hex 64`), from which every other key is
        /// derived. Without one, `<data_dir>/secret.key` is made on the first start, mode 0600. Required with
        /// PostgreSQL, where several machines must share it. Keep a copy apart from the database: without it
        /// the stored connectors and the messages not sent yet can't be read, and recoveries under way end.
        /// Several keys, separated by commas or spaces (in the file one a line), are a rotation: the first
        /// seals, all of them open (`rekey secret-key --help`).
        secret_key: Option<Secret> = None, "<data_dir>/secret.key";
        /// A JSON or TOML file applied at every start, by id.
        bootstrap: Option<PathBuf> = None, "none";
        /// The networks of the proxies in front, whose forwarding header is believed; as a variable,
        /// separated by commas. Name the proxies only, never a network that visitors are in.
        trusted_proxies: Networks = Networks::default(), "none";
        /// The one header in which they tell the visitor's address: `x-forwarded-for`, `forwarded`, or one
        /// that holds a single address, such as `x-real-ip` or `cf-connecting-ip`. No other is read, because
        /// the proxy passes on what visitors write into the others.
        forwarded_header: String = "x-forwarded-for".to_owned(), "x-forwarded-for";
        /// The address and port of the admin side, the only one with `/metrics`; `/health` and `/ready` are
        /// here, too. Port 0 picks a free port, which the log tells; `off` for none. An address that is taken
        /// is a warning in the log. Keep it from strangers: what is counted there is nobody else's business.
        admin_listen: AdminListen = AdminListen::default(), "127.0.0.1:3001";
        /// Whether `rekey serve` brings the database to its own schema; otherwise `rekey migrate` does.
        migrate_on_start: bool = true, "true";
        /// What is logged: a level, or `target=level` pairs separated by commas.
        log: String = "info".to_owned(), "info";
        /// `pretty` or `json`.
        log_format: Option<LogFormat> = None, "pretty on a terminal, else json";
        /// What browsers are told, over https, to use https for two years for (HSTS): `host` for this host,
        /// `subdomains` for those below it, too, `preload` to be built into browsers as well, `off` for nothing.
        /// The last two bind every other site below the host.
        hsts: Hsts = Hsts::Host, "host";
    }
    sections {
        /// The cost of password hashes (argon2id).
        hashing: Hashing;
        /// Where leaked passwords are looked up.
        breaches: Breaches;
        /// How messages leave.
        outbox: Outbox;
        /// What a connection may take.
        connections: Connections;
        /// How requests to other servers leave.
        outbound: Outbound;
        /// How the server stops.
        stop: Stop;
    }
}

section! {
    /// The cost of password hashes (argon2id).
    Hashing("hashing.") {
        /// Memory per hash in KiB. With https, at least 19456 with two iterations, 12288 with three, or 47104
        /// with one.
        memory_kib: u32 = 19_456, "19456";
        /// Passes over that memory.
        iterations: u32 = 2, "2";
        /// Lanes per hash.
        parallelism: u32 = 1, "1";
        /// Hashes computed at the same time.
        concurrency: usize = available_cores(), "the number of cores";
        /// Hashes that may wait, and half of them for one network; beyond them the answer is 503 with
        /// `Retry-After`. Networks take turns.
        queue: usize = available_cores().saturating_mul(64), "64 per core";
    }
}

section! {
    /// Where leaked passwords are looked up.
    Breaches("breaches.") {
        /// A filter file made by `rekey breaches build`, asked first and without a network, beside the
        /// built-in one.
        filter: Option<PathBuf> = None, "the built-in filter";
        /// A server that speaks the range protocol of Pwned Passwords; it learns five digits of a hash and
        /// nothing else. Empty switches the online check off.
        url: String = "https://api.pwnedpasswords.com".to_owned(), "https://api.pwnedpasswords.com";
        /// How long to wait for it, in milliseconds.
        timeout_ms: u64 = 1500, "1500";
        /// What happens to a new password when it does not answer: `allow` or `reject`.
        on_unavailable: OnUnavailable = OnUnavailable::Allow, "allow";
    }
}

section! {
    /// How messages leave.
    Outbox("outbox.") {
        /// How often to look for waiting messages, in milliseconds; a new message wakes the sender at once.
        poll_ms: u64 = 250, "250";
    }
}

section! {
    /// What a connection may take.
    Connections("connections.") {
        /// Connections that one network may hold open: an IPv4 address, or the /64 of an IPv6 address; 0 for
        /// no limit. More are closed at once. Proxies in `trusted_proxies` are exempt.
        per_network: Option<usize> = None, "a quarter of the open files, at most 1000";
        /// How long the whole body of a request may take, in milliseconds.
        body_timeout_ms: u64 = 30_000, "30000";
        /// For how long it may arrive at less than a kilobyte a second, in milliseconds.
        body_grace_ms: u64 = 10_000, "10000";
    }
}

section! {
    /// How requests to other servers leave: those of connectors, webhooks, captchas, back-channel sign-out and the
    /// breach server. Mail by SMTP is always direct.
    Outbound("outbound.") {
        /// A proxy, as `http://user:password@proxy.internal:3128`. Requests to this machine do not use it. It
        /// resolves names itself, so it has to refuse private addresses. `HTTPS_PROXY` and its like are not read.
        proxy: Option<Secret> = None, "none";
        /// Hosts that are reached directly, separated by commas: names with all names below them, addresses, and
        /// networks such as `10.0.0.0/8`.
        no_proxy: Option<String> = None, "none";
    }
}

/// What browsers are told about https (HSTS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hsts {
    /// Nothing.
    Off,
    /// To use it for this host.
    Host,
    /// For this host and those below it.
    Subdomains,
    /// The same, and to build it into browsers.
    Preload,
}

section! {
    /// How the server stops.
    Stop("stop.") {
        /// How long after SIGTERM new connections are still taken while `/ready` says 503, in milliseconds,
        /// at most 25000: longer than a load balancer needs to notice. Ctrl-C does not wait.
        lame_duck_ms: u64 = 2000, "2000";
        /// How long stopping may take as a whole, in milliseconds, 1000 to 300000 and more than
        /// `lame_duck_ms`. What is not finished then is cut off; messages go on at the next start, or at once
        /// from another instance.
        timeout_ms: u64 = 30_000, "30000";
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For eyes.
    Pretty,
    /// For machines.
    Json,
}

/// Every key in the order of the documentation.
pub(super) fn all_keys() -> impl Iterator<Item = &'static ConfigKey> + Clone {
    let sections = Hashing::KEYS
        .iter()
        .chain(Breaches::KEYS)
        .chain(Outbox::KEYS)
        .chain(Connections::KEYS)
        .chain(Outbound::KEYS)
        .chain(Stop::KEYS);
    RawConfig::KEYS.iter().chain(sections)
}

fn available_cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}
