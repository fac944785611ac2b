//! A rolling upgrade: a newer version has brought the database to its schema while instances of this one run.
//! Until there is a release, the newer version is played: its migration is what its start would have
//! committed.

use std::sync::Arc;

use rekey_core::args;

use crate::support::app::on_runtime;
use crate::support::server_process::{ServerFixture, ServerProcess};

/// One transaction, as the start of a newer version.
async fn migrate_further(fixture: &ServerFixture, statements: &'static [&'static str]) {
    let database = Arc::clone(&fixture.database);
    on_runtime(move || async move {
        let mut tx = database.store.write().await.unwrap();
        for sql in statements {
            tx.run(sql, args![]).await.unwrap();
        }
        tx.commit().await.unwrap();
    })
    .await;
}

/// A migration that only adds.
async fn expand(fixture: &ServerFixture) {
    let database = Arc::clone(&fixture.database);
    let has_own_table = move || async move {
        let mut tx = database.store.read().await.unwrap();
        tx.one::<(i64,)>("select count(*) from schema_migrations", args![]).await.is_ok()
    };
    let record = if on_runtime(has_own_table).await { &RECORD } else { &RECORD_BY_SQLX };
    migrate_further(fixture, &EXPAND).await;
    migrate_further(fixture, record).await;
}

const EXPAND: [&str; 2] =
    ["create table pets (id text primary key not null)", "alter table revisions add column note text"];

/// How the runner of migrations records it.
const RECORD: [&str; 1] =
    ["insert into schema_migrations (version, name, digest, applied_at) values (9000, '9000_pets', '', 0)"];
const RECORD_BY_SQLX: [&str; 1] =
    ["insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
     select 9000, '9000_pets', success, checksum, 0 from _sqlx_migrations where version = 1"];

/// What removes something, and says so.
const CONTRACT: [&str; 1] = ["update compatibility set oldest = 9000"];

async fn ready_status(process: &ServerProcess) -> u16 {
    process.http_user().get("/ready").await.status
}

/// Whether people can sign in and request a reset.
async fn serves(process: &ServerProcess) -> bool {
    let fields = [("identifier", "ada@example.org"), ("password", crate::promises::PASSWORD)];
    let signed_in = process.http_user().post("/sign-in", "/sign-in", &fields).await;
    let requested = process.http_user().request_reset("ada@example.org").await;
    (signed_in.status, signed_in.location(), requested.status) == (303, "/account", 303)
}

#[tokio::test]
async fn an_instance_goes_on_with_a_schema_that_only_grew() {
    let fixture = ServerFixture::new().await;
    let process = fixture.start(true).await;
    assert!(serves(&process).await);
    expand(&fixture).await;
    for _ in 0..5 {
        assert_eq!(ready_status(&process).await, 200);
        assert!(serves(&process).await);
    }
    drop(process);
    let restarted = fixture.start(true).await;
    assert_eq!(ready_status(&restarted).await, 200);
    assert!(serves(&restarted).await);
}

#[tokio::test]
async fn an_instance_that_is_too_old_is_not_ready_and_says_why() {
    let fixture = ServerFixture::new().await;
    let process = fixture.start(true).await;
    expand(&fixture).await;
    migrate_further(&fixture, &CONTRACT).await;
    let mut last = 200;
    while last == 200 {
        last = ready_status(&process).await;
    }
    assert_eq!(last, 503);
    drop(process);
    let mut command = fixture.command(&["serve"]);
    let refused = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("schema 9000") && why.contains("made by a newer rekey"), "{why}");
}
