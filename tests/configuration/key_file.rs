//! The secret key on the disk.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rekey_adapters::config::{Config, Exposure};
use rekey_core::types::secret::SeededRng;

use super::{KEY, TempFolder, load};

fn config(place: &TempFolder) -> Config {
    load(None, &[("REKEY_DATA_DIR", place.0.join("data/inner").to_str().unwrap())]).unwrap()
}

fn refused(config: &Config) -> String {
    config.prepare(&SeededRng::new(1)).unwrap_err().to_string()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn it_is_made_once_and_read_again() {
    let place = TempFolder::new("key-made");
    let config = config(&place);
    let first = config.prepare(&SeededRng::new(1)).unwrap();
    assert_eq!((mode(&config.data_dir), mode(&config.key_file())), (0o700, 0o600));
    let again = config.prepare(&SeededRng::new(2)).unwrap();
    assert_eq!(first.rate_limit_key("x"), again.rate_limit_key("x"));
    assert_eq!(fs::read_dir(&config.data_dir).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(config.key_file()).unwrap().trim().len(), 128);
}

#[test]
fn programs_that_start_at_once_agree_on_it() {
    let place = TempFolder::new("key-race");
    let config = config(&place);
    let names: Vec<String> = std::thread::scope(|scope| {
        let start = |seed| {
            let config = &config;
            scope.spawn(move || config.prepare(&SeededRng::new(seed)).unwrap().rate_limit_key("x"))
        };
        let running: Vec<_> = (0..8).map(start).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(names.iter().all(|name| *name == names[0]));
    assert_eq!(fs::read_dir(&config.data_dir).unwrap().count(), 1);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn it_is_refused_only_when_everybody_can_reach_it() {
    let place = TempFolder::new("key-read");
    let config = config(&place);
    config.prepare(&SeededRng::new(1)).unwrap();
    let file = config.key_file();
    let name = file.display();
    for ancestor in place.0.ancestors().skip(1) {
        assert!(mode(ancestor) & 0o001 != 0, "{} lets nobody in: choose another TMPDIR", ancestor.display());
    }
    for folder in [&place.0, &place.0.join("data"), &config.data_dir] {
        set_mode(folder, 0o755);
    }
    for open in [0o604, 0o644, 0o444] {
        set_mode(&file, open);
        assert_eq!(
            refused(&config),
            format!("secret_key: {name} can be read by others; run chmod 600 {name}")
        );
    }
    // `fsGroup` sets the bits of the group at every mount; a closed folder keeps the rest out.
    for (folder, open, readers) in [
        (0o755, 0o640, "its group"),
        (0o755, 0o660, "its group"),
        (0o2770, 0o660, "its group"),
        (0o700, 0o644, "others on this machine"),
    ] {
        set_mode(&config.data_dir, folder);
        set_mode(&file, open);
        config.prepare(&SeededRng::new(1)).unwrap();
        let line = format!("{name} has mode {open:04o}, so that {readers} can open it; run chmod 600 {name}");
        let described: Vec<String> = config.exposures().iter().map(Exposure::describe).collect();
        assert!(described.contains(&line), "{line}: {described:?}");
    }
}

#[test]
fn no_directory_is_made_where_none_is_needed() {
    let place = TempFolder::new("key-nowhere");
    let data = place.0.join("data");
    let load_with = |url: &str| {
        let data = data.to_str().unwrap();
        load(None, &[("REKEY_DATA_DIR", data), ("REKEY_SECRET_KEY", KEY), ("REKEY_DATABASE_URL", url)])
            .unwrap()
    };
    let elsewhere = format!("sqlite://{}", place.0.join("rekey.db").display());
    for url in ["postgres://db/rekey", elsewhere.as_str()] {
        load_with(url).prepare(&SeededRng::new(1)).unwrap();
        assert!(!data.exists(), "{url}");
    }
    load_with(&format!("sqlite://{}", data.join("rekey.db").display())).prepare(&SeededRng::new(1)).unwrap();
    assert_eq!(mode(&data), 0o700);
    let at_default =
        load(None, &[("REKEY_DATABASE_URL", "sqlite://rekey-data/x.db"), ("REKEY_SECRET_KEY", KEY)]);
    assert!(at_default.unwrap().needs_data_dir(), "the same folder, written differently");
}

#[test]
fn it_is_refused_when_it_holds_something_else() {
    let place = TempFolder::new("key-else");
    let config = config(&place);
    config.prepare(&SeededRng::new(1)).unwrap();
    fs::write(config.key_file(), "hunter2").unwrap();
    let file = config.key_file();
    assert_eq!(
        refused(&config),
        format!("secret_key: {} does not hold 128 hexadecimal digits", file.display())
    );
}

#[test]
fn a_configured_key_needs_no_file() {
    let place = TempFolder::new("key-none");
    let mut config = config(&place);
    config.secret_key = Some(KEY.into());
    config.prepare(&SeededRng::new(1)).unwrap();
    assert!(!config.key_file().exists());
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let place = TempFolder::new("key-dir");
    let file = place.file("taken", "");
    let config = load(None, &[("REKEY_DATA_DIR", file.to_str().unwrap())]).unwrap();
    assert_eq!(refused(&config), format!("data_dir: {} cannot be made", file.display()));
}
