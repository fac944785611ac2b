//! The secret key on the disk.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rekey_adapters::config::Config;
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

#[test]
fn it_is_refused_when_others_can_read_it() {
    let place = TempFolder::new("key-read");
    let config = config(&place);
    config.prepare(&SeededRng::new(1)).unwrap();
    let file = config.key_file().display().to_string();
    for open in [0o640, 0o604, 0o660] {
        fs::set_permissions(&file, fs::Permissions::from_mode(open)).unwrap();
        assert_eq!(
            refused(&config),
            format!("secret_key: {file} can be read by others; run chmod 600 {file}")
        );
    }
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
