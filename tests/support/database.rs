//! A private database for each test, on the engine that TEST_DATABASE_URL names (absent: SQLite). SQLite is
//! migrated once a process and copied; PostgreSQL gets a schema of its own, reached through `search_path`. A
//! schema is not dropped by its test, because `Drop` can't wait for a server; the next run sweeps those that
//! are over an hour old.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use rekey_core::args;
use rekey_core::db::{Store, migrate};
use rekey_core::types::time::{Clock, SystemClock};
use tokio::sync::OnceCell;

const HOUR: i64 = 60 * 60 * 1000;

/// Counts the databases of this process, so that no two share a name.
static MADE: AtomicU32 = AtomicU32::new(0);
static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
static SWEPT: OnceCell<()> = OnceCell::const_new();

/// A database that nobody else uses.
pub struct TestDatabase {
    /// It, open.
    pub store: Store,
    /// How to open it once more.
    pub url: String,
    /// Where a SQLite file lies; removed with the test.
    pub folder: Option<Folder>,
}

impl TestDatabase {
    /// At the current schema, on the engine under test.
    pub async fn fresh() -> Self {
        match server() {
            Some(server) => {
                let database = Self::schema(&server).await;
                migrate::run(&database.store).await.unwrap();
                database
            }
            None => Self::sqlite().await,
        }
    }

    /// Without any table, on the engine under test.
    pub async fn blank() -> Self {
        match server() {
            Some(server) => Self::schema(&server).await,
            None => Self::open(Folder::fresh()).await,
        }
    }

    /// SQLite at the current schema, whatever the engine under test.
    pub async fn sqlite() -> Self {
        let template = TEMPLATE.get_or_init(template).await;
        let folder = Folder::fresh();
        fs::write(folder.file(), template).unwrap();
        Self::open(folder).await
    }

    async fn open(folder: Folder) -> Self {
        let url = folder.url();
        let store = Store::open(&url).await.unwrap();
        let folder = Some(folder);
        Self { store, url, folder }
    }

    async fn schema(server: &str) -> Self {
        SWEPT.get_or_init(|| sweep(server)).await;
        let name = format!("rekey_test_{}_{}", SystemClock.now().0, unique());
        let url = within(server, &name);
        let store = Store::open(&url).await.unwrap();
        run(&store, format!("create schema {name}")).await;
        Self { store, url, folder: None }
    }
}

/// A folder of its own for one SQLite file.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    pub fn fresh() -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("database-{}", unique()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The database file in it.
    pub fn file(&self) -> PathBuf {
        self.0.join("rekey.db")
    }

    /// The database as the configuration names it.
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.file().display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

#[expect(clippy::disallowed_methods, reason = "the engine under test is the environment's to say")]
fn server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok()
}

fn unique() -> String {
    format!("{}_{}", process::id(), MADE.fetch_add(1, Ordering::SeqCst))
}

/// The bytes of a migrated database; closing folds SQLite's log into the one file.
async fn template() -> Vec<u8> {
    let folder = Folder::fresh();
    let store = Store::open(&folder.url()).await.unwrap();
    migrate::run(&store).await.unwrap();
    store.close().await;
    fs::read(folder.file()).unwrap()
}

/// The server's address with this schema as the only one that is looked at.
fn within(server: &str, schema: &str) -> String {
    let mark = if server.contains('?') { '&' } else { '?' };
    format!("{server}{mark}options[search_path]={schema}")
}

/// Drops what earlier runs left; an hour is longer than any run that is still going.
async fn sweep(server: &str) {
    let store = Store::open(server).await.unwrap();
    let names = "select cast(nspname as text) from pg_namespace where nspname like 'rekey_test_%'";
    let mut tx = store.read().await.unwrap();
    let found: Vec<(String,)> = tx.all(names, args![]).await.unwrap();
    tx.rollback().await.unwrap();
    let over = SystemClock.now().0 - HOUR;
    let is_old =
        |name: &str| name.split('_').nth(2).and_then(|at| at.parse::<i64>().ok()).is_none_or(|at| at < over);
    for (name,) in found.iter().filter(|(name,)| is_old(name)) {
        run(&store, format!("drop schema if exists {name} cascade")).await;
    }
    store.close().await;
}

/// Runs a statement that can't be bound; a test's process is short, so it may keep the text for good.
async fn run(store: &Store, sql: String) {
    let mut tx = store.write().await.unwrap();
    tx.run(sql.leak(), args![]).await.unwrap();
    tx.commit().await.unwrap();
}
