//! Every way in which a configuration is refused, word for word.

use std::path::Path;

use super::{KEY, TempFolder, load};

fn refused(env: &[(&str, &str)]) -> String {
    load(None, env).unwrap_err().to_string()
}

fn refused_file(name: &str, text: &str) -> String {
    let place = TempFolder::new(name);
    let file = place.file("rekey.toml", text);
    place.without(&format!("{:#}", load(Some(&file), &[]).unwrap_err()))
}

#[test]
fn unknown_names_get_the_nearest() {
    assert_eq!(refused(&[("REKEY_LISTN", "x")]), "REKEY_LISTN: unknown variable; did you mean REKEY_LISTEN?");
    assert_eq!(
        refused(&[("REKEY_HASHING_MEMORY_KIB", "1")]),
        "REKEY_HASHING_MEMORY_KIB: unknown variable; did you mean REKEY_HASHING__MEMORY_KIB?"
    );
    let cases = [
        ("publicUrl = 'x'", "publicUrl: unknown key; did you mean public_url?"),
        ("[hashing]\nmemory = 1", "hashing.memory: unknown key; did you mean hashing.memory_kib?"),
        ("[breach]\nurl = ''", "breach: unknown key; did you mean breaches?"),
        ("hashing = 1", "hashing: expected a section"),
    ];
    for (text, expected) in cases {
        assert_eq!(refused_file("unknown-key", text), format!("rekey.toml: {expected}"));
    }
}

#[test]
fn hints_name_only_near_names() {
    for name in ["REKEY_COLOR", "REKEY_HOST", "REKEY_VERSION"] {
        assert_eq!(
            refused(&[(name, "x")]),
            format!("{name}: unknown variable; docs/configuration.md lists them")
        );
    }
    for (text, path) in [("[hashing]\ncolor = 1", "hashing.color"), ("color = 1", "color")] {
        assert_eq!(
            refused_file("far-key", text),
            format!("rekey.toml: {path}: unknown key; docs/configuration.md lists them")
        );
    }
    assert_eq!(
        refused(&[("REKEY_SECRET_KEY_FIEL", "x")]),
        "REKEY_SECRET_KEY_FIEL: unknown variable; did you mean REKEY_SECRET_KEY_FILE?"
    );
}

#[test]
fn wrong_types_are_reported_with_their_path() {
    let variables = [
        ("REKEY_HASHING__QUEUE", "many", "expected a number"),
        ("REKEY_HASHING__QUEUE", "-1", "expected a number"),
        ("REKEY_MIGRATE_ON_START", "yes", "expected true or false"),
        ("REKEY_LOG_FORMAT", "xml", "expected one of pretty, json"),
        ("REKEY_LISTEN", "3000", "expected an address and port such as 127.0.0.1:3000"),
        ("REKEY_TRUSTED_PROXIES", "10.0.0.0/33", "expected networks such as 10.0.0.0/8"),
        ("REKEY_ADMIN_LISTEN", "no", "expected an address and port such as 127.0.0.1:3001, or off"),
    ];
    for (name, value, expected) in variables {
        assert_eq!(refused(&[(name, value)]), format!("{name}: {expected}"));
    }
    let keys = [
        ("[hashing]\nmemory_kib = 'hunter2'", "hashing.memory_kib: expected a number"),
        ("[hashing]\nmemory_kib = -1", "hashing.memory_kib: expected a number"),
        ("trusted_proxies = 5", "trusted_proxies: expected a list"),
        ("forwarded_header = 5", "forwarded_header: expected text"),
        ("secret_key = 5", "secret_key: expected text"),
    ];
    for (text, expected) in keys {
        assert_eq!(refused_file("wrong-type", text), format!("rekey.toml: {expected}"));
    }
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let syntax = refused_file("syntax", "listen = \"127.0.0.1:1\"\nsecret_key = hunter2\n");
    assert!(syntax.starts_with("rekey.toml: line 2: ") && !syntax.contains("hunter2"), "{syntax}");
    let missing = format!("{:#}", load(Some(Path::new("/nowhere/rekey.toml")), &[]).unwrap_err());
    assert!(missing.starts_with("/nowhere/rekey.toml: cannot be read: "), "{missing}");
}

#[test]
fn only_one_forwarding_header_is_allowed() {
    for bad in ["x-forwarded-for, forwarded", "x forwarded", "x-forwarded-for:", "é"] {
        assert_eq!(
            refused(&[("REKEY_FORWARDED_HEADER", bad)]),
            "forwarded_header: expected the name of one header, such as x-forwarded-for or forwarded"
        );
    }
}

#[test]
fn public_means_https() {
    assert_eq!(
        refused(&[("REKEY_PUBLIC_URL", "http://id.example.com")]),
        "public_url: must be https, because id.example.com is not this machine"
    );
    assert_eq!(
        refused(&[("REKEY_LISTEN", "0.0.0.0:3000")]),
        "public_url: must be set, and be https, because listen is 0.0.0.0:3000 and not this machine only"
    );
}

#[test]
fn databases_of_two_kinds() {
    assert_eq!(
        refused(&[("REKEY_DATABASE_URL", "mysql://root:hunter2@db/rekey")]),
        "database_url: expected sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME"
    );
    assert_eq!(
        refused(&[("REKEY_DATABASE_URL", "postgres://db/rekey")]),
        "secret_key: must be set with PostgreSQL, the same on every machine (openssl rand -hex 64)"
    );
}

#[test]
fn keys_have_a_shape() {
    for bad in ["abc", &KEY.replace('0', "+"), &KEY[1..]] {
        let message = refused(&[("REKEY_SECRET_KEY", bad)]);
        assert_eq!(message, "secret_key: expected 128 hexadecimal digits (openssl rand -hex 64)");
    }
}

#[test]
fn cheap_hashes_are_for_loopback() {
    let hashing = |url: &str, memory: &str, times: &str| {
        let sizes = [("REKEY_HASHING__MEMORY_KIB", memory), ("REKEY_HASHING__ITERATIONS", times)];
        load(None, &[&sizes[..], &[("REKEY_PUBLIC_URL", url)]].concat())
            .map_err(|error| error.to_string())
            .err()
    };
    let (public, home) = ("https://id.example.com", "http://localhost:3000");
    assert_eq!(hashing(home, "8", "1"), None);
    for (memory, times) in [("19456", "2"), ("12288", "3"), ("47104", "1"), ("65536", "4")] {
        assert_eq!(hashing(public, memory, times), None, "{memory} {times}");
    }
    for (memory, times) in [("19455", "2"), ("12287", "9"), ("47103", "1"), ("12288", "2")] {
        let expected = format!(
            "hashing.memory_kib: {memory} with {times} iterations is below the floor for https; \
             expected at least 19456 with 2, 12288 with 3 or 47104 with 1"
        );
        assert_eq!(hashing(public, memory, times), Some(expected));
    }
    assert_eq!(hashing(home, "7", "1").unwrap(), "hashing.memory_kib: expected a number of 8 or more");
    assert_eq!(hashing(home, "8", "0").unwrap(), "hashing.iterations: expected a number of 1 or more");
}

#[test]
fn addresses_and_filters_are_looked_at() {
    let url = "breaches.url: expected an http or https address, or nothing to switch the online check off";
    assert_eq!(refused(&[("REKEY_BREACHES__URL", "pwned")]), url);
    let log = "log: expected a level such as info, or pairs such as rekey=debug,sqlx=warn";
    assert_eq!(refused(&[("REKEY_LOG", "rekey=loud")]), log);
}
