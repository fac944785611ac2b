//! What is used when nothing or something is set.

use rekey_adapters::config::{self, LogFormat};
use rekey_core::settings::password_policy::OnUnavailable;

use super::{KEY, TempFolder, load};

#[test]
fn the_defaults_are_complete() {
    let config = load(None, &[("HOME", "/root"), ("REKEYS", "x")]).unwrap();
    assert_eq!(config.public_url.origin(), "http://127.0.0.1:3000");
    assert_eq!(config.database_url.expose(), "sqlite://./rekey-data/rekey.db");
    assert_eq!(
        (config.hashing.memory_kib, config.hashing.iterations, config.hashing.parallelism),
        (19_456, 2, 1)
    );
    assert_eq!(config.breaches.server(), Some("https://api.pwnedpasswords.com"));
    assert_eq!(config.breaches.on_unavailable, OnUnavailable::Allow);
    assert!(config.migrate_on_start && !config.dev);
    assert_eq!(config.admin_listen, Some("127.0.0.1:3001".parse().unwrap()), "metrics are for this machine");
}

#[test]
fn the_documented_defaults_are_active() {
    let documented = config::env_example();
    for line in load(None, &[]).unwrap().describe() {
        let (key, value) = line.split_once(" = ").unwrap();
        let variable = format!("#REKEY_{}=", key.replace('.', "__").to_uppercase());
        let (before, _) = documented.split_once(&variable).unwrap();
        let default = before.trim_end().lines().last().unwrap().trim_start_matches("# Default: ");
        let default = default.replace("<listen>", "127.0.0.1:3000").replace("<data_dir>", "./rekey-data");
        assert!(
            default == value || default.contains("core"),
            "{key}: {default} is documented, {value} is in force"
        );
    }
}

#[test]
fn a_variable_wins_over_the_file() {
    let place = TempFolder::new("wins");
    let file = place.file(
        "rekey.toml",
        "listen = \"127.0.0.1:4000\"\nlog_format = \"json\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n\
         [hashing]\nmemory_kib = 20000\niterations = 3\n[breaches]\nurl = \"\"\n",
    );
    let env = [("REKEY_HASHING__MEMORY_KIB", "30000"), ("REKEY_TRUSTED_PROXIES", "192.168.0.0/16, ::1")];
    let config = load(Some(&file), &env).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:4000");
    assert_eq!((config.hashing.memory_kib, config.hashing.iterations), (30_000, 3));
    let proxies: Vec<String> = config.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["192.168.0.0/16", "::1/128"]);
    assert_eq!(config.breaches.server(), None);
    assert_eq!(config.log_format(true), LogFormat::Json);
}

/// Every variable with a value that is not its default.
const EVERY: [(&str, &str); 30] = [
    ("REKEY_LISTEN", "0.0.0.0:80"),
    ("REKEY_PUBLIC_URL", "https://id.example.com"),
    ("REKEY_DATABASE_URL", "postgres://rekey:hunter2@db/rekey"),
    ("REKEY_DATA_DIR", "/data"),
    ("REKEY_SECRET_KEY", KEY),
    ("REKEY_BOOTSTRAP", "boot.json"),
    ("REKEY_TRUSTED_PROXIES", "10.0.0.0/8"),
    ("REKEY_FORWARDED_HEADER", "Forwarded"),
    ("REKEY_ADMIN_LISTEN", "127.0.0.1:9000"),
    ("REKEY_MIGRATE_ON_START", "false"),
    ("REKEY_LOG", "rekey=debug,sqlx=warn"),
    ("REKEY_LOG_FORMAT", "pretty"),
    ("REKEY_HSTS", "subdomains"),
    ("REKEY_HASHING__MEMORY_KIB", "47104"),
    ("REKEY_HASHING__ITERATIONS", "1"),
    ("REKEY_HASHING__PARALLELISM", "1"),
    ("REKEY_HASHING__CONCURRENCY", "3"),
    ("REKEY_HASHING__QUEUE", "7"),
    ("REKEY_BREACHES__FILTER", "leaked.bin"),
    ("REKEY_BREACHES__URL", ""),
    ("REKEY_BREACHES__TIMEOUT_MS", "900"),
    ("REKEY_BREACHES__ON_UNAVAILABLE", "reject"),
    ("REKEY_OUTBOX__POLL_MS", "100"),
    ("REKEY_CONNECTIONS__PER_NETWORK", "50"),
    ("REKEY_CONNECTIONS__BODY_TIMEOUT_MS", "20000"),
    ("REKEY_CONNECTIONS__BODY_GRACE_MS", "4000"),
    ("REKEY_OUTBOUND__PROXY", "http://rekey:hunter2@proxy:3128"),
    ("REKEY_OUTBOUND__NO_PROXY", "intern.example"),
    ("REKEY_STOP__LAME_DUCK_MS", "500"),
    ("REKEY_STOP__TIMEOUT_MS", "9000"),
];

#[test]
fn every_variable_is_read_and_described_without_secrets() {
    insta::assert_snapshot!(load(None, &EVERY).unwrap().describe().join("\n"), @r"
    listen = 0.0.0.0:80
    public_url = https://id.example.com
    database_url = postgres://rekey:***@db/rekey
    data_dir = /data
    secret_key = ***
    bootstrap = boot.json
    trusted_proxies = 10.0.0.0/8
    forwarded_header = forwarded
    admin_listen = 127.0.0.1:9000
    migrate_on_start = false
    log = rekey=debug,sqlx=warn
    log_format = pretty
    hsts = subdomains
    hashing.memory_kib = 47104
    hashing.iterations = 1
    hashing.parallelism = 1
    hashing.concurrency = 3
    hashing.queue = 7
    breaches.filter = leaked.bin
    breaches.url = off
    breaches.timeout_ms = 900
    breaches.on_unavailable = reject
    outbox.poll_ms = 100
    connections.per_network = 50
    connections.body_timeout_ms = 20000
    connections.body_grace_ms = 4000
    outbound.proxy = ***
    outbound.no_proxy = intern.example
    stop.lame_duck_ms = 500
    stop.timeout_ms = 9000
    ");
}

#[test]
fn no_key_is_missing_from_the_description_and_from_this_test() {
    let documented = config::env_example();
    let variables: Vec<&str> = documented
        .lines()
        .filter_map(|line| line.strip_prefix('#')?.split_once('='))
        .map(|(name, _)| name)
        .collect();
    let variables: Vec<&str> = variables.into_iter().filter(|name| name.starts_with("REKEY_")).collect();
    assert_eq!(
        variables,
        EVERY.map(|(name, _)| name),
        "EVERY has each variable, in the order of sections.rs"
    );
    let described: Vec<String> = load(None, &[]).unwrap().describe();
    let keys = described.iter().filter_map(|line| line.split_once(" = "));
    let described: Vec<String> =
        keys.map(|(key, _)| format!("REKEY_{}", key.replace('.', "__").to_uppercase())).collect();
    assert_eq!(described, variables, "crates/adapters/src/config/describe.rs has a line for each key");
}

#[test]
fn an_empty_variable_is_not_set() {
    let config =
        load(None, &[("REKEY_SECRET_KEY", ""), ("REKEY_BOOTSTRAP", ""), ("REKEY_LISTEN", "")]).unwrap();
    assert!(config.secret_key.is_none() && config.bootstrap.is_none());
}

#[test]
fn the_default_address_follows_the_port() {
    let mut config = load(None, &[("REKEY_LISTEN", "127.0.0.1:0")]).unwrap();
    config.set_bound_address("127.0.0.1:4321".parse().unwrap());
    assert_eq!(config.public_url.origin(), "http://127.0.0.1:4321");
    let mut config = load(None, &[("REKEY_PUBLIC_URL", "https://id.example.com")]).unwrap();
    config.set_bound_address("127.0.0.1:4321".parse().unwrap());
    assert_eq!(config.public_url.link("reset"), "https://id.example.com/reset");
}

#[test]
fn secrets_do_not_print() {
    let env = [("REKEY_DATABASE_URL", "postgres://rekey:hunter2@db/rekey"), ("REKEY_SECRET_KEY", KEY)];
    let printed = format!("{:?}", load(None, &env).unwrap());
    assert!(!printed.contains("hunter2") && !printed.contains("00112233"), "{printed}");
}
