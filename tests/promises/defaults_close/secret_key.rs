//! What the secret key protects outlives a rotation of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use rekey_core::args;
use rekey_core::maintenance::secret_key_rotation;
use rekey_core::settings;
use rekey_server::jobs::maintenance;
use serde_json::{Value, json};

use super::{output_text, run};
use crate::http::{ROOT, api_client, body, send};
use crate::promises::{CODE, CookieClient, RESET, without_throttles};
use crate::support::app::{TestApp, on_runtime};
use crate::support::client::Client;
use crate::support::page::Page;
use crate::support::server_process::ServerFixture;

const SECRET: &str = "a secret that only the app knows";
const AUTHORIZATION: &str = "Bearer open sesame 1234567890";

pub(super) fn new_key() -> String {
    "ab".repeat(64)
}

pub(super) async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

/// A program in which everything that is sealed was set up over HTTP.
pub(super) async fn start_with_secrets() -> (TestApp, String) {
    let mut input = without_throttles();
    input["apiKeys"] = json!([{ "id": "root", "roles": ["root"], "token": ROOT }]);
    input["applications"] =
        json!([{ "id": "ops", "name": "Ops", "type": "MachineToMachine", "secret": SECRET }]);
    let app = TestApp::with(input).await;
    app.may_leave_messages();
    let webhook = json!({ "events": ["PostSignIn"], "config": { "url": "https://hooks.example/in", "headers": { "x-key": AUTHORIZATION } } });
    let webhook = body(&call(&app, "POST", "/api/hooks", webhook).await)["id"].as_str().unwrap().to_owned();
    let texts = json!({ "connectorId": "http-sms", "id": "texts", "priority": 9,
        "config": { "endpoint": "https://sms.example/", "authorization": AUTHORIZATION } });
    assert_eq!(call(&app, "POST", "/api/connectors", texts).await.status, 200);
    app.new_user("ada@example.org").with_password("correct horse battery").make().await;
    (app, webhook)
}

/// A secret of an application that is not in the bootstrap file, which would write it anew.
async fn create_machine(app: &TestApp) -> (String, String) {
    let made = body(
        &call(app, "POST", "/api/applications", json!({ "name": "Made", "type": "MachineToMachine" })).await,
    );
    (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

async fn token_status(app: &TestApp, (id, secret): &(String, String)) -> u16 {
    Client::of(app, id)
        .with_secret(secret)
        .post_form("/oidc/token", &[("grant_type", "client_credentials")])
        .await
        .status
}

/// Whether everything that was set up is there as it was.
async fn is_readable(app: &TestApp, webhook: &str) -> bool {
    let webhook = body(&call(app, "GET", &format!("/api/hooks/{webhook}"), Value::Null).await);
    let texts = call(app, "GET", "/api/connectors/texts", Value::Null).await;
    webhook["config"]["headers"]["x-key"] == AUTHORIZATION
        && webhook["enabled"] == true
        && texts.status == 200
}

#[tokio::test]
async fn rotating_the_secret_key_loses_nothing_and_ends_no_session() {
    let (old, webhook) = start_with_secrets().await;
    let machine_app = create_machine(&old).await;
    let mut cookie_client = CookieClient::new(&old).await;
    cookie_client.request_reset("ada@example.org").await.redirects_to(CODE);
    let stored = cookie_client.snapshot();
    let both = old.restart_with_key(&format!("{},\n {}", new_key(), old.secret_key())).await;
    both.may_leave_messages();
    assert!(is_readable(&both, &webhook).await);
    assert_eq!(token_status(&both, &machine_app).await, 200, "its secret was digested under the older key");
    let code = both.inbox_of("ada@example.org").await.code();
    cookie_client.browser = both.browser();
    cookie_client.restore(stored);
    cookie_client.enter_code(&code).await.redirects_to(RESET);
    let count = rotate_rows(&both).await;
    assert!(count >= 5, "hook, connector, signing keys, the machine's secret, the key check: {count}");
    assert_eq!(rotate_rows(&both).await, 0);
    let alone = both.restart_with_key(&new_key()).await;
    alone.may_leave_messages();
    assert!(is_readable(&alone, &webhook).await, "the older key is not needed any more");
    assert_eq!(token_status(&alone, &machine_app).await, 200);
}

/// `rekey secret-key lost --yes`, with the new key in the configuration.
pub(super) async fn give_up_lost_key(app: &TestApp) {
    let mut home = ServerFixture::on(Arc::clone(&app.database));
    home.variables.insert("REKEY_SECRET_KEY".to_owned(), new_key());
    let output = run(&home, &["secret-key", "lost", "--yes"], None).await;
    assert!(output.status.success(), "{}", output_text(&output));
}

async fn rotate_rows(app: &TestApp) -> u64 {
    app.run(|program| async move { secret_key_rotation::reseal(&program.core).await.unwrap() }).await
}

/// A connector's sealed row, as it stands in the database.
async fn dump_sealed(app: &TestApp) -> String {
    let database = Arc::clone(&app.database);
    let read = move || async move {
        let mut tx = database.store.read().await.unwrap();
        settings::store::connector(&mut tx, "texts").await.unwrap().unwrap()
    };
    on_runtime(read).await
}

/// Puts a sealed row back without a change of the settings, which nobody notices who does not read it.
async fn restore_sealed(app: &TestApp, sealed: &str) {
    execute(app, "update connectors set sealed = $1 where id = 'texts'", sealed).await;
}

pub(super) async fn execute(app: &TestApp, sql: &'static str, value: &str) {
    let (database, value) = (Arc::clone(&app.database), value.to_owned());
    let write = move || async move {
        let mut tx = database.store.write().await.unwrap();
        tx.run(sql, args![value]).await.unwrap();
        tx.commit().await.unwrap();
    };
    on_runtime(write).await;
}

/// Reading every sealed row every ten seconds, for as long as an older key stays in the list, costs as much
/// as there are messages that wait.
#[tokio::test]
async fn rows_are_not_rewritten_once_all_use_the_newest_key() {
    let (old, _) = start_with_secrets().await;
    let before = dump_sealed(&old).await;
    let both = old.restart_with_key(&format!("{} {}", new_key(), old.secret_key())).await;
    both.may_leave_messages();
    assert!(rotate_rows(&both).await > 0);
    assert_eq!(rotate_rows(&both).await, 0, "this pass finds that none is left");
    restore_sealed(&both, &before).await;
    assert_eq!(rotate_rows(&both).await, 0, "and nothing is read after it");
    // An instance that was not restarted yet seals with the key that it knows, and counts the change.
    assert_eq!(call(&old, "PATCH", "/api/connectors/texts", json!({ "priority": 7 })).await.status, 200);
    both.run(|program| async move { maintenance::reload_if_changed(&program).await.unwrap() }).await;
    assert_eq!(rotate_rows(&both).await, 1, "a change of the settings is looked at");
    assert_eq!(rotate_rows(&both).await, 0);
    // What it seals without a change of the settings, a message that waits, is found within the hour.
    restore_sealed(&both, &before).await;
    assert_eq!(rotate_rows(&both).await, 0);
    both.clock.advance(3600);
    assert_eq!(rotate_rows(&both).await, 1);
    assert_eq!(rotate_rows(&both).await, 0);
}

/// The cookie of the flow comes back encrypted with the newest key, so that it outlives the older one.
#[tokio::test]
async fn a_flow_continues_under_another_key() {
    let (old, _) = start_with_secrets().await;
    let mut cookie_client = CookieClient::new(&old).await;
    cookie_client.request_reset("ada@example.org").await.redirects_to(CODE);
    let code = old.inbox_of("ada@example.org").await.code();
    let stored = cookie_client.snapshot();
    give_up_lost_key(&old).await;
    for (keys, goes_on) in [(new_key(), false), (format!("{} {}", new_key(), old.secret_key()), true)] {
        let app = old.restart_with_key(&keys).await;
        app.may_leave_messages();
        cookie_client.browser = app.browser();
        cookie_client.restore(stored.clone());
        let page = cookie_client.enter_code(&code).await;
        assert_eq!(
            page.status == 303,
            goes_on,
            "without the older key the journey is nobody's: {}",
            page.status
        );
    }
}

#[tokio::test]
async fn rotate_puts_a_new_key_before_those_of_the_file() {
    let mut home = ServerFixture::on_sqlite().await;
    home.variables.remove("REKEY_SECRET_KEY");
    drop(home.start(true).await);
    let file = home.folder.path().join("data/secret.key");
    let before = fs::read_to_string(&file).unwrap();
    let output = run(&home, &["secret-key", "rotate"], None).await;
    assert!(output.status.success() && output_text(&output).contains("restart"), "{}", output_text(&output));
    let after = fs::read_to_string(&file).unwrap();
    let keys: Vec<&str> = after.lines().collect();
    assert_eq!((keys.len(), keys[1], keys[0].len()), (2, before.trim(), 128));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(
        !output_text(&output).contains(keys[0]) && !output_text(&output).contains(keys[1]),
        "no key is printed"
    );
    assert_eq!(
        fs::read_dir(file.parent().unwrap())
            .unwrap()
            .filter(|entry| {
                entry.as_ref().unwrap().file_name().to_str().unwrap().starts_with("secret.key-")
            })
            .count(),
        0,
        "nothing is left beside it"
    );
    let answer = output_text(&run(&home, &["check"], None).await);
    assert!(answer.contains("depends on an older secret key"), "{answer}");
    drop(home.start(true).await);
}

#[tokio::test]
async fn rotate_prints_the_list_where_the_environment_has_the_key() {
    let home = ServerFixture::new().await;
    let output = run(&home, &["secret-key", "rotate"], None).await;
    let list = String::from_utf8(output.stdout.clone()).unwrap();
    let keys: Vec<&str> = list.trim().split(',').collect();
    assert_eq!((keys.len(), keys[1]), (2, "5eed".repeat(32).as_str()));
    assert!(
        output_text(&output).contains("new key LAST"),
        "several machines must all open what one of them seals"
    );
    let help = output_text(&run(&home, &["secret-key", "rotate", "--help"], None).await);
    assert!(help.contains("rekey check"), "{help}");
}
