//! The database: `Store` opens transactions on SQLite or PostgreSQL, `migrate` brings the schema up to
//! date, and `sql` runs one text on both. It knows no table but that of the migrations: statements are in
//! `store.rs` of the subject that owns the table.

mod compatibility;
pub mod error;
pub mod migrate;
pub mod sql;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use crate::db::error::{Result, StoreError};
use crate::db::sql::Tx;

/// How long to wait for a connection before the database counts as unavailable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// An open database.
#[derive(Clone)]
pub enum Store {
    /// Embedded: many readers and one writer, so that a write never has to upgrade and never meets a busy
    /// snapshot.
    Sqlite { read: SqlitePool, write: SqlitePool },
    /// PostgreSQL.
    Postgres(PgPool),
}

/// What opening does about a SQLite file that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// It is an error.
    Existing,
    /// It is made.
    Create,
}

impl Store {
    /// Opens the database at the URL; a missing SQLite file is created.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        Self::open_with(url, OpenMode::Create).await
    }

    /// Opens the database at the URL.
    pub async fn open_with(url: &str, mode: OpenMode) -> anyhow::Result<Self> {
        match url.split_once("://") {
            Some(("sqlite", _)) => Self::open_sqlite(url, mode).await,
            Some(("postgres" | "postgresql", _)) => Self::open_postgres(url).await,
            // The driver would treat any scheme as PostgreSQL and connect to a default server.
            _ => bail!("database_url begins with neither sqlite:// nor postgres://"),
        }
    }

    async fn open_sqlite(url: &str, mode: OpenMode) -> anyhow::Result<Self> {
        // FULL, not NORMAL: a reset that was confirmed must survive a power cut too (nothing_lost).
        let options = SqliteConnectOptions::from_str(url)
            .context("database_url is not a SQLite address")?
            .create_if_missing(mode == OpenMode::Create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(ACQUIRE_TIMEOUT)
            // Not in files: on a read-only root file system there is no directory for them.
            .pragma("temp_store", "memory");
        let opening = || format!("can't open the database file {}", options.get_filename().display());
        if mode == OpenMode::Create {
            restrict_permissions(options.get_filename());
        }
        // No test before a connection is used: a file does not disconnect, and the test would cost as much as
        // a read.
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .acquire_timeout(ACQUIRE_TIMEOUT);
        let write = write.connect_with(options.clone()).await.with_context(opening)?;
        // SQLite silently opens a file that it cannot write: fail now rather than at the first reset.
        let mut trial = Tx::Sqlite(write.begin_with("begin immediate").await.with_context(opening)?);
        let written = trial.run("pragma user_version = 0", Vec::new()).await;
        written.with_context(opening)?;
        trial.rollback().await.with_context(opening)?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .test_before_acquire(false)
            .acquire_timeout(ACQUIRE_TIMEOUT);
        let read = read.connect_lazy_with(options.read_only(true).create_if_missing(false));
        Ok(Self::Sqlite { read, write })
    }

    async fn open_postgres(url: &str) -> anyhow::Result<Self> {
        let options = PgConnectOptions::from_str(url).context("database_url is not a PostgreSQL address")?;
        // The same as SQLite's busy timeout: one held lock must not block everyone.
        let options = options.options([("lock_timeout", "5s")]);
        let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(ACQUIRE_TIMEOUT);
        let pool = pool.connect_with(options).await.context("can't reach the PostgreSQL server")?;
        Ok(Self::Postgres(pool))
    }

    /// Opens a read-only transaction, on both engines; each statement sees the state at its own moment.
    pub async fn read(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { read, .. } => read.acquire().await.map(Tx::SqliteReader),
            Self::Postgres(pool) => pool.begin_with("begin read only").await.map(Tx::Postgres),
        }
        .map_err(StoreError::during("a reading transaction can't begin"))
    }

    /// Opens a writing transaction; on SQLite there is only one at a time.
    pub async fn write(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { write, .. } => write.begin_with("begin immediate").await.map(Tx::Sqlite),
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
        .map_err(StoreError::during("a writing transaction can't begin"))
    }

    /// Closes every connection; SQLite merges its log into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Creates the database file before SQLite does, because SQLite's would be readable by everyone whom the
/// umask allows; its log and its index inherit the file's mode. An existing file stays as it is: the operator
/// is warned (`config::permissions`). If the file cannot be created, SQLite reports the error.
fn restrict_permissions(file: &Path) {
    let is_memory = file.to_str().is_some_and(|name| name == ":memory:" || name.starts_with("file:"));
    if !is_memory {
        drop(OpenOptions::new().write(true).create_new(true).mode(0o600).open(file));
    }
}
