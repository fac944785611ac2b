//! Secrets in files, as orchestrators mount them: `REKEY_SECRET_KEY_FILE`, and `NAME_FILE` beside each
//! `{ "env": "NAME" }` of a bootstrap file. Who can read such a file is the orchestrator's affair.

use std::fs;
use std::path::{Path, PathBuf};

/// The longest secret, in bytes.
const MAX_BYTES: u64 = 64 * 1024;

/// Folders in which orchestrators put secrets, with whatever mode they choose.
const MOUNTS: [&str; 2] = ["/run/secrets", "/var/run/secrets"];

/// A file that a variable named and that was read.
#[derive(Clone, Debug)]
pub struct SecretFile {
    /// The variable, such as `REKEY_SECRET_KEY_FILE`.
    pub variable: String,
    /// The file.
    pub path: PathBuf,
    /// Whether an orchestrator mounted it, so that its mode is nobody's choice here.
    pub is_mounted: bool,
}

impl SecretFile {
    /// The file that the variable names; `credentials` is where systemd puts them (`$CREDENTIALS_DIRECTORY`).
    pub(super) fn new(variable: &str, path: &str, credentials: Option<&str>) -> Self {
        let path = PathBuf::from(path);
        let is_mounted = MOUNTS.into_iter().chain(credentials).any(|folder| path.starts_with(folder));
        Self { variable: variable.to_owned(), path, is_mounted }
    }
}

/// The secret in the file, without the line end that editors and `echo` add, nor a byte order mark. The message
/// names the variable and the file, never the content.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let name = path.display();
    let metadata = fs::metadata(path).map_err(|error| format!("{name} cannot be read: {error}"))?;
    if !metadata.is_file() {
        return Err(format!("{name} is not a file"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(format!("{name} is larger than 64 KiB"));
    }
    let bytes = fs::read(path).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{name} is not text in UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.trim().is_empty() { Err(format!("{name} is empty")) } else { Ok(line.to_owned()) }
}

/// The variable, or the content of the file that `NAME_FILE` names; none when neither is set.
pub fn variable_or_file(
    name: &str,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, String> {
    let file_variable = format!("{name}_FILE");
    let value = lookup(name);
    let Some(path) = lookup(&file_variable).filter(|path| !path.is_empty()) else { return Ok(value) };
    if value.is_some_and(|value| !value.is_empty()) {
        return Err(describe_both(name, &file_variable));
    }
    let read = read(Path::new(&path)).map_err(|problem| format!("{file_variable}: {problem}"))?;
    Ok(Some(read))
}

pub(super) fn describe_both(name: &str, file_variable: &str) -> String {
    format!("{name} and {file_variable}: expected one of them, not both")
}
