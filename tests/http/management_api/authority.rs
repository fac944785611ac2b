//! Who may manage: a bearer of a key with the role for it, and nobody else.

use rekey_server::http::openapi;
use serde_json::{Value, json};

use crate::http::oidc;
use crate::http::{LOGIN, ROOT, api_client, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::client::{Client, Tokens};
use crate::support::db_dump;

/// Method and address of every route that wants a bearer, with this tag.
fn routes(tag: &str) -> Vec<(String, String)> {
    described_routes(tag, true)
}

fn described_routes(tag: &str, with_bearer: bool) -> Vec<(String, String)> {
    let whole: Value = serde_json::from_str(&openapi::text()).unwrap();
    let mut found = Vec::new();
    for (path, item) in whole["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["tags"][0] == tag && operation["security"][0]["bearer"].is_array() == with_bearer {
                found.push((method.to_uppercase(), fill_path(path)));
            }
        }
    }
    assert!(!found.is_empty(), "{tag}");
    found
}

/// The address of something that nobody has.
fn fill_path(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "nobody" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn unauthorized_answers(app: &TestApp, header: Option<&str>) -> Vec<(u16, String)> {
    unauthorized_answers_of("management", app, header).await
}

/// What every route with this tag says to somebody with this header, each answer once.
async fn unauthorized_answers_of(tag: &str, app: &TestApp, header: Option<&str>) -> Vec<(u16, String)> {
    let browser = app.browser().without_fetch_metadata();
    let browser =
        header.map_or_else(|| browser.clone(), |value| browser.clone().with_header("authorization", value));
    let mut found = Vec::new();
    for (method, path) in routes(tag) {
        // Whoever says tokens that nobody knows has to wait a second for each.
        app.clock.advance(2);
        let page = send(&browser, &method, &path, &json!({ "password": "x" })).await;
        assert_eq!(page.header("set-cookie"), "", "{method} {path}");
        found.push(status_and_code(&page));
    }
    found.dedup();
    found
}

#[tokio::test]
async fn every_management_route_needs_an_authorized_bearer() {
    let app = start_with_keys(json!({})).await;
    let cases = [
        (None, 401, "auth.authorization_header_missing"),
        (Some("Basic cm9vdDpyb290".to_owned()), 401, "auth.authorization_token_type_not_supported"),
        (Some("Bearer".to_owned()), 401, "auth.authorization_token_type_not_supported"),
        (Some(format!("Bearer {}3", &ROOT[1..])), 401, "auth.unauthorized"),
        (Some(format!("Bearer {}", "x".repeat(5000))), 401, "auth.unauthorized"),
        (Some(format!("Bearer {LOGIN}")), 403, "auth.forbidden"),
    ];
    for (header, status, code) in cases {
        assert_eq!(
            unauthorized_answers(&app, header.as_deref()).await,
            [(status, code.to_owned())],
            "{header:?}"
        );
    }
}

#[tokio::test]
async fn a_token_of_another_client_or_audience_manages_nothing() {
    let (app, ada) = oidc::start().await;
    let api = Client::of(&app, "machine").with_secret(oidc::SECRET);
    let request_token = |resource: &'static str, scope: &'static str| {
        let api = api.clone();
        let form = [("grant_type", "client_credentials"), ("resource", resource), ("scope", scope)];
        async move { Tokens::of(&api.post_form("/oidc/token", &form).await).access }
    };
    let user = Client::of(&app, "shop").sign_in(&app.browser(), &ada, &[]).await.access;
    let cases = [
        (user, 401, "auth.unauthorized"),
        (request_token("", "all").await, 401, "auth.unauthorized"),
        (request_token(oidc::ORDERS, "read:orders").await, 401, "auth.unauthorized"),
        (request_token("https://default.logto.app/api", "").await, 403, "auth.forbidden"),
    ];
    for (token, status, code) in cases {
        assert_eq!(
            unauthorized_answers(&app, Some(&format!("Bearer {token}"))).await,
            [(status, code.to_owned())]
        );
    }
}

#[tokio::test]
async fn every_account_route_needs_the_users_token() {
    let (app, _) = oidc::start().await;
    let api = Client::of(&app, "machine").with_secret(oidc::SECRET);
    let form = [("grant_type", "client_credentials"), ("scope", "openid")];
    let nobodys = Tokens::of(&api.post_form("/oidc/token", &form).await).access;
    for (header, code) in [
        (None, "auth.authorization_header_missing"),
        (Some("Basic cm9vdDpyb290".to_owned()), "auth.authorization_token_type_not_supported"),
        (Some(format!("Bearer {}", "x".repeat(43))), "auth.unauthorized"),
        (Some(format!("Bearer {ROOT}")), "auth.unauthorized"),
        (Some(format!("Bearer {nobodys}")), "auth.unauthorized"),
    ] {
        let answers = unauthorized_answers_of("account", &app, header.as_deref()).await;
        assert_eq!(answers, [(401, code.to_owned())], "{header:?}");
    }
}

/// What a screen may know before anybody has typed anything.
const PUBLIC: [&str; 3] =
    ["/api/.well-known/sign-in-exp", "/api/.well-known/account-center", "/api/experience/sso-connectors"];

#[tokio::test]
async fn every_experience_route_needs_a_pending_request() {
    let app = start_with_keys(json!({})).await;
    app.new_user("ada@example.org").with_password("a first password").make().await;
    let signed_in = app.browser();
    let page = signed_in.get("/sign-in").await.fill("identifier", "ada@example.org");
    page.fill("password", "a first password").submit().await.redirects_to("/account");
    let api = api_client(&app, ROOT);
    let steps = described_routes("experience", false);
    let steps: Vec<_> = steps.into_iter().filter(|(_, path)| !PUBLIC.contains(&path.as_str())).collect();
    assert!(steps.len() >= 13, "{steps:?}");
    for browser in [app.browser(), signed_in, api] {
        for (method, path) in &steps {
            let page = send(&browser, method, path, &json!({ "nonsense": true })).await;
            assert_eq!(status_and_code(&page), (400, "session.not_found".to_owned()), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_signed_in_browser_is_no_api_client() {
    let app = start_with_keys(json!({})).await;
    app.new_user("ada@example.org").with_password("a first password").make().await;
    let browser = app.browser();
    let page = browser.get("/sign-in").await.fill("identifier", "ada@example.org");
    page.fill("password", "a first password").submit().await.redirects_to("/account");
    assert_eq!(
        status_and_code(&browser.get("/api/sign-in-exp").await),
        (401, "auth.authorization_header_missing".to_owned())
    );
}

#[tokio::test]
async fn the_token_of_a_key_is_replaced_by_its_id() {
    let app = start_with_keys(json!({})).await;
    assert_eq!(api_client(&app, ROOT).get("/api/sign-in-exp").await.status, 200);
    let again = "4444444444444444444444444444444444444444";
    let keys = json!({ "apiKeys": [{ "id": "root", "roles": ["root"], "token": again }] });
    let app = app.restart_with(keys).await;
    assert_eq!(api_client(&app, ROOT).get("/api/sign-in-exp").await.status, 401);
    assert_eq!(api_client(&app, again).get("/api/sign-in-exp").await.status, 200);
}

#[tokio::test]
async fn the_token_is_not_stored_in_clear() {
    let app = start_with_keys(json!({})).await;
    let rows = format!("{:?}", db_dump::all(&app).await);
    assert!(rows.contains("root") && !rows.contains(ROOT));
}

#[tokio::test]
async fn errors_of_these_addresses_are_json() {
    let app = start_with_keys(json!({})).await;
    let api = api_client(&app, ROOT);
    assert_eq!(status_and_code(&api.get("/api/nothing").await), (404, "request.not_found".to_owned()));
    let page = send(&api, "DELETE", "/api/sign-in-exp", &json!({})).await;
    assert_eq!(status_and_code(&page).1, "request.method_not_allowed");
    assert_eq!(page.status, 405);
    let german = api.with_header("accept-language", "de");
    let page = german.get("/api/nothing").await;
    assert!(page.html.contains("Unter dieser Adresse gibt es nichts"), "{}", page.html);
}

#[tokio::test]
async fn a_network_that_guesses_tokens_is_throttled() {
    let app = start_with_keys(json!({})).await;
    let wrong = api_client(&app, &"x".repeat(40));
    let mut tries = 0;
    let page = loop {
        let page = wrong.get("/api/sign-in-exp").await;
        if page.status != 401 {
            break page;
        }
        tries += 1;
    };
    assert_eq!((tries, status_and_code(&page)), (30, (429, "request.rate_limited".to_owned())));
    assert_eq!(page.header("retry-after"), "1");
    assert_eq!(
        api_client(&app, ROOT).get("/api/sign-in-exp").await.status,
        200,
        "who knows a token is not slowed"
    );
}
