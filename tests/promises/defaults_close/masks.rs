//! `******` is never taken as a secret: sent back by a client it keeps what is stored at its path, at any
//! depth, or is refused by its path. What is masked on the way out at a path is accepted back at that path.

use rekey_core::connectors;
use serde_json::{Value, json};

use super::outbound::{accepting_receiver, allow_private, call, details, program};
use crate::http::{body, status_and_code};
use crate::support::app::TestApp;
use crate::support::page::Page;

const MASK: &str = "******";
const PASSWORD: &str = "open sesame 1234567890";
const REFUSED: (u16, &str) = (400, "connector.invalid_config");

/// The settings of a mail server, with what is said of signing in there.
fn server(host: &str, auth: Value) -> Value {
    let mut config = json!({ "host": host, "port": 465, "secure": true, "fromEmail": "a@b.example" });
    config["auth"] = auth;
    config
}

fn credentials(user: &str, password: &str) -> Value {
    json!({ "user": user, "pass": password })
}

async fn create(app: &TestApp, factory: &str, config: Value) -> Page {
    call(
        app,
        "POST",
        "/api/connectors",
        json!({ "connectorId": factory, "id": "one", "priority": 9, "config": config }),
    )
    .await
}

async fn change(app: &TestApp, config: Value) -> Page {
    call(app, "PATCH", "/api/connectors/one", json!({ "config": config })).await
}

/// A mail server that is signed in to.
async fn mail() -> TestApp {
    let app = program(allow_private()).await;
    let page =
        create(&app, "simple-mail-transfer-protocol", server("mail.example", credentials("ada", PASSWORD)))
            .await;
    assert_eq!(page.status, 200, "{}", page.html);
    app
}

/// The settings as they are kept.
async fn stored_config(app: &TestApp) -> Value {
    app.run(|program| async move { connectors::find(&program.core, "one").await.unwrap().config }).await
}

fn assert_refused(page: &Page, beginning: &str) {
    let (status, code) = status_and_code(page);
    assert_eq!((status, code.as_str()), REFUSED, "{}", page.html);
    assert!(details(page).starts_with(beginning), "expected {beginning}: {}", page.html);
}

#[tokio::test]
async fn a_mask_below_a_secret_setting_keeps_the_stored_value() {
    let app = mail().await;
    assert_eq!(change(&app, server("mail.example", credentials("grace", MASK))).await.status, 200);
    assert_eq!(stored_config(&app).await["auth"], credentials("grace", PASSWORD));
    assert_eq!(change(&app, server("mail.example", credentials(MASK, "another password"))).await.status, 200);
    assert_eq!(stored_config(&app).await["auth"], credentials("grace", "another password"));
    assert_eq!(change(&app, server("MAIL.example", json!(MASK))).await.status, 200);
    assert_eq!(stored_config(&app).await["auth"], credentials("grace", "another password"), "all of it");
}

#[tokio::test]
async fn a_mask_below_a_secret_setting_is_refused_when_the_server_changes() {
    let app = mail().await;
    let page = change(&app, server("other.example", credentials("ada", MASK))).await;
    assert_refused(&page, "config.auth.pass: expected the secret again");
    let page = change(&app, server("other.example", json!(MASK))).await;
    assert_refused(&page, "config.auth: expected the secret again");
    assert_eq!(
        stored_config(&app).await,
        server("mail.example", credentials("ada", PASSWORD)),
        "nothing changed"
    );
}

#[tokio::test]
async fn a_mask_where_no_secret_is_stored_is_refused_by_its_path() {
    let app = program(allow_private()).await;
    let smtp = "simple-mail-transfer-protocol";
    let page = create(&app, smtp, server("mail.example", credentials("ada", MASK))).await;
    assert_refused(&page, "config.auth.pass: expected the value itself");
    let test =
        json!({ "email": "ada@example.org", "config": server("mail.example", credentials("ada", MASK)) });
    let page = call(&app, "POST", &format!("/api/connectors/{smtp}/test"), test).await;
    assert_refused(&page, "config.auth.pass: expected the value itself");
    let bare = json!({ "host": "mail.example", "port": 465, "secure": true, "fromEmail": "a@b.example" });
    assert_eq!(create(&app, smtp, bare.clone()).await.status, 200);
    let page = change(&app, server("mail.example", credentials("ada", MASK))).await;
    assert_refused(&page, "config.auth.pass: expected the value itself");
    let page = change(&app, server("mail.example", json!(MASK))).await;
    assert_refused(&page, "config.auth: expected the value itself");
    let worded = json!([{ "usageType": "Generic", "subject": "{{code}}", "content": MASK, "contentType": "text/plain" }]);
    for (name, value, path) in
        [("fromEmail", json!(MASK), "fromEmail"), ("templates", worded, "templates[0].content")]
    {
        let mut config = bare.clone();
        config[name] = value;
        let page = change(&app, config).await;
        assert_refused(&page, &format!("config.{path}: expected the value itself"));
    }
    assert_eq!(stored_config(&app).await, bare);
}

/// As an earlier version kept it, which took the mask itself for the password.
#[tokio::test]
async fn a_stored_mask_is_not_taken_for_a_secret() {
    let mut input = crate::http::with_keys(allow_private());
    input["connectors"] = json!([{ "id": "one", "connectorId": "simple-mail-transfer-protocol", "type": "Email",
        "config": server("mail.example", credentials("ada", MASK)) }]);
    let app = TestApp::with(input).await;
    for auth in [json!(MASK), credentials("ada", MASK)] {
        let page = change(&app, server("mail.example", auth)).await;
        assert_refused(&page, "config.auth");
        assert!(details(&page).contains("expected the value itself"), "{}", page.html);
    }
    assert_eq!(change(&app, server("mail.example", credentials("ada", PASSWORD))).await.status, 200);
}

/// A setting of each kind, secrets included.
fn settings_of(factory: &str) -> Value {
    match factory {
        "simple-mail-transfer-protocol" => server("mail.example", credentials("ada", PASSWORD)),
        "sendgrid-email-service" => json!({ "apiKey": PASSWORD, "fromEmail": "a@b.example" }),
        "mailgun-email" => json!({ "apiKey": PASSWORD, "domain": "b.example", "from": "a@b.example" }),
        "postmark-mail" => json!({ "serverToken": PASSWORD, "fromEmail": "a@b.example" }),
        "aws-ses-mail" => json!({ "accessKeyId": "AKIA", "accessKeySecret": PASSWORD, "region": "eu-west-1",
            "emailAddress": "a@b.example" }),
        "http-email" | "http-sms" => {
            json!({ "endpoint": "https://up.example/send", "authorization": PASSWORD })
        }
        "twilio-short-message-service" => {
            json!({ "accountSID": "AC1", "authToken": PASSWORD, "fromMessagingServiceSID": "MG1" })
        }
        "vonage-sms" => json!({ "apiKey": "key", "apiSecret": PASSWORD, "brandName": "Lumen" }),
        other => panic!("{other} is new: say its settings here"),
    }
}

#[tokio::test]
async fn a_masked_response_can_be_sent_back() {
    let app = program(allow_private()).await;
    let factories = body(&call(&app, "GET", "/api/connector-factories", Value::Null).await);
    for factory in factories.as_array().unwrap() {
        let config = settings_of(factory["id"].as_str().unwrap());
        let page = create(&app, factory["id"].as_str().unwrap(), config.clone()).await;
        assert_eq!(page.status, 200, "{}", page.html);
        let shown = body(&page)["config"].clone();
        assert!(shown.to_string().contains(MASK) && !shown.to_string().contains(PASSWORD), "{shown}");
        let page = change(&app, shown.clone()).await;
        assert_eq!((page.status, &body(&page)["config"]), (200, &shown), "{}", page.html);
        assert_eq!(stored_config(&app).await, config);
        assert_eq!(call(&app, "DELETE", "/api/connectors/one", Value::Null).await.status, 204);
    }
}

fn webhook_body(url: &str, headers: Value) -> Value {
    json!({ "events": ["PostSignIn"], "config": { "url": url, "headers": headers } })
}

fn assert_invalid(page: &Page, beginning: &str) {
    assert_eq!(status_and_code(page), (400, "guard.invalid_input".to_owned()), "{}", page.html);
    assert!(details(page).contains(beginning), "expected {beginning}: {}", page.html);
}

#[tokio::test]
async fn a_mask_in_a_webhook_header_keeps_the_stored_value() {
    let app = program(allow_private()).await;
    let receiver = accepting_receiver().await;
    let made = call(
        &app,
        "POST",
        "/api/hooks",
        webhook_body(&receiver.url, json!({ "authorization": PASSWORD, "x-old": "1" })),
    )
    .await;
    let path = format!("/api/hooks/{}", body(&made)["id"].as_str().unwrap());
    let masked = webhook_body(&receiver.url, json!({ "authorization": MASK, "x-new": "2" }));
    assert_eq!(call(&app, "POST", &format!("{path}/test"), masked.clone()).await.status, 204);
    assert_eq!(receiver.requests()[0].header("authorization"), PASSWORD, "a try sends what a delivery would");
    let page = call(&app, "PATCH", &path, masked).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert_eq!(body(&page)["config"]["headers"], json!({ "authorization": PASSWORD, "x-new": "2" }));
}

#[tokio::test]
async fn a_mask_in_a_webhook_header_is_refused_without_a_stored_value_or_for_another_server() {
    let app = program(json!({})).await;
    let url = "https://hooks.example/in";
    let masked = json!({ "authorization": MASK });
    let page = call(&app, "POST", "/api/hooks", webhook_body(url, masked.clone())).await;
    assert_invalid(&page, "config.headers.authorization: expected the value itself");
    let made =
        call(&app, "POST", "/api/hooks", webhook_body(url, json!({ "authorization": PASSWORD }))).await;
    let path = format!("/api/hooks/{}", body(&made)["id"].as_str().unwrap());
    for (method, path) in [("PATCH", path.clone()), ("POST", format!("{path}/test"))] {
        let page = call(&app, method, &path, webhook_body(url, json!({ "x-new": MASK }))).await;
        assert_invalid(&page, "config.headers.x-new: expected the value itself");
        for elsewhere in ["https://evil.example/in", "https://hooks.example:8443/in"] {
            let page = call(&app, method, &path, webhook_body(elsewhere, masked.clone())).await;
            assert_invalid(&page, "config.headers.authorization: expected the secret again");
        }
    }
    let found = body(&call(&app, "GET", &path, Value::Null).await);
    assert_eq!(found["config"], json!({ "url": url, "headers": { "authorization": PASSWORD } }));
}
