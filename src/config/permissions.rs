//! Who on this machine may read what is kept here. What the program makes is its own alone, whatever the
//! umask; what was there before, or was copied by hand, may be open to others, and then it is said, with the
//! command that closes it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::config::Config;

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
    pub fn fix_command(&self) -> String {
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
    let facts = fs::metadata(path).ok()?;
    let mode = facts.mode() & 0o777;
    (mode & 0o077 != 0).then(|| Exposure { path: path.to_owned(), mode, is_directory: facts.is_dir() })
}
