//! `rekey serve --dev` for whoever changes Rekey: a new folder begins with the demo's people, app and inbox,
//! and what happens there stays.

use std::time::{Duration, Instant};

use crate::support::http_user::{Answer, HttpUser};
use crate::support::server_process::ServerFixture;

const DEMO_APP: &str = "/demo-app";
const ADA: &str = "ada@example.com";
/// The password that the demo gives her.
const PASSWORD: &str = "correct horse battery";

/// A fixture without a bootstrap file, its database in its own folder.
async fn empty_folder() -> ServerFixture {
    let mut fixture = ServerFixture::on_sqlite().await;
    for name in ["REKEY_BOOTSTRAP", "REKEY_DATABASE_URL"] {
        fixture.variables.remove(name);
    }
    fixture
}

/// The inbox, once there is something for Ada in it.
async fn inbox_after_reset_request(visitor: &HttpUser) -> Answer {
    let began = Instant::now();
    loop {
        let inbox = visitor.get("/dev/inbox").await;
        if inbox.body.contains(ADA) {
            return inbox;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "her message never arrived");
    }
}

async fn sign_in(visitor: &HttpUser) -> Answer {
    let typed = [("identifier", ADA), ("password", PASSWORD)];
    visitor.post("/sign-in", "/sign-in", &typed).await
}

#[tokio::test]
async fn an_empty_folder_starts_with_the_demo_users_app_and_inbox() {
    let process = empty_folder().await.start_dev().await;
    let visitor = process.http_user();
    assert!(visitor.get(DEMO_APP).await.body.contains("demo-app.js"), "the app is registered");
    assert_eq!(visitor.request_reset(ADA).await.status, 303);
    let inbox = inbox_after_reset_request(&visitor).await;
    assert!(inbox.body.contains("/dev/inbox/"), "it can be opened");
}

#[tokio::test]
async fn existing_data_stays_at_the_next_start() {
    let fixture = empty_folder().await;
    fixture.start_dev().await.stop().await;
    let again = fixture.start_dev().await;
    assert_eq!(sign_in(&again.http_user()).await.location(), "/account");
    assert!(again.http_user().get(DEMO_APP).await.body.contains("demo-app.js"));
}

#[tokio::test]
async fn an_existing_database_gets_no_demo_users() {
    let mut fixture = ServerFixture::on_sqlite().await;
    fixture.variables.remove("REKEY_BOOTSTRAP");
    let process = fixture.start_dev().await;
    assert!(!process.http_user().get(DEMO_APP).await.body.contains("demo-app.js"));
    assert_eq!(sign_in(&process.http_user()).await.status, 422);
}

#[tokio::test]
async fn a_public_server_gets_no_demo_users() {
    let mut fixture = empty_folder().await;
    // Behind an https address hashes have to be as dear as in production.
    for name in ["REKEY_HASHING__MEMORY_KIB", "REKEY_HASHING__ITERATIONS"] {
        fixture.variables.remove(name);
    }
    let open = [("REKEY_LISTEN", "0.0.0.0:0"), ("REKEY_PUBLIC_URL", "https://rekey.example")];
    fixture.variables.extend(open.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let process = fixture.start_dev().await;
    process.stop().await;
    let people = fixture.command(&["user", "list"]).output().unwrap();
    assert!(people.status.success());
    assert!(!String::from_utf8_lossy(&people.stdout).contains("ada"), "{people:?}");
}
