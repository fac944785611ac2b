//! The directory of the installation, the secret key in it, and who else on this machine can read them. The
//! only part of the configuration that writes to the disk, and only when the program really starts. What it
//! makes is closed to others, whatever the umask; what was there before may be open, and is reported with the
//! command that closes it.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use zeroize::Zeroizing;

use crate::config::{Config, DatabaseUrl, secret_key};
use rekey_core::types::secret::keys::Keys;
use rekey_core::types::secret::{Rng, Secret, SystemRng};

impl Config {
    /// Makes the data directory, finds the secret key or makes one, and derives every other key from it.
    pub fn prepare(&self, rng: &dyn Rng) -> anyhow::Result<Keys> {
        let name = self.data_dir.display();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.data_dir)
            .with_context(|| format!("data_dir: {name} cannot be made"))?;
        self.keys(rng)
    }

    fn keys(&self, rng: &dyn Rng) -> anyhow::Result<Keys> {
        let text = match &self.secret_key {
            Some(key) => Zeroizing::new(key.expose().to_owned()),
            None => read_or_make_key(&self.key_file(), rng)?,
        };
        let keys = secret_key::parse_keys(&text).context("secret_key: expected 128 hexadecimal digits")?;
        let (newest, older) = keys.split_first().context("secret_key: expected 128 hexadecimal digits")?;
        Keys::derive(newest)?.with_older_keys(older.iter().map(|key| &**key))
    }

    /// The keys as they are, for commands that create none; none when there is no file yet.
    pub fn existing_keys(&self) -> anyhow::Result<Option<Keys>> {
        let is_there = self.secret_key.is_some() || self.key_file().exists();
        is_there.then(|| self.keys(&SystemRng)).transpose()
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

fn read_or_make_key(file: &Path, rng: &dyn Rng) -> anyhow::Result<Zeroizing<String>> {
    let name = file.display();
    match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make_key(file, rng).with_context(|| format!("secret_key: {name} cannot be made"))?;
        }
        Err(error) => return Err(error).with_context(|| format!("secret_key: {name} cannot be read")),
        // A key that others can read is no longer a secret; to go on would hide that.
        Ok(metadata) => {
            ensure!(
                metadata.mode() & 0o077 == 0,
                "secret_key: {name} can be read by others; run chmod 600 {name}"
            );
        }
    }
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

/// A file or directory that others on this machine can open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Which.
    pub path: PathBuf,
    /// Its permissions.
    pub mode: u32,
    is_directory: bool,
}

impl Exposure {
    /// What closes it.
    fn fix_command(&self) -> String {
        let mode = if self.is_directory { "700" } else { "600" };
        format!("chmod {mode} {}", self.path.display())
    }

    /// What it means and what closes it, for people.
    pub fn describe(&self) -> String {
        let path = self.path.display();
        let mode = self.mode;
        format!(
            "{path} has mode {mode:04o}, so that others on this machine can open it; run {}",
            self.fix_command()
        )
    }
}

impl Config {
    /// What of this installation others on this machine can open.
    pub fn exposures(&self) -> Vec<Exposure> {
        let mut paths = vec![self.data_dir.clone(), self.key_file()];
        paths.extend(self.database_url.files());
        paths.iter().filter_map(|path| exposure(path)).collect()
    }
}

/// This file or directory, when others can open it; nothing when there is none.
pub fn exposure(path: &Path) -> Option<Exposure> {
    let metadata = fs::metadata(path).ok()?;
    let mode = metadata.mode() & 0o777;
    (mode & 0o077 != 0).then(|| Exposure { path: path.to_owned(), mode, is_directory: metadata.is_dir() })
}
