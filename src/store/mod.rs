//! Memory: the only folder with SQL. `Store` opens transactions on SQLite or PostgreSQL, the modules below hold one table
//! family each, written once for both. It knows no rules: a guard that must hold is in the `where` of the statement.

pub mod api_keys;
pub mod apps;
pub mod audit;
pub mod authorizations;
pub mod back_channel_logouts;
pub mod captcha;
pub mod disputes;
pub mod error;
pub mod grants;
pub mod idempotent_replies;
pub mod migrate;
pub mod one_time_tokens;
pub mod outbox;
pub mod recovery;
pub mod sealed;
pub mod sessions;
pub mod settings;
pub mod signing_keys;
pub mod sql;
pub mod sweep;
pub mod templates;
pub mod throttle;
pub mod user_search;
pub mod users;
pub mod verification_codes;
pub mod verification_records;
pub mod webhook_deliveries;
pub mod webhook_sequence;
pub mod webhooks;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use self::error::Result;
use self::sql::Tx;

/// How long anybody waits for the database before it counts as gone.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The database, open.
#[derive(Clone)]
pub enum Store {
    /// Embedded: many readers, one writer, so that a write never has to upgrade and never meets a busy snapshot.
    Sqlite { read: SqlitePool, write: SqlitePool },
    /// PostgreSQL.
    Postgres(PgPool),
}

impl Store {
    /// Opens the database behind the URL; a SQLite file is made when absent.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        match url.split_once("://") {
            Some(("sqlite", _)) => Self::open_sqlite(url).await,
            Some(("postgres" | "postgresql", _)) => Self::open_postgres(url).await,
            // The driver would take any scheme for PostgreSQL and look for a server that nobody named.
            _ => bail!("database_url begins with neither sqlite:// nor postgres://"),
        }
    }

    async fn open_sqlite(url: &str) -> anyhow::Result<Self> {
        // FULL, not NORMAL: a reset that was answered survives a power cut too (nothing_lost).
        let options = SqliteConnectOptions::from_str(url)
            .context("database_url is not a SQLite address")?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(ACQUIRE_TIMEOUT);
        let opening = || format!("can't open the database file {}", options.get_filename().display());
        restrict_permissions(options.get_filename());
        // No test before a connection is used: a file does not hang up, and the test would cost as much as a read.
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .acquire_timeout(ACQUIRE_TIMEOUT);
        let write = write.connect_with(options.clone()).await.with_context(opening)?;
        // SQLite opens a file that it may not write without a word: better refused now than at the first reset.
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
        // As patient as SQLite's busy timeout: a lock that somebody holds must not hold up everybody.
        let options = options.options([("lock_timeout", "5s")]);
        let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(ACQUIRE_TIMEOUT);
        let pool = pool.connect_with(options).await.context("can't reach the PostgreSQL server")?;
        Ok(Self::Postgres(pool))
    }

    /// Reads and can't write, on both engines; each statement sees what is true at its own moment.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::SqliteReader(read.acquire().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin_with("begin read only").await?),
        })
    }

    /// A transaction that writes; on SQLite it is the only one.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Closes every connection; SQLite folds its log into the file.
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

/// Makes the database file before SQLite does, which would let everybody read it whom the umask lets; its log and its index take the mode of the
/// file. One that is there stays as it is: the operator is told (`config::permissions`). What can't be made SQLite refuses in its own words.
fn restrict_permissions(file: &Path) {
    let is_memory = file.to_str().is_some_and(|name| name == ":memory:" || name.starts_with("file:"));
    if !is_memory {
        drop(OpenOptions::new().write(true).create_new(true).mode(0o600).open(file));
    }
}
