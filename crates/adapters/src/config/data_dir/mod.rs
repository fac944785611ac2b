//! The directory of the installation and the secret key in it. The only part of the configuration that writes
//! to the disk, and only when the program really starts. What it makes is closed to others, whatever the umask;
//! what was there before may be open, and is reported with the command that closes it.

mod exposure;
mod installation;
mod place;

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use zeroize::Zeroizing;

use crate::config::{Config, DatabaseUrl, secret_key};
use rekey_core::types::secret::keys::Keys;
use rekey_core::types::secret::{Rng, Secret};

pub use crate::config::data_dir::exposure::{Exposure, exposure};

impl Config {
    /// Makes what a start needs, the data directory and a secret key, where it is missing; then as
    /// `existing_keys`.
    pub fn prepare(&self, rng: &dyn Rng) -> anyhow::Result<Keys> {
        if self.needs_data_dir() {
            let name = self.data_dir.display();
            let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.data_dir);
            made.with_context(|| format!("data_dir: {name} cannot be made"))?;
        }
        if self.secret_key.is_none() {
            make_missing_key(&self.key_file(), rng)?;
        }
        self.keys()
    }

    /// Whether anything is kept in the data directory: the secret key or the database. With both elsewhere the
    /// program needs no directory that it can write to.
    pub fn needs_data_dir(&self) -> bool {
        self.secret_key.is_none() || self.is_database_in_data_dir()
    }

    /// Whether the database is a file in the data directory.
    fn is_database_in_data_dir(&self) -> bool {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let data_dir = absolute(&self.data_dir);
        let mut files = self.database_url.files().into_iter();
        files.any(|file| absolute(&file).starts_with(&data_dir))
    }

    fn keys(&self) -> anyhow::Result<Keys> {
        let text = match &self.secret_key {
            Some(key) => Zeroizing::new(key.expose().to_owned()),
            None => read_key(&self.key_file())?,
        };
        let keys = secret_key::parse_keys(&text).context("secret_key: expected 128 hexadecimal digits")?;
        let (newest, older) = keys.split_first().context("secret_key: expected 128 hexadecimal digits")?;
        Keys::derive(newest)?.with_older_keys(older.iter().map(|key| &**key))
    }

    /// The keys as they are, for commands that create none; none when there is no file yet.
    pub fn existing_keys(&self) -> anyhow::Result<Option<Keys>> {
        let is_there = self.secret_key.is_some() || self.key_file().exists();
        is_there.then(|| self.keys()).transpose()
    }

    /// The file that holds the secret key when the configuration does not.
    pub fn key_file(&self) -> PathBuf {
        self.data_dir.join("secret.key")
    }
}

/// A key must be well-formed, and be shared on purpose where several machines may share a database.
pub(super) fn check_secret_key(key: Option<&Secret>, database: &DatabaseUrl) -> anyhow::Result<()> {
    let well_formed = key.is_none_or(|key| secret_key::parse_keys(key.expose()).is_some());
    ensure!(well_formed, "secret_key: expected 128 hexadecimal digits (openssl rand -hex 64)");
    ensure!(
        key.is_some() || !database.is_postgres(),
        "secret_key: must be set with PostgreSQL, the same on every machine (openssl rand -hex 64)"
    );
    Ok(())
}

fn make_missing_key(file: &Path, rng: &dyn Rng) -> anyhow::Result<()> {
    let name = file.display();
    match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make_key(file, rng).with_context(|| format!("secret_key: {name} cannot be made"))
        }
        Err(error) => Err(error).with_context(|| format!("secret_key: {name} cannot be read")),
        Ok(_) => Ok(()),
    }
}

fn read_key(file: &Path) -> anyhow::Result<Zeroizing<String>> {
    let name = file.display();
    // A key that everybody can read is no longer a secret; to go on would hide that. On a mount that is
    // read-only nobody could close it: an orchestrator put it there, and it is reported only.
    ensure!(
        !exposure::is_open_to_all(file) || exposure::is_on_read_only_mount(file),
        "secret_key: {name} can be read by others; run chmod 600 {name}"
    );
    let text = fs::read_to_string(file).with_context(|| format!("secret_key: {name} cannot be read"))?;
    let text = Zeroizing::new(text);
    ensure!(
        secret_key::parse_keys(&text).is_some(),
        "secret_key: {name} does not hold 128 hexadecimal digits"
    );
    Ok(text)
}

/// Writes the key aside and links it into place, so that of two programs starting at once both read the
/// same whole key.
fn make_key(file: &Path, rng: &dyn Rng) -> anyhow::Result<()> {
    let aside = secret_key::write_aside(file, &[secret_key::generate_key(rng)], rng)?;
    let linked = fs::hard_link(&aside, file);
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}
