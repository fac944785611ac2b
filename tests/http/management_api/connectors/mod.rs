//! Connectors: created, changed, refused, and that their secrets are never returned.

mod templates;

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, status_and_code, with_keys};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

const ALL: &str = "/api/connectors";
const SECRET: &str = "Bearer open sesame 1234567890";

/// A program that nothing leaves so far.
async fn program() -> TestApp {
    let mut input = with_keys(json!({ "outbound": { "allowPrivateAddresses": true } }));
    input["connectors"] = json!([]);
    TestApp::with(input).await
}

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

fn sms(endpoint: &str) -> Value {
    json!({ "connectorId": "http-sms", "config": { "endpoint": endpoint, "authorization": SECRET } })
}

fn with(mut input: Value, name: &str, value: Value) -> Value {
    input[name] = value;
    input
}

async fn ids(app: &TestApp) -> Vec<String> {
    let page = call(app, "GET", ALL, Value::Null).await;
    let all = body(&page);
    all.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_connector_is_active_at_once_and_its_secret_never_returned() {
    let app = program().await;
    let second = app.second_instance().await;
    let offered = |page: Page| body(&page)["forgotPassword"].clone();
    let before = offered(app.browser().get("/api/.well-known/sign-in-exp").await);
    assert_eq!(before, json!({ "email": false, "phone": false }));
    let page = call(&app, "POST", ALL, with(sms("https://sms.example/send"), "id", "texts".into())).await;
    let expected = json!({
        "tenantId": "default", "id": "texts", "connectorId": "http-sms", "type": "Sms", "name": body(&page)["name"],
        "config": { "endpoint": "https://sms.example/send", "authorization": "******" },
        "priority": 0, "metadata": {}, "syncProfile": false,
    });
    assert_eq!((page.status, body(&page)), (200, expected.clone()));
    assert_eq!(body(&call(&app, "GET", "/api/connectors/texts", Value::Null).await), expected);
    assert_eq!(body(&call(&second, "GET", ALL, Value::Null).await), json!([expected]));
    let after = offered(app.browser().get("/api/.well-known/sign-in-exp").await);
    assert_eq!(after, json!({ "email": false, "phone": true }));
    let stored =
        db_dump::query_number(&app, "select count(*) from connectors where sealed like '%sesame%'").await;
    assert_eq!(stored, 0, "sealed at rest");
    assert_eq!(call(&app, "DELETE", "/api/connectors/texts", Value::Null).await.status, 204);
    let gone = offered(app.browser().get("/api/.well-known/sign-in-exp").await);
    assert_eq!(gone, json!({ "email": false, "phone": false }));
}

#[tokio::test]
async fn a_new_connector_replaces_its_kind_unless_it_has_a_priority() {
    let app = program().await;
    let make = async |id: &str, priority: Value| {
        let input = with(with(sms("https://sms.example/send"), "id", id.into()), "priority", priority);
        assert_eq!(call(&app, "POST", ALL, input).await.status, 200, "{id}");
    };
    make("first", Value::Null).await;
    make("second", Value::Null).await;
    assert_eq!(ids(&app).await, ["second"]);
    make("before", json!(-1)).await;
    make("after", json!(7)).await;
    assert_eq!(ids(&app).await, ["before", "second", "after"]);
    let page = call(&app, "PATCH", "/api/connectors/before", json!({ "priority": 9 })).await;
    assert_eq!((page.status, body(&page)["priority"].clone()), (200, json!(9)));
    assert_eq!(ids(&app).await, ["second", "after", "before"]);
    let mail = json!({ "connectorId": "http-email", "id": "mail", "config": { "endpoint": "https://mail.example" } });
    call(&app, "POST", ALL, mail).await;
    assert_eq!(ids(&app).await.len(), 4, "mail is another kind");
    make("alone", Value::Null).await;
    assert_eq!(ids(&app).await, ["alone", "mail"]);
}

#[tokio::test]
async fn a_masked_secret_is_kept_and_the_rest_replaced() {
    let app = program().await;
    let receiver = Receiver::answering(Answer::with_status("204 Fine", "")).await;
    call(&app, "POST", ALL, with(sms(&receiver.url.replace("/hook", "/old")), "id", "texts".into())).await;
    let config = json!({ "endpoint": receiver.url, "authorization": "******", "timeoutMs": 900 });
    let page = call(&app, "PATCH", "/api/connectors/texts", json!({ "config": config })).await;
    assert_eq!((page.status, body(&page)["config"].clone()), (200, config));
    app.new_user("ada@example.org").with_phone("12025550134").make().await;
    let browser = app.browser();
    browser.get("/forgot-password").await.fill("identifier", "+12025550134").submit().await;
    app.deliver().await;
    let received = receiver.requests();
    assert_eq!((received.len(), received[0].header("authorization")), (1, SECRET.to_owned()));
    let bare = json!({ "config": { "endpoint": receiver.url } });
    let page = call(&app, "PATCH", "/api/connectors/texts", bare).await;
    assert_eq!(body(&page)["config"], json!({ "endpoint": receiver.url }), "what is not named is gone");
}

/// Bodies that are refused, with status, code and how the details begin.
fn invalid_connectors() -> Vec<(Value, u16, &'static str, &'static str)> {
    let invalid = "guard.invalid_input";
    let unfit = "connector.invalid_config";
    let config = |config: Value| json!({ "connectorId": "http-sms", "config": config });
    vec![
        (json!({}), 400, invalid, "connectorId: missing"),
        (json!({ "connectorId": 7 }), 400, invalid, "connectorId"),
        (json!({ "connectorId": "http-sms", "config": [] }), 400, invalid, "config"),
        (json!({ "connectorId": "http-sms", "extra": 1 }), 400, invalid, "extra: unknown"),
        (with(sms("https://a.example"), "id", "a b".into()), 400, invalid, "id: expected"),
        (with(sms("https://a.example"), "priority", "first".into()), 400, invalid, "priority"),
        (json!({ "connectorId": "carrier-pigeon" }), 422, "connector.not_found_with_connector_id", ""),
        (
            json!({ "connectorId": "file", "config": { "directory": "/etc" } }),
            422,
            "connector.not_found_with_connector_id",
            "",
        ),
        (json!({ "connectorId": "inbox" }), 422, "connector.not_found_with_connector_id", ""),
        (json!({ "connectorId": "http-sms" }), 400, unfit, "config.endpoint: missing"),
        (
            config(json!({ "endpoint": "http://elsewhere.example" })),
            400,
            unfit,
            "config.endpoint: expected https",
        ),
        (config(json!({ "endpoint": SECRET })), 400, unfit, "config.endpoint: expected an https address"),
        (
            config(json!({ "endpoint": "https://a.example", "athorization": SECRET })),
            400,
            unfit,
            "config.athorization: unknown, did you mean authorization?",
        ),
    ]
}

#[tokio::test]
async fn an_invalid_connector_is_refused_by_path_and_not_stored() {
    let app = program().await;
    for (input, status, code, details) in invalid_connectors() {
        let page = call(&app, "POST", ALL, input.clone()).await;
        assert_eq!(status_and_code(&page), (status, code.to_owned()), "{input}");
        let actual = body(&page)["details"].as_str().unwrap_or_default().to_owned();
        assert!(actual.starts_with(details), "{input}: {actual}");
        assert!(!page.html.contains("sesame"), "no value is repeated: {}", page.html);
    }
    assert!(ids(&app).await.is_empty());
    call(&app, "POST", ALL, with(sms("https://a.example"), "id", "texts".into())).await;
    let again = with(with(sms("https://a.example"), "id", "texts".into()), "priority", json!(1));
    assert_eq!(
        status_and_code(&call(&app, "POST", ALL, again).await),
        (422, "entity.unique_integrity_violation".to_owned())
    );
    let page = call(&app, "PATCH", "/api/connectors/texts", json!({ "config": {} })).await;
    assert_eq!(status_and_code(&page), (400, "connector.invalid_config".to_owned()));
    assert_eq!(
        call(&app, "PATCH", "/api/connectors/texts", json!({})).await.status,
        200,
        "nothing to change"
    );
    let unknown = (404, "entity.not_exists_with_id".to_owned());
    for method in ["GET", "PATCH", "DELETE"] {
        assert_eq!(
            status_and_code(&call(&app, method, "/api/connectors/none", json!({})).await),
            unknown,
            "{method}"
        );
    }
}

#[tokio::test]
async fn the_number_of_connectors_is_bounded() {
    let app = program().await;
    for number in 0..20 {
        let input = with(sms("https://a.example"), "priority", json!(number));
        assert_eq!(call(&app, "POST", ALL, input).await.status, 200);
    }
    let page = call(&app, "POST", ALL, with(sms("https://a.example"), "priority", json!(20))).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
    assert_eq!(call(&app, "POST", ALL, sms("https://a.example")).await.status, 200, "it takes their place");
    assert_eq!(ids(&app).await.len(), 1);
}

#[tokio::test]
async fn two_parallel_changes_are_both_kept() {
    let app = program().await;
    call(&app, "POST", ALL, with(sms("https://a.example"), "id", "texts".into())).await;
    let (turn, config) = tokio::join!(
        call(&app, "PATCH", "/api/connectors/texts", json!({ "priority": 3 })),
        call(
            &app,
            "PATCH",
            "/api/connectors/texts",
            json!({ "config": { "endpoint": "https://b.example" } })
        ),
    );
    assert_eq!((turn.status, config.status), (200, 200));
    let found = body(&call(&app, "GET", "/api/connectors/texts", Value::Null).await);
    assert_eq!((&found["priority"], &found["config"]["endpoint"]), (&json!(3), &json!("https://b.example")));
}

#[tokio::test]
async fn the_factories_list_their_settings() {
    let app = program().await;
    let all = body(&call(&app, "GET", "/api/connector-factories", Value::Null).await);
    let mut known: Vec<&str> =
        all.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    known.sort_unstable();
    assert_eq!(
        known,
        [
            "aws-ses-mail",
            "http-email",
            "http-sms",
            "mailgun-email",
            "postmark-mail",
            "sendgrid-email-service",
            "simple-mail-transfer-protocol",
            "twilio-short-message-service",
            "vonage-sms",
        ]
    );
    let one =
        body(&call(&app, "GET", "/api/connector-factories/twilio-short-message-service", Value::Null).await);
    assert_eq!(one["type"], "Sms");
    let token = one["formItems"].as_array().unwrap().iter().find(|item| item["key"] == "authToken");
    assert_eq!(*token.unwrap(), json!({ "key": "authToken", "required": true, "secret": true }));
    let page = call(&app, "GET", "/api/connector-factories/inbox", Value::Null).await;
    assert_eq!(status_and_code(&page), (404, "entity.not_exists_with_id".to_owned()));
}

#[tokio::test]
async fn deleting_the_last_connector_says_what_stops_working() {
    let mut input = with_keys(json!({ "signInExperience": { "signUp": { "identifiers": ["email"] } } }));
    input["connectors"] = json!([
        { "id": "mail", "connectorId": "inbox", "type": "Email" },
        { "id": "spare", "connectorId": "inbox", "type": "Email" },
        { "id": "sms", "connectorId": "inbox", "type": "Sms" },
    ]);
    let app = TestApp::with(input).await;
    let delete = async |id: &str| {
        let page = call(&app, "DELETE", &format!("{ALL}/{id}"), Value::Null).await;
        assert_eq!((page.status, page.html.as_str()), (204, ""));
        page.header("rekey-stops-working").to_owned()
    };
    assert_eq!(delete("spare").await, "", "another one is left");
    assert_eq!(delete("mail").await, "recovery by email, sign-up by email, notices by email");
    assert_eq!(delete("sms").await, "recovery by phone, notices by phone");
    let log = call(&app, "GET", "/api/logs?page_size=100", Value::Null).await;
    assert!(log.html.contains("\"stops\":[\"recovery by email\",\"sign-up by email\""), "{}", log.html);
}
