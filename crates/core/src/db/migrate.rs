//! Migrates a database to this binary's schema. The files of `migrations/` are embedded and run unchanged on
//! both engines. A newer schema is used as long as the database says that this binary can (`compatibility`).

use anyhow::{Context as _, bail};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr as _, SqlitePool};

use crate::db::error::StoreError;
use crate::db::{Store, compatibility};

macro_rules! migrations {
    ($($version:literal $name:literal),+ $(,)?) => {
        [$(($version, $name, include_str!(concat!("../../../../migrations/", $name, ".sql")))),+]
    };
}

const MIGRATIONS: &[(i64, &str, &str)] = &migrations![
    1 "0001_users",
    2 "0002_verification",
    3 "0003_sessions",
    4 "0004_applications",
    5 "0005_grants",
    6 "0006_messages",
    7 "0007_webhooks",
    8 "0008_settings",
    9 "0009_limits",
    10 "0010_audit",
    11 "0011_instances",
];

const DEVELOPMENT_BUILD: &str = "the database was made by a development build from before the first release and can't be brought to \
    this schema: start with an empty one (move the SQLite file away, or create another PostgreSQL database)";

/// Runs missing migrations; does nothing if the schema is current.
pub async fn run(store: &Store) -> anyhow::Result<()> {
    if has_newer_schema(store).await? {
        return Ok(());
    }
    let step = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    let migrator = Migrator::with_migrations(MIGRATIONS.iter().map(step).collect());
    let outcome = match store {
        Store::Sqlite { write, .. } => run_exclusively(&migrator, write).await,
        Store::Postgres(pool) => migrator.run(pool).await,
    };
    match outcome {
        Err(MigrateError::VersionMissing(version)) => {
            applied(store).await?.refuse_development_build()?;
            bail!(
                "the database has schema {version}, made by a newer rekey than this one: use that version, or a backup from before"
            )
        }
        Err(MigrateError::VersionMismatch(_)) => bail!(DEVELOPMENT_BUILD),
        other => other.context("can't bring the database to this schema"),
    }
}

/// On PostgreSQL the migrator takes a lock itself; on SQLite it has none, so the writer's lock excludes a
/// second process.
async fn run_exclusively(migrator: &Migrator, pool: &SqlitePool) -> Result<(), MigrateError> {
    let mut tx = pool.begin_with("begin immediate").await?;
    migrator.run(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// Refuses a database whose schema this binary does not work with, for servers that do not migrate.
pub async fn check(store: &Store) -> anyhow::Result<()> {
    let applied = applied(store).await.context("the database has no schema yet: run `rekey migrate`")?;
    applied.refuse_development_build()?;
    let found = applied.newest;
    let wanted = newest();
    if found < wanted {
        bail!("the database has schema {found}, this binary needs {wanted}: run `rekey migrate`");
    }
    if found > wanted { compatibility::ensure(store, found, wanted).await } else { Ok(()) }
}

/// Whether a newer version has brought the database further and this one goes on with it; an error if it can't.
async fn has_newer_schema(store: &Store) -> anyhow::Result<bool> {
    let Ok(applied) = applied(store).await else {
        return Ok(false);
    };
    let (found, own) = (applied.newest, newest());
    if found <= own {
        return Ok(false);
    }
    applied.refuse_development_build()?;
    compatibility::ensure(store, found, own).await?;
    tracing::info!(
        "the database has schema {found} of a newer rekey; this one (schema {own}) goes on with it"
    );
    Ok(true)
}

/// Refuses a database that `run` would refuse. One without a schema is fine.
pub async fn check_can_migrate(store: &Store) -> anyhow::Result<()> {
    let Ok(applied) = applied(store).await else {
        return Ok(());
    };
    applied.refuse_development_build()?;
    if applied.newest > newest() { check(store).await } else { Ok(()) }
}

/// The version of this binary's schema.
fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, ..)| *version)
}

/// Which migrations a database has.
#[derive(sqlx::FromRow)]
struct Applied {
    newest: i64,
    first_name: String,
}

impl Applied {
    /// The migrations of development builds were other files, and so their first one had another name.
    fn refuse_development_build(&self) -> anyhow::Result<()> {
        let is_ours = MIGRATIONS.first().is_none_or(|(_, name, _)| *name == self.first_name);
        if !is_ours && self.newest > 0 {
            bail!(DEVELOPMENT_BUILD);
        }
        Ok(())
    }
}

async fn applied(store: &Store) -> Result<Applied, StoreError> {
    let sql = "select cast(coalesce(max(version), 0) as bigint) as newest, \
               coalesce(max(case when version = 1 then description end), '') as first_name from _sqlx_migrations";
    store.read().await?.one(sql, Vec::new()).await
}
