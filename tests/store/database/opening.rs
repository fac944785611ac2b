//! Opening, migrating, and what a transaction promises.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rekey_core::args;
use rekey_core::db::error::StoreError;
use rekey_core::db::{OpenMode, Store, migrate};
use rekey_core::settings;

use crate::store::{NOW, begin};
use crate::support::database::{Folder, TestDatabase};

/// What an operator reads when the database does not open.
async fn refusal(path: &Path) -> String {
    let Err(error) = Store::open(&format!("sqlite://{}", path.display())).await else {
        panic!("{} opened", path.display());
    };
    format!("{error:#}")
}

async fn versions(store: &Store) -> Vec<(i64,)> {
    let mut tx = store.read().await.unwrap();
    tx.all("select version from _sqlx_migrations order by version", args![]).await.unwrap()
}

async fn change(store: &Store, sql: &'static str) {
    let mut tx = store.write().await.unwrap();
    assert_eq!(tx.run(sql, args![]).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    let database = TestDatabase::fresh().await;
    let before = versions(&database.store).await;
    migrate::run(&database.store).await.unwrap();
    migrate::check(&database.store).await.unwrap();
    assert_eq!(versions(&database.store).await, before);
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap().count();
    assert_eq!(before.len(), files, "every file of migrations/ is in the binary");
}

#[tokio::test]
async fn a_command_that_may_make_no_database_opens_only_an_existing_one() {
    let database = TestDatabase::fresh().await;
    let store = Store::open_with(&database.url, OpenMode::Existing).await.unwrap();
    assert_eq!(versions(&store).await, versions(&database.store).await);
    let folder = Folder::fresh();
    let path = folder.path().join("none.db");
    assert!(Store::open_with(&format!("sqlite://{}", path.display()), OpenMode::Existing).await.is_err());
    assert!(!path.exists());
}

#[tokio::test]
async fn two_instances_may_migrate_at_once() {
    let database = TestDatabase::blank().await;
    let other = Store::open(&database.url).await.unwrap();
    let (one, two) = tokio::join!(migrate::run(&database.store), migrate::run(&other));
    one.unwrap();
    two.unwrap();
    migrate::check(&other).await.unwrap();
}

#[tokio::test]
async fn an_empty_database_asks_for_a_migration() {
    let database = TestDatabase::blank().await;
    let error = migrate::check(&database.store).await.unwrap_err();
    assert!(
        format!("{error:#}").starts_with("the database has no schema yet: run `rekey migrate`"),
        "{error:#}"
    );
}

#[tokio::test]
async fn an_older_database_asks_for_a_migration() {
    let database = TestDatabase::fresh().await;
    let versions = versions(&database.store).await;
    let (before, newest) = (versions[versions.len() - 2].0, versions[versions.len() - 1].0);
    change(
        &database.store,
        "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)",
    )
    .await;
    let error = migrate::check(&database.store).await.unwrap_err().to_string();
    let expected =
        format!("the database has schema {before}, this binary needs {newest}: run `rekey migrate`");
    assert_eq!(error, expected);
}

#[tokio::test]
async fn a_newer_database_is_refused_once_it_says_that_it_can_not_be_used() {
    let database = TestDatabase::fresh().await;
    change(
        &database.store,
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         select 9999, 'tomorrow', success, checksum, execution_time from _sqlx_migrations where version = 1",
    )
    .await;
    migrate::run(&database.store).await.unwrap();
    migrate::check(&database.store).await.unwrap();
    change(&database.store, "update compatibility set oldest = 9999").await;
    for refused in [
        migrate::run(&database.store).await,
        migrate::check(&database.store).await,
        migrate::check_can_migrate(&database.store).await,
    ] {
        let error = refused.unwrap_err().to_string();
        assert!(
            error.starts_with("the database has schema 9999, made by a newer rekey than this one"),
            "{error}"
        );
    }
}

/// Before the first release the migrations were other files; they are not brought forward.
#[tokio::test]
async fn a_database_of_a_development_build_is_refused() {
    for sql in [
        "update _sqlx_migrations set version = 9999, description = 'people' where version = 1",
        "update _sqlx_migrations set checksum = (select m.checksum from _sqlx_migrations m where m.version = 2) where version = 1",
    ] {
        let database = TestDatabase::fresh().await;
        change(&database.store, sql).await;
        let error = migrate::run(&database.store).await.unwrap_err().to_string();
        assert!(error.starts_with("the database was made by a development build"), "{sql}: {error}");
        assert!(error.contains("start with an empty one"), "{error}");
    }
}

#[tokio::test]
async fn a_check_refuses_a_development_build_too() {
    let database = TestDatabase::fresh().await;
    change(
        &database.store,
        "update _sqlx_migrations set version = 9999, description = 'people' where version = 1",
    )
    .await;
    for refused in [migrate::check(&database.store).await, migrate::check_can_migrate(&database.store).await]
    {
        let error = refused.unwrap_err().to_string();
        assert!(error.starts_with("the database was made by a development build"), "{error}");
    }
}

#[tokio::test]
async fn an_empty_and_an_older_database_can_be_migrated() {
    let database = TestDatabase::blank().await;
    migrate::check_can_migrate(&database.store).await.unwrap();
    migrate::run(&database.store).await.unwrap();
    change(
        &database.store,
        "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)",
    )
    .await;
    migrate::check_can_migrate(&database.store).await.unwrap();
}

#[tokio::test]
async fn reading_can_not_write() {
    let database = TestDatabase::fresh().await;
    let mut tx = database.store.read().await.unwrap();
    let written = settings::store::save(&mut tx, "{}", "[]", NOW).await;
    assert!(matches!(written, Err(StoreError::Failure(_))), "{written:?}");
    drop(tx);
    let mut tx = database.store.read().await.unwrap();
    assert_eq!(settings::store::document(&mut tx).await.unwrap(), None);
}

#[tokio::test]
async fn only_committed_changes_are_visible() {
    let (database, mut tx) = begin().await;
    settings::store::save(&mut tx, "dropped", "[]", NOW).await.unwrap();
    drop(tx);
    let mut tx = database.store.write().await.unwrap();
    settings::store::save(&mut tx, "rolled back", "[]", NOW).await.unwrap();
    tx.rollback().await.unwrap();
    let mut tx = database.store.write().await.unwrap();
    assert_eq!(settings::store::document(&mut tx).await.unwrap(), None);
    settings::store::save(&mut tx, "committed", "[]", NOW).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = database.store.read().await.unwrap();
    assert_eq!(settings::store::document(&mut tx).await.unwrap().unwrap().0, "committed");
}

#[tokio::test]
async fn a_reader_does_not_wait_for_the_writer() {
    let (database, mut writing) = begin().await;
    settings::store::save(&mut writing, "unfinished", "[]", NOW).await.unwrap();
    let mut reading = database.store.read().await.unwrap();
    assert_eq!(settings::store::document(&mut reading).await.unwrap(), None);
}

#[tokio::test]
async fn the_verbs_return_the_number_of_rows() {
    let (_database, mut tx) = begin().await;
    assert_eq!(tx.run("update users set name = 'x' where id = 'nobody'", args![]).await.unwrap(), 0);
    let absent: Option<(String,)> =
        tx.maybe("select id from users where id = $1", args!["nobody"]).await.unwrap();
    assert_eq!(absent, None);
    let (count,): (i64,) = tx.one("select count(*) from users", args![]).await.unwrap();
    assert_eq!(count, 0);
    let one: Result<(String,), _> = tx.one("select id from users where id = $1", args!["nobody"]).await;
    assert!(matches!(one, Err(StoreError::Failure(_))), "{one:?}");
}

#[tokio::test]
async fn a_closed_store_opens_again_with_everything_in_it() {
    let (database, mut tx) = begin().await;
    settings::store::save(&mut tx, "kept", "[]", NOW).await.unwrap();
    tx.commit().await.unwrap();
    database.store.close().await;
    assert!(database.store.read().await.is_err());
    let again = Store::open(&database.url).await.unwrap();
    let mut tx = again.read().await.unwrap();
    assert_eq!(settings::store::document(&mut tx).await.unwrap().unwrap().0, "kept");
}

#[tokio::test]
async fn an_address_of_no_engine_says_so() {
    for url in ["mysql://127.0.0.1/rekey", "sqlite:rekey.db", "rekey.db", ""] {
        let Err(error) = Store::open(url).await else {
            panic!("{url} opened");
        };
        assert_eq!(error.to_string(), "database_url begins with neither sqlite:// nor postgres://");
    }
}

#[tokio::test]
async fn a_broken_postgres_address_says_so() {
    let Err(error) = Store::open("postgres://127.0.0.1:port/rekey").await else {
        panic!("it opened");
    };
    assert_eq!(error.to_string(), "database_url is not a PostgreSQL address");
}

#[tokio::test]
async fn a_path_with_signs_of_its_own_is_escaped() {
    let folder = Folder::fresh();
    let url = format!("sqlite://{}/re%23key%3F.db", folder.path().display());
    Store::open(&url).await.unwrap().close().await;
    assert!(folder.path().join("re#key?.db").is_file());
}

#[tokio::test]
async fn a_folder_is_no_database() {
    let folder = Folder::fresh();
    let error = refusal(folder.path()).await;
    assert!(
        error.starts_with(&format!("can't open the database file {}", folder.path().display())),
        "{error}"
    );
}

#[tokio::test]
async fn a_missing_folder_is_not_made() {
    let folder = Folder::fresh();
    let file = folder.path().join("absent/rekey.db");
    let error = refusal(&file).await;
    assert!(error.starts_with(&format!("can't open the database file {}", file.display())), "{error}");
}

#[tokio::test]
async fn another_kind_of_file_is_left_alone() {
    let folder = Folder::fresh();
    let text = "this was never a database ".repeat(100);
    fs::write(folder.file(), &text).unwrap();
    let error = refusal(&folder.file()).await;
    assert!(error.contains("can't open the database file") && error.contains("not a database"), "{error}");
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), text);
}

#[tokio::test]
async fn a_file_that_can_not_be_written_is_refused_at_once() {
    let database = TestDatabase::sqlite().await;
    database.store.close().await;
    let folder = database.folder.unwrap();
    fs::set_permissions(folder.file(), Permissions::from_mode(0o444)).unwrap();
    // Root may write whatever the mode says, and so has nothing to be refused.
    if OpenOptions::new().append(true).open(folder.file()).is_err() {
        let error = refusal(&folder.file()).await;
        assert!(error.contains("can't open the database file") && error.contains("readonly"), "{error}");
    }
}
