//! The directory of the installation and the secret key in it. The only part of the configuration that writes to the
//! disk, and only when the program really starts.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use zeroize::Zeroizing;

use super::{Config, DatabaseUrl};
use crate::model::keys::Keys;
use crate::model::secret::{Chance, Secret, base64url};

impl Config {
    /// Makes the data directory, finds the secret key or makes one, and derives every other key from it.
    pub fn prepare(&self, chance: &dyn Chance) -> anyhow::Result<Keys> {
        let name = self.data_dir.display();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.data_dir)
            .with_context(|| format!("data_dir: {name} cannot be made"))?;
        let text = match &self.secret_key {
            Some(key) => Zeroizing::new(key.expose().to_owned()),
            None => key_from_file(&self.key_file(), chance)?,
        };
        Ok(Keys::derive(&*key_bytes(text.trim()).context("secret_key: expected 128 hexadecimal digits")?))
    }

    /// The file that holds the secret key when the configuration does not.
    pub fn key_file(&self) -> PathBuf {
        self.data_dir.join("secret.key")
    }
}

/// A key must be well-formed, and be shared on purpose where several machines may share a database.
pub fn check(key: Option<&Secret>, database: &DatabaseUrl) -> anyhow::Result<()> {
    let well_formed = key.is_none_or(|key| key_bytes(key.expose().trim()).is_some());
    ensure!(well_formed, "secret_key: expected 128 hexadecimal digits (openssl rand -hex 64)");
    ensure!(
        key.is_some() || !database.is_postgres(),
        "secret_key: must be set with PostgreSQL, the same on every machine (openssl rand -hex 64)"
    );
    Ok(())
}

fn key_from_file(file: &Path, chance: &dyn Chance) -> anyhow::Result<Zeroizing<String>> {
    let name = file.display();
    match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make_key(file, chance).with_context(|| format!("secret_key: {name} cannot be made"))?;
        }
        Err(error) => return Err(error).with_context(|| format!("secret_key: {name} cannot be read")),
        // A key that others can read is no longer a secret; to go on would hide that.
        Ok(facts) => {
            ensure!(
                facts.mode() & 0o077 == 0,
                "secret_key: {name} can be read by others; run chmod 600 {name}"
            );
        }
    }
    let text = fs::read_to_string(file).with_context(|| format!("secret_key: {name} cannot be read"))?;
    let text = Zeroizing::new(text);
    ensure!(key_bytes(text.trim()).is_some(), "secret_key: {name} does not hold 128 hexadecimal digits");
    Ok(text)
}

/// Writes the key aside and links it into place, so that of two programs starting at once both read the same whole key.
fn make_key(file: &Path, chance: &dyn Chance) -> anyhow::Result<()> {
    let mut bytes = Zeroizing::new([0_u8; 64]);
    chance.fill(&mut *bytes);
    let mut mark = [0_u8; 9];
    chance.fill(&mut mark);
    let aside = file.with_extension(format!("key-{}", base64url(&mark)));
    let mut written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    let text: Zeroizing<String> = Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    writeln!(written, "{}", *text)?;
    written.sync_all()?;
    let linked = fs::hard_link(&aside, file);
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

fn key_bytes(text: &str) -> Option<Zeroizing<[u8; 64]>> {
    let mut bytes = Zeroizing::new([0_u8; 64]);
    if text.len() != 128 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        let from = at.saturating_mul(2);
        *byte = u8::from_str_radix(text.get(from..from.saturating_add(2))?, 16).ok()?;
    }
    Some(bytes)
}
