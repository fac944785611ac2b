//! Secrets in files, as orchestrators mount them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::{self, Config, RotationResult};
use rekey_core::types::secret::SeededRng;

use super::{KEY, TempFolder, load};

fn load_key(path: &str) -> Result<Config, String> {
    load(None, &[("REKEY_SECRET_KEY_FILE", path)]).map_err(|error| error.to_string())
}

#[test]
fn each_secret_can_be_in_a_file() {
    let place = TempFolder::new("secret-files");
    let key = place.file("key", &format!("{KEY}\n"));
    let url = place.file("url", "postgres://rekey:hunter2@db/rekey\r\n");
    let env = [
        ("REKEY_SECRET_KEY_FILE", key.to_str().unwrap()),
        ("REKEY_SECRET_KEY", ""),
        ("REKEY_DATABASE_URL_FILE", url.to_str().unwrap()),
    ];
    let file = place.file("rekey.toml", "database_url = \"sqlite://other.db\"\n");
    let config = load(Some(&file), &env).unwrap();
    assert_eq!(config.secret_key.as_ref().unwrap().expose(), KEY);
    assert_eq!(config.database_url.expose(), "postgres://rekey:hunter2@db/rekey");
    let described = config.describe().join("\n");
    assert!(described.contains(&format!("secret_key = the file {}\n", key.display())), "{described}");
    assert!(described.contains("database_url = postgres://rekey:***@db/rekey\n"), "{described}");
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn only_the_line_end_and_the_byte_order_mark_are_cut() {
    let place = TempFolder::new("secret-bytes");
    for text in [format!("\u{feff}{KEY}"), format!("{KEY}\r\n"), format!("{KEY}\n"), KEY.to_owned()] {
        let file = place.file("key", &text);
        assert_eq!(load_key(file.to_str().unwrap()).unwrap().secret_key.unwrap().expose(), KEY, "{text:?}");
    }
}

#[test]
fn what_kubernetes_links_is_followed() {
    let place = TempFolder::new("secret-links");
    fs::create_dir(place.0.join("..2026")).unwrap();
    place.file("..2026/secret-key", KEY);
    symlink("..2026", place.0.join("..data")).unwrap();
    symlink("..data/secret-key", place.0.join("secret-key")).unwrap();
    let config = load_key(place.0.join("secret-key").to_str().unwrap()).unwrap();
    assert_eq!(config.secret_key.unwrap().expose(), KEY);
}

#[test]
fn a_file_that_holds_no_secret_is_refused_without_its_content() {
    let place = TempFolder::new("secret-wrong");
    let refused = |path: &str| place.without(&load_key(path).unwrap_err());
    assert_eq!(
        refused("/nowhere/key"),
        "REKEY_SECRET_KEY_FILE: /nowhere/key cannot be read: No such file or directory (os error 2)"
    );
    assert_eq!(refused(place.0.to_str().unwrap()).rsplit(' ').next(), Some("file"));
    let cases = [
        (b"\n".to_vec(), "REKEY_SECRET_KEY_FILE: key is empty"),
        (vec![b'a'; 65 * 1024], "REKEY_SECRET_KEY_FILE: key is larger than 64 KiB"),
        (vec![0xff, 0xfe], "REKEY_SECRET_KEY_FILE: key is not text in UTF-8"),
        (b"hunter2".to_vec(), "secret_key: expected 128 hexadecimal digits (openssl rand -hex 64)"),
    ];
    for (bytes, expected) in cases {
        let file = place.file("key", "");
        fs::write(&file, bytes).unwrap();
        assert_eq!(refused(file.to_str().unwrap()), expected);
    }
}

#[test]
fn a_secret_is_given_once() {
    let place = TempFolder::new("secret-both");
    let file = place.file("key", KEY);
    let both = [("REKEY_SECRET_KEY_FILE", file.to_str().unwrap()), ("REKEY_SECRET_KEY", KEY)];
    assert_eq!(
        load(None, &both).unwrap_err().to_string(),
        "REKEY_SECRET_KEY and REKEY_SECRET_KEY_FILE: expected one of them, not both"
    );
    assert!(load(None, &[("REKEY_SECRET_KEY_FILE", "")]).unwrap().secret_key.is_none(), "empty is not set");
    let no_secret = load(None, &[("REKEY_LISTEN_FILE", "/x")]).unwrap_err().to_string();
    assert_eq!(no_secret, "REKEY_LISTEN_FILE: unknown variable; did you mean REKEY_LISTEN?");
}

#[test]
fn rotating_a_key_of_a_file_gives_the_list_to_write_there() {
    let place = TempFolder::new("secret-rotate");
    let file = place.file("key", KEY);
    let config = load_key(file.to_str().unwrap()).unwrap();
    assert_eq!(config.secret_key_file(), Some(file.as_path()));
    let RotationResult::ToSet(list) = config.rotate_secret_key(&SeededRng::new(1)).unwrap() else {
        panic!("the file is the orchestrator's")
    };
    fs::write(&file, list.as_str()).unwrap();
    assert!(list.ends_with(&KEY.to_lowercase()) && list.len() == 2 * 128 + 1, "{}", list.len());
    let config = load_key(file.to_str().unwrap()).unwrap();
    assert!(config.existing_keys().unwrap().is_some());
}

/// 0444 is what Compose and Kubernetes mount: the start goes on, and only a file that everybody can reach outside
/// of their folders is reported.
#[test]
fn a_file_that_all_can_read_is_reported_and_not_refused() {
    let place = TempFolder::new("secret-open");
    let file = place.file("key", KEY);
    fs::set_permissions(&place.0, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let mut config = load_key(file.to_str().unwrap()).unwrap();
    config.database_url = config::DatabaseUrl::parse("postgres://db/rekey".into()).unwrap();
    config.prepare(&SeededRng::new(1)).unwrap();
    let described: Vec<String> = config.exposures().iter().map(config::Exposure::describe).collect();
    assert_eq!(described.len(), 1, "{described:?} (is {} open to all?)", place.0.display());
    assert!(described[0].contains("key has mode 0444, so that others on this machine can open it"));
    let credentials = place.0.display().to_string();
    let env = [
        ("REKEY_SECRET_KEY_FILE", file.to_str().unwrap()),
        ("REKEY_DATABASE_URL", "postgres://db/rekey"),
        ("CREDENTIALS_DIRECTORY", &credentials),
    ];
    assert_eq!(load(None, &env).unwrap().exposures(), [], "systemd's credentials are nobody's to close");
}

#[test]
fn a_variable_of_the_bootstrap_file_can_name_a_file() {
    let place = TempFolder::new("secret-bootstrap");
    let text = r#"{"users": [{"id": "a", "username": "ada", "password": {"env": "ADA_PASSWORD"}}]}"#;
    let boot = place.file("boot.json", text);
    let secret = place.file("ada", " a first password \n").display().to_string();
    let read = |set: &[(&str, &str)]| {
        let find =
            |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Bootstrap::read(&boot, |name| config::variable_or_file(name, find))
    };
    let found = read(&[("ADA_PASSWORD_FILE", &secret), ("ADA_PASSWORD", "")]).unwrap();
    assert_eq!(found.users[0].password.as_ref().unwrap().expose(), " a first password ");
    for (set, expected) in [
        (vec![], "the variable ADA_PASSWORD is not set, nor ADA_PASSWORD_FILE"),
        (
            vec![("ADA_PASSWORD", "x"), ("ADA_PASSWORD_FILE", &secret)],
            "ADA_PASSWORD and ADA_PASSWORD_FILE: expected one of them, not both",
        ),
        (
            vec![("ADA_PASSWORD_FILE", "/nowhere")],
            "ADA_PASSWORD_FILE: /nowhere cannot be read: No such file or directory (os error 2)",
        ),
    ] {
        let refusal = place.without(&read(&set).unwrap_err().to_string());
        assert_eq!(refusal, format!("boot.json: users[0].password: {expected}"));
    }
}

#[test]
fn the_generated_defaults_can_be_read_by_a_shell() {
    let env = config::env_example();
    for value in env.lines().filter_map(|line| Some(line.strip_prefix("#REKEY_")?.split_once('=')?.1)) {
        assert!(!value.contains(['\'', '"', ' ', '$', '`', '#']), "{value}");
    }
}
