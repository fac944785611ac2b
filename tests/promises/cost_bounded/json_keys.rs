//! A key that comes twice in JSON is refused, wherever it stands: what one reader takes first another takes last, and a filter in between would
//! have seen the other.

use rekey::bootstrap::Bootstrap;
use serde_json::json;

use crate::http::experience_api::Screen;
use crate::http::graphql::{GRAPHQL, login};
use crate::http::oidc::household;
use crate::http::{ROOT, body, machine, program, sdk_api};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::Client;
use crate::support::page::Page;

const JSON: (&str, &str) = ("content-type", "application/json");

async fn sends(browser: &Browser, (method, path): (&str, &str), text: &str) -> Page {
    browser.raw(method, path, &[JSON], text).await
}

/// What a JSON face says, and that it names the place.
fn names_the_place(page: &Page, place: &str) {
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
async fn keys_come_once_for_a_screen() {
    let app = TestApp::with(household()).await;
    let screen = Screen::of(&app).await;
    let at = ("PUT", "/api/experience");
    let twice = r#"{"interactionEvent":"SignIn","interactionEvent":"Register"}"#;
    names_the_place(&sends(&screen.browser, at, twice).await, "interactionEvent");
    let at = ("POST", "/api/experience/verification/verification-code");
    let nested = r#"{"interactionEvent":"SignIn","identifier":{"type":"email","value":"a@example.org","value":"b@example.org"}}"#;
    names_the_place(&sends(&screen.browser, at, nested).await, "identifier.value");
}

#[tokio::test]
async fn keys_come_once_for_an_account() {
    let app = TestApp::with(household()).await;
    let ada = app.person("ada@example.org").with_password(crate::http::oidc::PASSWORD).make().await;
    let tokens = Client::of(&app, "shop").signs_in(&app.browser(), &ada, &[("scope", "openid")]).await;
    let phone = machine(&app, &tokens.access);
    let at = ("POST", "/api/verifications/password");
    names_the_place(&sends(&phone, at, r#"{"password":"a","password":"b"}"#).await, "password");
    let at = ("POST", "/api/verifications/verification-code");
    let nested = r#"{"identifier":{"type":"email","value":"a@example.org","\u0076alue":"b@example.org"}}"#;
    names_the_place(&sends(&phone, at, nested).await, "identifier.value");
}

#[tokio::test]
async fn keys_come_once_for_a_machine() {
    let app = program(json!({})).await;
    let root = machine(&app, ROOT);
    let at = ("POST", "/api/users");
    let twice = r#"{"primaryEmail":"a@example.org","primaryEmail":"b@example.org"}"#;
    names_the_place(&sends(&root, at, twice).await, "primaryEmail");
    let free = r#"{"customData":{"list":[{"a":1},{"b":{"c":1,"c":2}}]}}"#;
    names_the_place(&sends(&root, at, free).await, "customData.list[1].b.c");
    let fine = r#"{"customData":{"a":{"c":1},"b":{"c":1},"list":[{"c":1},{"c":1}]}}"#;
    assert_eq!(sends(&root, at, fine).await.status, 200, "the same key in other objects");
    assert_eq!(sends(&root, at, r#"{"name":"a","#).await.status, 400, "what is no JSON stays that");
}

#[tokio::test]
async fn keys_come_once_for_the_sdk() {
    let app = sdk_api::start(json!({})).await;
    let twice = r#"{"email":"ada@example.org","email":"eve@example.org","type":"recovery"}"#;
    let page = sends(&sdk_api::shop(&app), ("POST", &sdk_api::at("otp/send")), twice).await;
    names_the_place(&page, "email");
}

#[tokio::test]
async fn keys_come_once_for_openid_connect() {
    let app = TestApp::with(household()).await;
    let twice = r#"{"client_id":"shop","grant_type":"authorization_code","grant_type":"refresh_token"}"#;
    for path in ["/oidc/token", "/oidc/request", "/oidc/token/revocation"] {
        let page = sends(&app.browser().without_fetch_metadata(), ("POST", path), twice).await;
        assert_eq!((page.status, &body(&page)["error"]), (400, &json!("invalid_request")), "{path}");
        assert_eq!(body(&page)["error_description"], "a parameter is repeated", "{path}");
    }
}

#[tokio::test]
async fn keys_come_once_over_graphql() {
    let app = program(json!({})).await;
    for (text, place) in [
        (r#"{"query":"{me{id}}","query":"{me{roles}}"}"#, "query"),
        (r#"{"query":"{me{id}}","variables":{"a":1,"a":2}}"#, "variables.a"),
        (r#"{"query":"{me{id}}","extensions":{"a":[{"b":1,"b":2}]}}"#, "extensions.a[0].b"),
    ] {
        let page = sends(&login(&app), ("POST", GRAPHQL), text).await;
        let expected = json!({ "errors": [{ "message": format!("{place}: comes twice") }] });
        assert_eq!((page.status, body(&page)), (400, expected), "{text}");
    }
    for form in ["query={me{id}}&query={me{roles}}", "query={me{id}}&variables={\"a\":1,\"a\":2}"] {
        let page = login(&app).raw("POST", GRAPHQL, &[crate::promises::FORM], form).await;
        assert_eq!(page.status, 400, "{form}: {}", page.html);
    }
    let object = "mutation { createResetPasswordRequest(email: \"a@example.org\", options: { mailVariant: \"a\", mailVariant: \"b\" }) { ok } }";
    let page = crate::http::graphql::ask(&login(&app), object, json!({})).await;
    assert_eq!(page.status, 400, "an object in the query: {}", page.html);
    assert!(page.html.contains("mailVariant"), "{}", page.html);
}

#[tokio::test]
async fn keys_come_once_in_the_bootstrap_file() {
    let folder = std::env::temp_dir().join(format!("rekey-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("bootstrap.json");
    let text = r#"{"settings":{"throttle":{"requestsPerIp":{"limit":5,"limit":0}}}}"#;
    std::fs::write(&path, text).unwrap();
    let read = Bootstrap::read(&path, |_| None);
    std::fs::remove_dir_all(&folder).unwrap();
    let Err(problem) = read else { panic!("it is refused") };
    let problem = format!("{problem:#}");
    assert!(problem.contains("settings.throttle.requestsPerIp.limit: comes twice"), "{problem}");
}
