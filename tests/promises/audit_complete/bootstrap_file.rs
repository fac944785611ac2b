//! What the bootstrap file changes at a start is written down like what a machine changes over an API.

use serde_json::{Value, json};

use super::{SECRETS, assert_no_secret, call};
use crate::http::{ROOT, api_client, body, with_keys};
use crate::support::app::TestApp;
use crate::support::db_dump;

const OTHER_KEY: &str = "s3cr3t-key-s3cr3t-key-s3cr3t-key";

/// A file with something of each kind.
fn file() -> Value {
    let mut input = with_keys(json!({}));
    input["connectors"] = json!([smtp_connector("one@mailer.example", "s3cr3t-token")]);
    input["applications"] = json!([ops("https://ops.example/one", "s3cr3t-key of the app")]);
    input
}

fn smtp_connector(from: &str, token: &str) -> Value {
    json!({ "id": "post", "connectorId": "postmark-mail", "type": "Email",
        "config": { "serverToken": token, "fromEmail": from } })
}

fn ops(uri: &str, secret: &str) -> Value {
    json!({ "id": "ops", "name": "Ops", "type": "Traditional", "redirectUris": [uri], "secret": secret })
}

/// The entries of this event, oldest first; each was written down under the file, and holds no secret.
async fn entries(app: &TestApp, event: &str) -> Vec<Value> {
    let found = body(&api_client(app, ROOT).get(&format!("/api/logs?logKey={event}&page_size=100")).await);
    let mut found: Vec<Value> =
        found.as_array().unwrap().iter().map(|entry| entry["payload"].clone()).collect();
    found.reverse();
    for entry in &found {
        assert_eq!(entry["userAgent"], "the bootstrap file", "{entry}");
        assert!(!SECRETS.iter().any(|secret| entry.to_string().contains(secret)), "{entry}");
    }
    found
}

/// What the newest entry of this event says of a path.
async fn line(app: &TestApp, event: &str, path: &str) -> (Value, Value) {
    let entry = entries(app, event).await.pop().unwrap();
    let lines = entry["details"].as_array().unwrap_or_else(|| panic!("no details: {entry}"));
    let line = lines.iter().find(|line| line["path"] == path).unwrap_or_else(|| panic!("no {path}: {entry}"));
    (line["before"].clone(), line["after"].clone())
}

async fn count(app: &TestApp) -> i64 {
    db_dump::query_number(
        app,
        "select count(*) from audit_log where actor = 'bootstrap-file' and event in \
         ('connector_change', 'application_change', 'api_key_create', 'api_key_change', 'api_key_disable', 'settings_change')",
    )
    .await
}

async fn restart(app: &TestApp, overrides: Value) -> TestApp {
    app.clock.advance(1);
    app.restart_with(overrides).await
}

#[tokio::test]
async fn creations_by_the_file_are_audited_once() {
    let mut bare = with_keys(json!({}));
    bare["connectors"] = json!([]);
    let first = TestApp::with(bare).await;
    assert_eq!(count(&first).await, 0, "the first start sets up what was not there before");
    let input = file();
    let input = json!({ "connectors": input["connectors"], "applications": input["applications"] });
    let app = restart(&first, input).await;
    assert_eq!(line(&app, "connector_change", "connectorId").await, (json!(null), json!("postmark-mail")));
    let masked = (json!(null), json!("******"));
    assert_eq!(line(&app, "connector_change", "config.serverToken").await, masked);
    let entry = entries(&app, "application_change").await;
    let name = json!({ "path": "name", "before": null, "after": "Ops" });
    assert!(entry.iter().any(|entry| entry["details"].as_array().is_some_and(|all| all.contains(&name))));
    assert!(entry.iter().any(|entry| entry["details"] == json!({ "name": "bootstrap" })), "its secret");
    let made = count(&app).await;
    assert_eq!(made, 3, "a connector, and an application with its secret");
    let same = restart(&app, json!({})).await;
    assert_eq!(count(&same).await, made);
    let other = same.restart_with_key(&format!("{} {}", "ab".repeat(64), app.secret_key())).await;
    assert_eq!(count(&other).await, made, "another secret key changes nothing of what the file says");
    assert_no_secret(&other).await;
}

#[tokio::test]
async fn a_connector_that_the_file_changes_is_an_entry() {
    let app = TestApp::with(file()).await;
    let before = count(&app).await;
    let app =
        restart(&app, json!({ "connectors": [smtp_connector("two@mailer.example", "s3cr3t-token")] })).await;
    let entry = entries(&app, "connector_change").await.pop().unwrap();
    assert_eq!((&entry["result"], &entry["sessionId"]), (&json!("Success"), &json!("post")), "{entry}");
    let changed = json!([{ "path": "config.fromEmail", "before": "one@mailer.example", "after": "two@mailer.example" }]);
    assert_eq!(entry["details"], changed, "only what changed");
    let app = restart(
        &app,
        json!({ "connectors": [smtp_connector("two@mailer.example", "another s3cr3t-token")] }),
    )
    .await;
    let masked = (json!("******"), json!("******"));
    assert_eq!(line(&app, "connector_change", "config.serverToken").await, masked);
    assert_eq!(count(&app).await, before + 2);
    assert_no_secret(&app).await;
}

/// What was changed over an API is brought back by the file, which is a change like any other.
#[tokio::test]
async fn an_application_that_the_file_changes_is_an_entry() {
    let app = TestApp::with(file()).await;
    let before = count(&app).await;
    call(&app, "PATCH", "/api/applications/ops", json!({ "description": "by the API" })).await;
    let uri = "https://ops.example/two";
    let app = restart(&app, json!({ "applications": [ops(uri, "s3cr3t-key of the app")] })).await;
    let changed = "select count(*) from audit_log where event = 'application_change' and result = 'changed'";
    assert_eq!(db_dump::query_number(&app, changed).await, 2, "one by the API and one by the file");
    let described = "select count(*) from audit_log where actor = 'bootstrap-file' and details like '%by the API%' \
                     and details like '%https://ops.example/one%' and details like '%https://ops.example/two%'";
    assert_eq!(db_dump::query_number(&app, described).await, 1);
    let app = restart(&app, json!({ "applications": [ops(uri, "another s3cr3t-key of the app")] })).await;
    let secret = "select count(*) from audit_log where actor = 'bootstrap-file' and result = 'secret_changed' and app_id = 'ops'";
    assert_eq!(db_dump::query_number(&app, secret).await, 1);
    assert_eq!(count(&app).await, before + 2);
    assert_no_secret(&app).await;
}

#[tokio::test]
async fn a_key_that_the_file_changes_is_an_entry() {
    let app = TestApp::with(file()).await;
    let keys = |role: &str, token: &str| {
        let root = json!({ "id": "root", "roles": ["root"], "token": ROOT });
        json!({ "apiKeys": [root, { "id": "login", "roles": [role], "token": token }] })
    };
    let app = restart(&app, keys("root", OTHER_KEY)).await;
    let entry = entries(&app, "api_key_change").await.pop().unwrap();
    assert_eq!(entry["sessionId"], "login", "{entry}");
    let changed = json!([
        { "path": "roles", "before": ["login"], "after": ["root"] },
        { "path": "token", "before": "******", "after": "******" },
    ]);
    assert_eq!(entry["details"], changed);
    let app = restart(&app, keys("root", OTHER_KEY)).await;
    assert_eq!(entries(&app, "api_key_change").await.len(), 1, "the same again is no change");
    assert_no_secret(&app).await;
}

#[tokio::test]
async fn removals_from_the_file_are_audited() {
    let app = TestApp::with(file()).await;
    let before = count(&app).await;
    let root = json!({ "id": "root", "roles": ["root"], "token": ROOT });
    let app = restart(&app, json!({ "applications": [], "apiKeys": [root] })).await;
    assert_eq!(line(&app, "application_change", "name").await, (json!("Ops"), json!(null)));
    assert_eq!(entries(&app, "api_key_disable").await.len(), 1);
    assert_eq!(count(&app).await, before + 2);
}
