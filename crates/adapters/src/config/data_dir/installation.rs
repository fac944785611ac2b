//! An installation that is there already: commands beside the server never make one, so that a command in the
//! wrong folder says so instead of answering from an empty database.

use std::path::{Path, PathBuf, absolute};

use anyhow::bail;

use crate::config::Config;
use rekey_core::types::secret::keys::Keys;

/// What to do when there is none.
const REMEDY: &str = "run this in the folder and with the configuration of `rekey serve`; only serve, demo and migrate make a new one";

impl Config {
    /// The keys of the installation; an error when the embedded database or the secret key is not there. Makes
    /// nothing.
    pub fn open_installation(&self) -> anyhow::Result<Keys> {
        if let Some(file) = self.missing_database() {
            bail!("there is no database at {}: {REMEDY}", show(&file));
        }
        match self.existing_keys()? {
            Some(keys) => Ok(keys),
            None => bail!("there is no secret key at {}: {REMEDY}", show(&self.key_file())),
        }
    }

    /// The file of the embedded database, when it is not there. PostgreSQL is never missing here: its server says so.
    pub fn missing_database(&self) -> Option<PathBuf> {
        self.database_url.files().into_iter().next().filter(|file| !file.exists())
    }

    /// What a start would make, in words; none when all is there.
    pub fn describe_missing(&self) -> Option<String> {
        let database = self.missing_database().map(|file| format!("a new database at {}", show(&file)));
        let key_file = Some(self.key_file()).filter(|file| self.secret_key.is_none() && !file.exists());
        let key = key_file.map(|file| format!("a new secret key at {}", show(&file)));
        let parts: Vec<String> = database.into_iter().chain(key).collect();
        Some(parts.join(" and ")).filter(|text| !text.is_empty())
    }
}

/// The whole path: what is wrong is usually the folder that it starts at.
fn show(path: &Path) -> String {
    absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
