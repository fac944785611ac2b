//! What an operator reads when something is set wrong, and that what they read in the documentation is true.

mod bootstrap;
mod bootstrap_refusals;
mod check;
mod check_sends;
mod injected;
mod judged_alike;
mod key_file;
mod refusals;
mod secret_files;
mod signing_keys;
mod values;
mod wrong_folder;

use std::fs;
use std::path::{Path, PathBuf};

use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::{self, Config};

/// A well-formed secret key.
const KEY: &str = concat!(
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
    "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"
);

/// A directory of its own for one test, gone afterwards.
struct TempFolder(PathBuf);

impl TempFolder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("rekey-configuration-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// The message without the directory, which differs from run to run.
    fn without(&self, message: &str) -> String {
        message.replace(&format!("{}/", self.0.display()), "")
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn load(file: Option<&Path>, env: &[(&str, &str)]) -> anyhow::Result<Config> {
    Config::load(file, env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn lookup(name: &str) -> Result<Option<String>, String> {
    Ok(matches!(name, "SMTP_PASS" | "OPS_SECRET").then(|| format!("the {name}")))
}

/// Reads a bootstrap file: JSON when the text looks like it, else TOML.
fn read(name: &str, text: &str) -> Result<Bootstrap, String> {
    let place = TempFolder::new(name);
    place.file("root.token", "1111111111111111111111111111111111111111\n");
    place.file("ada.txt", " a first password \r\n");
    let extension = if text.starts_with('{') { "json" } else { "toml" };
    let file = place.file(&format!("boot.{extension}"), text);
    Bootstrap::read(&file, lookup).map_err(|error| place.without(&format!("{error:#}")))
}

#[test]
fn the_committed_documentation_is_fresh() {
    let same = |file: &str, fresh: &str, command: &str| {
        let committed =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap_or_default();
        assert!(committed == fresh, "{file} is stale; refresh it with: {command}");
    };
    same(
        "docs/configuration.md",
        &config::reference(),
        "cargo run -q -- config-docs > docs/configuration.md",
    );
    same(".env.example", &config::env_example(), "cargo run -q -- config-docs --env > .env.example");
}
