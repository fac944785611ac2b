//! Everything that an operator changes, tries or reads in bulk is an entry of the audit log: who, what, and
//! of a change what was and what is. No secret and no person's address is in any of them.

mod bootstrap_file;

use serde_json::{Value, json};

use crate::http::graphql::GRAPHQL;
use crate::http::{ROOT, api_client, body, send, start_with_keys};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

/// What no entry may hold.
const SECRETS: [&str; 6] =
    ["s3cr3t-token", "s3cr3t-key", "hooks.example/s3cr3t", "s3cr3t-header", "ada@example.org", "whsec_"];

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    let page = send(&api_client(app, ROOT), method, path, &input).await;
    assert!(page.status < 300, "{method} {path}: {} {}", page.status, page.html);
    page
}

/// The newest entry of this event.
async fn newest(app: &TestApp, event: &str) -> Value {
    let entries = body(&api_client(app, ROOT).get(&format!("/api/logs?logKey={event}")).await);
    let payload = entries[0]["payload"].clone();
    assert!(payload.is_object(), "no entry of {event}: {entries}");
    let text = payload.to_string();
    assert!(!SECRETS.iter().any(|secret| text.contains(secret)), "{text}");
    payload
}

/// Before and after at this path of the newest entry of this event.
async fn change(app: &TestApp, event: &str, path: &str) -> (Value, Value) {
    let entry = newest(app, event).await;
    let lines = entry["details"].as_array().unwrap_or_else(|| panic!("no details: {entry}"));
    let line = lines.iter().find(|line| line["path"] == path).unwrap_or_else(|| panic!("no {path}: {entry}"));
    (line["before"].clone(), line["after"].clone())
}

#[tokio::test]
async fn a_change_of_settings_says_what_changed() {
    let app = start_with_keys(json!({})).await;
    let policy = json!({ "passwordPolicy": { "length": { "min": 6 }, "acknowledgeWeak": true } });
    call(&app, "PATCH", "/api/sign-in-exp", policy).await;
    let least = "signInExperience.passwordPolicy.length.min";
    assert_eq!(change(&app, "settings_change", least).await, (json!(8), json!(6)));
    let lines = newest(&app, "settings_change").await["details"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 2, "only what changed: {lines}");

    app.clock.advance(1);
    call(&app, "PATCH", "/api/account-center", json!({ "enabled": true, "fields": { "name": "Edit" } }))
        .await;
    assert_eq!(change(&app, "settings_change", "accountCenter.fields.name").await.1, json!("Edit"));

    app.clock.advance(1);
    let provider =
        json!({ "config": { "type": "Turnstile", "siteKey": "0x4AAA", "secretKey": "s3cr3t-key" } });
    call(&app, "PUT", "/api/captcha-provider", provider).await;
    assert_eq!(change(&app, "settings_change", "captcha.secret").await, (json!(null), json!("******")));
    assert_eq!(change(&app, "settings_change", "captcha.provider").await.1, json!("turnstile"));

    app.clock.advance(1);
    let claims = json!({ "claims": { "plan": "user.customData.plan" } });
    call(&app, "PUT", "/api/configs/jwt-customizer/id-token", claims).await;
    let entry = newest(&app, "settings_change").await;
    assert!(entry["details"][0]["path"].as_str().unwrap().starts_with("jwtCustomizer."), "{entry}");

    app.clock.advance(1);
    let configure = "mutation { configure(config: { login: { revealUserExists: true } }) { ok } }";
    call(&app, "POST", GRAPHQL, json!({ "query": configure })).await;
    assert_eq!(
        change(&app, "settings_change", "recovery.revealUserExists").await,
        (json!(false), json!(true))
    );
}

#[tokio::test]
async fn a_change_of_a_connector_says_what_changed() {
    let app = start_with_keys(json!({})).await;
    let config = json!({ "serverToken": "s3cr3t-token", "fromEmail": "one@mailer.example" });
    call(
        &app,
        "POST",
        "/api/connectors",
        json!({ "id": "post", "connectorId": "postmark-mail", "priority": 5, "config": config }),
    )
    .await;
    assert_eq!(change(&app, "connector_change", "config.serverToken").await, (json!(null), json!("******")));
    app.clock.advance(1);
    let config = json!({ "serverToken": "another s3cr3t-token", "fromEmail": "two@mailer.example" });
    call(&app, "PATCH", "/api/connectors/post", json!({ "config": config })).await;
    assert_eq!(
        change(&app, "connector_change", "config.fromEmail").await,
        (json!("one@mailer.example"), json!("two@mailer.example"))
    );
    assert_eq!(
        change(&app, "connector_change", "config.serverToken").await,
        (json!("******"), json!("******"))
    );
    assert_no_secret(&app).await;
}

/// No entry holds what may not be in one.
async fn assert_no_secret(app: &TestApp) {
    let log = db_dump::all(app).await["audit_log"].join("\n");
    assert!(!SECRETS.iter().any(|secret| log.contains(secret)), "{log}");
}

#[tokio::test]
async fn a_change_of_an_app_says_what_changed() {
    let app = start_with_keys(json!({})).await;
    let uris =
        |uri: &str| json!({ "oidcClientMetadata": { "redirectUris": [uri], "postLogoutRedirectUris": [] } });
    let mut input = uris("https://shop.example/one");
    input["name"] = json!("Shop");
    input["type"] = json!("SPA");
    let shop = body(&call(&app, "POST", "/api/applications", input).await)["id"].as_str().unwrap().to_owned();
    assert_eq!(change(&app, "application_change", "name").await, (json!(null), json!("Shop")));
    app.clock.advance(1);
    call(&app, "PATCH", &format!("/api/applications/{shop}"), uris("https://shop.example/two")).await;
    assert_eq!(
        change(&app, "application_change", "redirectUris").await,
        (json!(["https://shop.example/one"]), json!(["https://shop.example/two"]))
    );
}

#[tokio::test]
async fn a_change_of_a_webhook_says_what_changed() {
    let app = start_with_keys(json!({})).await;
    let webhook = json!({
        "name": "One", "events": ["User.Created"],
        "config": { "url": "https://hooks.example/s3cr3t", "headers": { "x-auth": "s3cr3t-header" } },
    });
    let id = body(&call(&app, "POST", "/api/hooks", webhook).await)["id"].as_str().unwrap().to_owned();
    assert_eq!(change(&app, "hook_change", "config.url").await, (json!(null), json!("******")));
    app.clock.advance(1);
    let patch = json!({ "name": "Two", "config": { "url": "https://hooks.example/s3cr3t/two" } });
    call(&app, "PATCH", &format!("/api/hooks/{id}"), patch).await;
    assert_eq!(change(&app, "hook_change", "name").await, (json!("One"), json!("Two")));
    assert_eq!(change(&app, "hook_change", "config.url").await, (json!("******"), json!("******")));
    app.clock.advance(1);
    call(&app, "PATCH", &format!("/api/hooks/{id}/signing-key"), json!({})).await;
    assert_eq!(change(&app, "hook_change", "signingKey").await, (json!("******"), json!("******")));
    assert_no_secret(&app).await;
}

#[tokio::test]
async fn changes_of_a_new_file_are_audited() {
    let app = start_with_keys(json!({})).await;
    let count = "select count(*) from audit_log where event = 'settings_change' and about = 'bootstrap-file'";
    let again = app.second_instance().await;
    assert_eq!(db_dump::query_number(&again, count).await, 0, "the same file changes nothing");
    // As if the file that was applied before had said something else.
    db_dump::execute(&app, "update settings set document = '{\"recovery\":{\"revealUserExists\":true}}'")
        .await;
    let file = json!({ "settings": { "recovery": { "revealUserExists": false } } });
    let app = app.restart_with(file).await;
    assert_eq!(db_dump::query_number(&app, count).await, 1);
    let path = "recovery.revealUserExists";
    assert_eq!(change(&app, "settings_change", path).await, (json!(true), json!(false)));
}

#[tokio::test]
async fn tests_of_webhooks_and_connectors_are_audited() {
    let mut input = crate::http::with_keys(json!({ "outbound": { "allowPrivateAddresses": true } }));
    input["connectors"] = json!([]);
    let app = TestApp::with(input).await;
    let receiver = Receiver::answering(Answer::with_status("204 Fine", "")).await;
    let webhook = json!({ "name": "One", "events": ["User.Created"], "config": { "url": receiver.url } });
    let id = body(&call(&app, "POST", "/api/hooks", webhook).await)["id"].as_str().unwrap().to_owned();
    let test = json!({ "events": ["User.Created", "PostSignIn"], "config": { "url": receiver.url } });
    call(&app, "POST", &format!("/api/hooks/{id}/test"), test.clone()).await;
    let entry = newest(&app, "hook_test").await;
    assert_eq!((&entry["result"], &entry["sessionId"]), (&json!("Success"), &json!(id)), "{entry}");
    let names = json!(["User.Created", "PostSignIn"]);
    assert_eq!(entry["details"], json!({ "events": names, "status": 204 }));
    app.clock.advance(1);
    receiver.set_answer(Answer::with_status("500 No", ""));
    send(&api_client(&app, ROOT), "POST", &format!("/api/hooks/{id}/test"), &test).await;
    let entry = newest(&app, "hook_test").await;
    assert_eq!((&entry["error"], &entry["details"]["status"]), (&json!("hook.test_failed"), &json!(500)));
    assert_eq!(
        db_dump::query_number(
            &app,
            "select count(*) from audit_log where event = 'hook_test' and actor = 'root'"
        )
        .await,
        2
    );
    let tried = json!({ "phone": "12025550134", "config": { "endpoint": receiver.url, "authorization": "s3cr3t-token" } });
    send(&api_client(&app, ROOT), "POST", "/api/connectors/http-sms/test", &tried).await;
    let entry = newest(&app, "connector_change").await;
    assert_eq!(entry["details"], json!({ "connectorId": "http-sms", "type": "Sms" }));
    assert!(!entry.to_string().contains("2025550134"), "{entry}");
}

#[tokio::test]
async fn refused_password_checks_are_audited() {
    let app = start_with_keys(json!({})).await;
    let ada = app.new_user("ada@example.org").with_password("correct horse battery").make().await;
    let check = "/api/sign-in-exp/default/check-password";
    let root = api_client(&app, ROOT);
    let check_body = |password: &str| json!({ "password": password, "userId": ada.id });
    assert_eq!(send(&root, "POST", check, &check_body("a walrus in the library")).await.status, 200);
    assert_eq!(
        db_dump::query_number(&app, "select count(*) from audit_log where event = 'password_check'").await,
        0
    );
    assert_eq!(send(&root, "POST", check, &check_body("short")).await.status, 400);
    let entry = newest(&app, "password_check").await;
    assert_eq!((&entry["error"], &entry["userId"]), (&json!("password.rejected"), &json!(ada.id)));
    app.clock.advance(1);
    let verify = format!("/api/users/{}/password/verify", ada.id);
    assert_eq!(send(&root, "POST", &verify, &json!({ "password": "a wrong password" })).await.status, 422);
    let entry = newest(&app, "password_check").await;
    assert_eq!((&entry["error"], &entry["userId"]), (&json!("credentials.wrong"), &json!(ada.id)));
    assert_eq!(
        send(&root, "POST", &verify, &json!({ "password": "correct horse battery" })).await.status,
        204
    );
    let count = "select count(*) from audit_log where event = 'password_check' and actor = 'root'";
    assert_eq!(db_dump::query_number(&app, count).await, 2);
}

#[tokio::test]
async fn bulk_reads_of_users_are_audited() {
    let app = start_with_keys(json!({})).await;
    let ada = app.new_user("ada@example.org").make().await;
    app.new_user("bob@example.org").make().await;
    let root = api_client(&app, ROOT);
    assert_eq!(root.get("/api/users").await.status, 200);
    let entry = newest(&app, "user_read").await;
    assert_eq!(entry["details"], json!({ "searchedBy": null, "skipped": 0, "count": 2 }));
    app.clock.advance(1);
    assert_eq!(root.get("/api/users?search.primaryEmail=ada%25").await.status, 200);
    let entry = newest(&app, "user_read").await;
    assert_eq!(entry["details"], json!({ "searchedBy": ["email"], "skipped": 0, "count": 1 }));
    app.clock.advance(1);
    assert_eq!(root.get("/api/users?cursor=").await.status, 200);
    let listed = newest(&app, "user_read").await;
    assert_eq!(listed["details"]["count"], 2, "{listed}");
    let count = "select count(*) from audit_log where event = 'user_read' and actor = 'root'";
    assert_eq!(db_dump::query_number(&app, count).await, 3);
    assert_eq!(root.get(&format!("/api/users/{}", ada.id)).await.status, 200);
    assert_eq!(db_dump::query_number(&app, count).await, 3, "one person is not bulk");
}

/// Whoever has the digest can guess at the password without being counted.
#[tokio::test]
async fn reads_of_a_password_digest_are_audited() {
    let app = start_with_keys(json!({})).await;
    let ada = app.new_user("ada@example.org").with_password("correct horse battery").make().await;
    let root = api_client(&app, ROOT);
    let path = |rest: &str| format!("/api/users/{}{rest}", ada.id);
    for rest in ["", "?includePasswordHash=false", "?includeSsoIdentities=true"] {
        assert_eq!(root.get(&path(rest)).await.status, 200);
    }
    assert_eq!(root.get("/api/users/nobody00?includePasswordHash=true").await.status, 404);
    let count = "select count(*) from audit_log where event = 'user_read' and actor = 'root'";
    assert_eq!(db_dump::query_number(&app, count).await, 0, "no digest was shown");
    let shown = body(&root.get(&path("?includePasswordHash=true")).await);
    let entry = newest(&app, "user_read").await;
    assert_eq!((&entry["userId"], &entry["details"]), (&json!(ada.id), &json!({ "read": "passwordDigest" })));
    assert!(!entry.to_string().contains(shown["passwordDigest"].as_str().unwrap()), "{entry}");
    assert_eq!(db_dump::query_number(&app, count).await, 1);
}

/// Whoever tries one address after the other looks for what only this server reaches.
#[tokio::test]
async fn connector_tests_refused_for_a_private_address_are_audited() {
    let app = start_with_keys(json!({})).await;
    let texts = json!({ "phone": "12025550134", "config": { "endpoint": "https://127.0.0.1:8443/s3cr3t" } });
    let mail = json!({ "email": "ada@example.org", "config": { "host": "10.1.2.3", "port": 25, "fromEmail": "a@b.example" } });
    for (factory, kind, test) in
        [("http-sms", "Sms", texts), ("simple-mail-transfer-protocol", "Email", mail)]
    {
        app.clock.advance(1);
        let path = format!("/api/connectors/{factory}/test");
        assert_eq!(send(&api_client(&app, ROOT), "POST", &path, &test).await.status, 400);
        let entry = newest(&app, "connector_change").await;
        assert_eq!(entry["error"], "connector.private_address", "{entry}");
        assert_eq!(entry["details"], json!({ "connectorId": factory, "type": kind }));
    }
    app.clock.advance(1);
    let wrong = json!({ "phone": "12025550134", "config": { "endpoint": 7 } });
    assert_eq!(
        send(&api_client(&app, ROOT), "POST", "/api/connectors/http-sms/test", &wrong).await.status,
        400
    );
    let count =
        "select count(*) from audit_log where result = 'connector.private_address' and actor = 'root'";
    assert_eq!(db_dump::query_number(&app, count).await, 2, "a setting that is no text aims nowhere");
}

#[tokio::test]
async fn reads_of_webhook_signing_keys_are_audited() {
    let app = start_with_keys(json!({})).await;
    let webhook = json!({ "name": "One", "events": ["User.Created"], "config": { "url": "https://hooks.example/s3cr3t" } });
    let id = body(&call(&app, "POST", "/api/hooks", webhook).await)["id"].as_str().unwrap().to_owned();
    for path in ["/api/hooks".to_owned(), format!("/api/hooks/{id}")] {
        app.clock.advance(1);
        assert_eq!(api_client(&app, ROOT).get(&path).await.status, 200);
        assert_eq!(newest(&app, "hook_read").await["details"], json!({ "hooks": [id] }));
    }
    let count = "select count(*) from audit_log where event = 'hook_read' and actor = 'root'";
    assert_eq!(db_dump::query_number(&app, count).await, 2);
}
