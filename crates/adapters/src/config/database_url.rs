//! Where everything is remembered. The address may hold a password, so it prints itself without one.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use percent_encoding::percent_decode_str;
use url::Url;

use rekey_core::types::secret::Secret;

/// The address of a database of one of the two kinds.
#[derive(Clone)]
pub struct DatabaseUrl(Secret);

impl DatabaseUrl {
    /// Reads an address.
    pub fn parse(url: Secret) -> anyhow::Result<Self> {
        let text = url.expose();
        let local = text.strip_prefix("sqlite://").is_some_and(|path| !path.is_empty());
        let remote = text.starts_with("postgres://") && Url::parse(text).is_ok();
        ensure!(
            local || remote,
            "database_url: expected sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME"
        );
        Ok(Self(url))
    }

    pub(super) fn choose(chosen: Option<Secret>, data_dir: &Path) -> anyhow::Result<Self> {
        chosen.map_or_else(|| Ok(Self::in_directory(data_dir)), Self::parse)
    }

    /// The database file in a directory; a path's own signs are escaped, because the driver reads it as part
    /// of a URL.
    pub fn in_directory(directory: &Path) -> Self {
        let path = directory.join("rekey.db").display().to_string();
        let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        Self(Secret::new(format!("sqlite://{path}")))
    }

    /// The whole address, with its password.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The files of an embedded database: itself, and its log and index beside it.
    pub fn files(&self) -> Vec<PathBuf> {
        let Some(path) = self.expose().strip_prefix("sqlite://") else { return Vec::new() };
        let path = path.split('?').next().unwrap_or(path);
        let path = percent_decode_str(path).decode_utf8_lossy();
        ["", "-wal", "-shm"].iter().map(|end| PathBuf::from(format!("{path}{end}"))).collect()
    }

    /// Whether it is PostgreSQL and not SQLite.
    pub fn is_postgres(&self) -> bool {
        self.expose().starts_with("postgres://")
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_postgres() {
            return f.write_str(self.expose());
        }
        let Ok(mut url) = Url::parse(self.expose()) else {
            return f.write_str("•••");
        };
        let masked = url.password().is_none() || url.set_password(Some("***")).is_ok();
        // Parameters may hold a password too (`?password=`).
        url.set_query(None);
        f.write_str(if masked { url.as_str() } else { "•••" })
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::DatabaseUrl;

    #[test]
    fn two_kinds_and_no_other() {
        assert!(DatabaseUrl::parse("postgres://rekey@localhost/rekey".into()).unwrap().is_postgres());
        assert!(!DatabaseUrl::parse("sqlite://rekey.db".into()).unwrap().is_postgres());
        for other in [
            "mysql://root@localhost/rekey",
            "postgresql://localhost/rekey",
            "sqlite:rekey.db",
            "sqlite://",
            "rekey.db",
        ] {
            assert_eq!(
                DatabaseUrl::parse(other.into()).unwrap_err().to_string(),
                "database_url: expected sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME"
            );
        }
    }

    #[test]
    fn passwords_do_not_show() {
        let url =
            DatabaseUrl::parse("postgres://rekey:hunter2@db:5432/rekey?password=hunter3".into()).unwrap();
        assert_eq!(url.to_string(), "postgres://rekey:***@db:5432/rekey");
        assert_eq!(format!("{url:?}"), url.to_string());
        assert!(url.expose().contains("hunter2"));
    }

    #[test]
    fn paths_are_escaped() {
        assert_eq!(DatabaseUrl::in_directory(Path::new("/a?b")).expose(), "sqlite:///a%3Fb/rekey.db");
    }
}
