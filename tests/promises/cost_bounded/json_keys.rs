//! A key that comes twice in JSON is refused, wherever it stands: what one reader takes first another takes
//! last, and a filter in between would have seen the other.

use rekey_adapters::bootstrap::Bootstrap;
use serde_json::json;

use crate::http::experience_api::CustomUi;
use crate::http::graphql::{GRAPHQL, login_client};
use crate::http::oidc::settings_with_apps;
use crate::http::{ROOT, api_client, body, sdk_api, start_with_keys};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::Client;
use crate::support::page::Page;

const JSON: (&str, &str) = ("content-type", "application/json");

async fn send_text(browser: &Browser, (method, path): (&str, &str), text: &str) -> Page {
    browser.raw(method, path, &[JSON], text).await
}

/// What a JSON interface says, and that it names the place.
fn assert_names_path(page: &Page, place: &str) {
    let details = body(page)["details"].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (page.status, details),
        (400, format!("{place}: comes twice")),
        "{}: {}",
        page.path,
        page.html
    );
}

#[tokio::test]
async fn duplicate_keys_are_refused_by_the_experience_api() {
    let app = TestApp::with(settings_with_apps()).await;
    let ui = CustomUi::open(&app).await;
    let at = ("PUT", "/api/experience");
    let twice = r#"{"interactionEvent":"SignIn","interactionEvent":"Register"}"#;
    assert_names_path(&send_text(&ui.browser, at, twice).await, "interactionEvent");
    let at = ("POST", "/api/experience/verification/verification-code");
    let nested = r#"{"interactionEvent":"SignIn","identifier":{"type":"email","value":"a@example.org","value":"b@example.org"}}"#;
    assert_names_path(&send_text(&ui.browser, at, nested).await, "identifier.value");
}

#[tokio::test]
async fn duplicate_keys_are_refused_by_the_account_api() {
    let app = TestApp::with(settings_with_apps()).await;
    let ada = app.new_user("ada@example.org").with_password(crate::http::oidc::PASSWORD).make().await;
    let tokens = Client::of(&app, "shop").sign_in(&app.browser(), &ada, &[("scope", "openid")]).await;
    let phone = api_client(&app, &tokens.access);
    let at = ("POST", "/api/verifications/password");
    assert_names_path(&send_text(&phone, at, r#"{"password":"a","password":"b"}"#).await, "password");
    let at = ("POST", "/api/verifications/verification-code");
    let nested = r#"{"identifier":{"type":"email","value":"a@example.org","\u0076alue":"b@example.org"}}"#;
    assert_names_path(&send_text(&phone, at, nested).await, "identifier.value");
}

#[tokio::test]
async fn duplicate_keys_are_refused_by_the_management_api() {
    let app = start_with_keys(json!({})).await;
    let root = api_client(&app, ROOT);
    let at = ("POST", "/api/users");
    let twice = r#"{"primaryEmail":"a@example.org","primaryEmail":"b@example.org"}"#;
    assert_names_path(&send_text(&root, at, twice).await, "primaryEmail");
    let free = r#"{"customData":{"list":[{"a":1},{"b":{"c":1,"c":2}}]}}"#;
    assert_names_path(&send_text(&root, at, free).await, "customData.list[1].b.c");
    let fine = r#"{"customData":{"a":{"c":1},"b":{"c":1},"list":[{"c":1},{"c":1}]}}"#;
    assert_eq!(send_text(&root, at, fine).await.status, 200, "the same key in other objects");
    assert_eq!(send_text(&root, at, r#"{"name":"a","#).await.status, 400, "what is no JSON stays that");
}

#[tokio::test]
async fn duplicate_keys_are_refused_by_the_sdk_api() {
    let app = sdk_api::start(json!({})).await;
    let twice = r#"{"email":"ada@example.org","email":"eve@example.org","type":"recovery"}"#;
    let page = send_text(&sdk_api::shop_page(&app), ("POST", &sdk_api::url_of("otp/send")), twice).await;
    assert_names_path(&page, "email");
}

#[tokio::test]
async fn duplicate_keys_are_refused_by_openid_connect() {
    let app = TestApp::with(settings_with_apps()).await;
    let twice = r#"{"client_id":"shop","grant_type":"authorization_code","grant_type":"refresh_token"}"#;
    for path in ["/oidc/token", "/oidc/request", "/oidc/token/revocation"] {
        let page = send_text(&app.browser().without_fetch_metadata(), ("POST", path), twice).await;
        assert_eq!((page.status, &body(&page)["error"]), (400, &json!("invalid_request")), "{path}");
        assert_eq!(body(&page)["error_description"], "a parameter is repeated", "{path}");
    }
}

#[tokio::test]
async fn duplicate_keys_are_refused_by_graphql() {
    let app = start_with_keys(json!({})).await;
    for (text, place) in [
        (r#"{"query":"{me{id}}","query":"{me{roles}}"}"#, "query"),
        (r#"{"query":"{me{id}}","variables":{"a":1,"a":2}}"#, "variables.a"),
        (r#"{"query":"{me{id}}","extensions":{"a":[{"b":1,"b":2}]}}"#, "extensions.a[0].b"),
    ] {
        let page = send_text(&login_client(&app), ("POST", GRAPHQL), text).await;
        let expected = json!({ "errors": [{ "message": format!("{place}: comes twice") }] });
        assert_eq!((page.status, body(&page)), (400, expected), "{text}");
    }
    for form in ["query={me{id}}&query={me{roles}}", "query={me{id}}&variables={\"a\":1,\"a\":2}"] {
        let page = login_client(&app).raw("POST", GRAPHQL, &[crate::promises::FORM], form).await;
        assert_eq!(page.status, 400, "{form}: {}", page.html);
    }
    let object = "mutation { createResetPasswordRequest(email: \"a@example.org\", options: { mailVariant: \"a\", mailVariant: \"b\" }) { ok } }";
    let page = crate::http::graphql::execute(&login_client(&app), object, json!({})).await;
    assert_eq!(page.status, 400, "an object in the query: {}", page.html);
    assert!(page.html.contains("mailVariant"), "{}", page.html);
}

#[tokio::test]
async fn duplicate_keys_are_refused_in_the_bootstrap_file() {
    let folder = std::env::temp_dir().join(format!("rekey-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("bootstrap.json");
    let text = r#"{"settings":{"throttle":{"requestsPerIp":{"limit":5,"limit":0}}}}"#;
    std::fs::write(&path, text).unwrap();
    let read = Bootstrap::read(&path, |_| Ok(None));
    std::fs::remove_dir_all(&folder).unwrap();
    let Err(problem) = read else { panic!("it is refused") };
    let problem = format!("{problem:#}");
    assert!(problem.contains("settings.throttle.requestsPerIp.limit: comes twice"), "{problem}");
}
