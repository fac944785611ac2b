//! What makes a start impossible at this place, found before anything is made: a directory that can't be
//! made, a key that can't be read, a database file that can't be written.

use std::path::Path;

use crate::config::Config;
use crate::writable::{check_directory, check_file};

impl Config {
    /// Every problem, one a line; touches nothing.
    pub fn place_problems(&self) -> Vec<String> {
        let keys = self.existing_keys().err().map(|error| format!("{error:#}"));
        [self.data_dir_problem(), keys, self.database_problem()].into_iter().flatten().collect()
    }

    /// A directory from which only an existing key is read may be read-only.
    fn data_dir_problem(&self) -> Option<String> {
        let is_written =
            self.is_database_in_data_dir() || self.secret_key.is_none() && !self.key_file().exists();
        let error = is_written.then(|| check_directory(&self.data_dir).err())??;
        Some(format!("data_dir: {} cannot be made or written: {error}", self.data_dir.display()))
    }

    /// SQLite makes its file and those beside it, but no directory.
    fn database_problem(&self) -> Option<String> {
        let file = self.database_url.files().into_iter().next()?;
        let directory =
            file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let checked = if file.exists() {
            check_file(&file).and_then(|()| check_directory(directory))
        } else if self.is_database_in_data_dir() || directory.is_dir() {
            check_directory(directory)
        } else {
            return Some(format!("database_url: there is no directory {}", directory.display()));
        };
        let error = checked.err().filter(|_| !self.is_database_in_data_dir() || file.exists())?;
        Some(format!("database_url: {} cannot be opened for writing: {error}", file.display()))
    }
}
