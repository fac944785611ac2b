//! Migrates a database to this binary's schema. The files of `migrations/` are embedded and run unchanged on
//! both engines. A database of a newer binary is refused: an older binary would lose what the newer one
//! added.

use anyhow::{Context as _, bail};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr as _, SqlitePool};

use super::Store;

macro_rules! migrations {
    ($($version:literal $name:literal),+ $(,)?) => {
        [$(($version, $name, include_str!(concat!("../../migrations/", $name, ".sql")))),+]
    };
}

const MIGRATIONS: &[(i64, &str, &str)] = &migrations![
    1 "0001_people",
    2 "0002_recovery",
    3 "0003_sessions",
    4 "0004_outbox",
    5 "0005_throttles",
    6 "0006_audit",
    7 "0007_settings",
    8 "0008_weak_passwords",
    9 "0009_machines",
    10 "0010_applications",
    11 "0011_one_time_tokens",
    12 "0012_sign_up",
    15 "0015_signing_keys",
    16 "0016_grants",
    17 "0017_profiles",
    18 "0018_webhooks",
    19 "0019_directory",
    22 "0022_templates",
    23 "0023_verification_records",
    24 "0024_configs",
    25 "0025_hooks_in_order",
    26 "0026_sdk",
    27 "0027_api_keys",
    28 "0028_captcha",
    29 "0029_audit_about",
    30 "0030_template_projects",
    31 "0031_refresh_parents",
    32 "0032_audit_actor",
    33 "0033_deleted_apps",
    34 "0034_ended_links",
    35 "0035_file_entries",
    36 "0036_sign_up_tokens",
    37 "0037_refresh_successors",
    38 "0038_delivered_codes",
    39 "0039_failures_in_a_row",
    42 "0042_audit_details",
    44 "0044_management_closed",
    45 "0045_secret_key_ids",
    46 "0046_one_spelling",
    47 "0047_throttle_ends",
    48 "0048_verification",
];

/// Runs missing migrations; does nothing if the schema is current.
pub async fn run(store: &Store) -> anyhow::Result<()> {
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
            bail!(
                "the database has schema {version}, made by a newer rekey than this one: use that version, or a backup from before"
            )
        }
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

/// Refuses a database that is not at this binary's schema, for servers that do not migrate.
pub async fn check(store: &Store) -> anyhow::Result<()> {
    let mut tx = store.read().await?;
    let (found,): (i64,) = tx
        .one("select cast(coalesce(max(version), 0) as bigint) from _sqlx_migrations", Vec::new())
        .await
        .context("the database has no schema yet: run `rekey migrate`")?;
    let wanted = MIGRATIONS.last().map_or(0, |(version, ..)| *version);
    if found < wanted {
        bail!("the database has schema {found}, this binary needs {wanted}: run `rekey migrate`");
    }
    if found > wanted {
        bail!(
            "the database has schema {found}, made by a newer rekey than this one (schema {wanted}): use that version"
        );
    }
    Ok(())
}
