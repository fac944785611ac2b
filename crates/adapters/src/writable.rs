//! Whether something could be written, found without writing: for checks that change nothing.

use std::io::{self, ErrorKind};
use std::path::Path;

use rustix::fs::{Access, access};

/// Whether files can be made in the directory; where it is missing, whether it can be made.
pub fn check_directory(directory: &Path) -> io::Result<()> {
    let directory = std::path::absolute(directory)?;
    let existing = directory.ancestors().find(|ancestor| ancestor.symlink_metadata().is_ok());
    let existing = existing.ok_or(ErrorKind::NotFound)?;
    if !existing.is_dir() {
        return Err(ErrorKind::NotADirectory.into());
    }
    Ok(access(existing, Access::WRITE_OK | Access::EXEC_OK)?)
}

/// Whether an existing file can be read and written.
pub fn check_file(file: &Path) -> io::Result<()> {
    if !file.is_file() {
        return Err(ErrorKind::IsADirectory.into());
    }
    Ok(access(file, Access::READ_OK | Access::WRITE_OK)?)
}
