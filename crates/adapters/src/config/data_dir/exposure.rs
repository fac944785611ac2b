//! Who else on this machine can read the installation's files. Reported with the command that closes a file;
//! group bits alone never stop a start, because Kubernetes sets them at every mount (`fsGroup`).

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, statvfs};

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
    fn fix_command(&self) -> String {
        let mode = if self.is_directory { "700" } else { "600" };
        format!("chmod {mode} {}", self.path.display())
    }

    /// What it means and what closes it, for people.
    pub fn describe(&self) -> String {
        let path = self.path.display();
        let mode = self.mode;
        let readers = if mode & 0o007 == 0 { "its group" } else { "others on this machine" };
        format!("{path} has mode {mode:04o}, so that {readers} can open it; run {}", self.fix_command())
    }
}

impl Config {
    /// What of this installation others on this machine can open. A file that a variable names counts only when
    /// everybody can reach it: its mode is usually the orchestrator's.
    pub fn exposures(&self) -> Vec<Exposure> {
        let mut paths = self.database_url.files();
        if self.needs_data_dir() {
            paths.splice(0..0, [self.data_dir.clone(), self.key_file()]);
        }
        let named = self.secret_files.iter().filter(|file| !file.is_mounted && is_open_to_all(&file.path));
        let paths = paths.into_iter().chain(named.map(|file| file.path.clone()));
        paths.filter_map(|path| exposure(&path)).collect()
    }
}

/// This file or directory, when others can open it; nothing when there is none.
pub fn exposure(path: &Path) -> Option<Exposure> {
    let metadata = fs::metadata(path).ok()?;
    let mode = metadata.mode() & 0o777;
    (mode & 0o077 != 0).then(|| Exposure { path: path.to_owned(), mode, is_directory: metadata.is_dir() })
}

/// Whether people outside its owner and group can read the file: its own bit says so, and every directory on
/// the way lets them in.
pub(super) fn is_open_to_all(file: &Path) -> bool {
    // Kubernetes mounts secrets as links.
    let Ok(real) = fs::canonicalize(file) else { return false };
    let mode = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.mode());
    mode(&real) & 0o004 != 0 && real.ancestors().skip(1).all(|directory| mode(directory) & 0o001 != 0)
}

/// Whether nobody can change the file's permissions from here.
pub(super) fn is_on_read_only_mount(file: &Path) -> bool {
    statvfs(file).is_ok_and(|mount| mount.f_flag.contains(StatVfsMountFlags::RDONLY))
}
