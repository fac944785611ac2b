//! Who may manage: a bearer of a key with the role for it, and nobody else.

use serde_json::json;

use super::{LOGIN, ROOT, machine, program, send, told};
use crate::promises::rows;
use crate::support::app::TestApp;

const ROUTES: &[(&str, &str)] = &[
    ("GET", "/api/sign-in-exp"),
    ("PATCH", "/api/sign-in-exp"),
    ("POST", "/api/sign-in-exp/default/check-password"),
    ("GET", "/api/applications"),
    ("POST", "/api/applications"),
    ("GET", "/api/applications/shop"),
    ("PATCH", "/api/applications/shop"),
    ("DELETE", "/api/applications/shop"),
    ("GET", "/api/applications/shop/secrets"),
    ("POST", "/api/applications/shop/secrets"),
    ("DELETE", "/api/applications/shop/secrets/default"),
    ("GET", "/api/configs/jwt-customizer"),
    ("POST", "/api/configs/jwt-customizer/test"),
    ("GET", "/api/configs/jwt-customizer/id-token"),
    ("PUT", "/api/configs/jwt-customizer/id-token"),
    ("PATCH", "/api/configs/jwt-customizer/id-token"),
    ("DELETE", "/api/configs/jwt-customizer/id-token"),
    ("GET", "/api/one-time-tokens"),
    ("POST", "/api/one-time-tokens"),
    ("POST", "/api/one-time-tokens/verify"),
    ("GET", "/api/one-time-tokens/one"),
    ("DELETE", "/api/one-time-tokens/one"),
    ("PUT", "/api/one-time-tokens/one/status"),
    ("GET", "/api/email-templates"),
    ("PUT", "/api/email-templates"),
    ("DELETE", "/api/email-templates"),
    ("POST", "/api/email-templates/preview"),
    ("DELETE", "/api/email-templates/language-tag/en"),
    ("DELETE", "/api/email-templates/template-type/SignIn"),
    ("GET", "/api/email-templates/one"),
    ("DELETE", "/api/email-templates/one"),
    ("PATCH", "/api/email-templates/one/details"),
    ("POST", "/api/verification-codes"),
    ("POST", "/api/verification-codes/verify"),
    ("GET", "/api/users/ada/sessions"),
    ("DELETE", "/api/users/ada/sessions"),
    ("DELETE", "/api/users/ada/sessions/one"),
];

#[test]
fn every_address_of_management_is_listed() {
    let map = include_str!("../../src/faces/map/management.rs");
    assert_eq!(map.matches(".route(").count(), ROUTES.len());
}

async fn refused(app: &TestApp, header: Option<&str>) -> Vec<(u16, String)> {
    let browser = app.browser().without_fetch_metadata();
    let browser =
        header.map_or_else(|| browser.clone(), |value| browser.clone().with_header("authorization", value));
    let mut found = Vec::new();
    for &(method, path) in ROUTES {
        // More addresses than a network may try at once with a wrong token.
        app.clock.advance(1);
        let page = send(&browser, method, path, &json!({ "password": "x" })).await;
        assert_eq!(page.header("set-cookie"), "", "{method} {path}");
        found.push(told(&page));
    }
    found.dedup();
    found
}

#[tokio::test]
async fn nothing_is_managed_without_authority() {
    let app = program(json!({})).await;
    let cases = [
        (None, 401, "auth.authorization_header_missing"),
        (Some("Basic cm9vdDpyb290".to_owned()), 401, "auth.authorization_token_type_not_supported"),
        (Some("Bearer".to_owned()), 401, "auth.authorization_token_type_not_supported"),
        (Some(format!("Bearer {}3", &ROOT[1..])), 401, "auth.unauthorized"),
        (Some(format!("Bearer {}", "x".repeat(5000))), 401, "auth.unauthorized"),
        (Some(format!("Bearer {LOGIN}")), 403, "auth.forbidden"),
    ];
    for (header, status, code) in cases {
        assert_eq!(refused(&app, header.as_deref()).await, [(status, code.to_owned())], "{header:?}");
    }
}

#[tokio::test]
async fn a_signed_in_browser_is_no_machine() {
    let app = program(json!({})).await;
    app.person("ada@example.org").with_password("a first password").make().await;
    let browser = app.browser();
    let page = browser.get("/sign-in").await.fill("identifier", "ada@example.org");
    page.fill("password", "a first password").submit().await.redirects_to("/account");
    assert_eq!(
        told(&browser.get("/api/sign-in-exp").await),
        (401, "auth.authorization_header_missing".to_owned())
    );
}

#[tokio::test]
async fn a_key_gets_a_new_token_by_its_id() {
    let app = program(json!({})).await;
    assert_eq!(machine(&app, ROOT).get("/api/sign-in-exp").await.status, 200);
    let again = "4444444444444444444444444444444444444444";
    app.run(move |program| async move {
        use rekey::model::api_key::{ApiKey, Role};
        let key = ApiKey { id: "root".to_owned(), roles: vec![Role::Root] };
        rekey::domain::api_keys::ensure(&program.rekey, &[(key, again.into())]).await.unwrap();
    })
    .await;
    assert_eq!(machine(&app, ROOT).get("/api/sign-in-exp").await.status, 401);
    assert_eq!(machine(&app, again).get("/api/sign-in-exp").await.status, 200);
}

#[tokio::test]
async fn the_token_is_nowhere_in_clear() {
    let app = program(json!({})).await;
    let rows = format!("{:?}", rows::all(&app).await);
    assert!(rows.contains("root") && !rows.contains(ROOT));
}

#[tokio::test]
async fn errors_of_these_addresses_are_json() {
    let app = program(json!({})).await;
    let machine = machine(&app, ROOT);
    assert_eq!(told(&machine.get("/api/nothing").await), (404, "request.not_found".to_owned()));
    let page = send(&machine, "DELETE", "/api/sign-in-exp", &json!({})).await;
    assert_eq!(told(&page).1, "request.method_not_allowed");
    assert_eq!(page.status, 405);
    let german = machine.with_header("accept-language", "de");
    let page = german.get("/api/nothing").await;
    assert!(page.html.contains("Unter dieser Adresse gibt es nichts"), "{}", page.html);
}

#[tokio::test]
async fn a_network_that_guesses_tokens_has_to_wait() {
    let app = program(json!({})).await;
    let wrong = machine(&app, &"x".repeat(40));
    let mut tries = 0;
    let page = loop {
        let page = wrong.get("/api/sign-in-exp").await;
        if page.status != 401 {
            break page;
        }
        tries += 1;
    };
    assert_eq!((tries, told(&page)), (30, (429, "request.rate_limited".to_owned())));
    assert_eq!(page.header("retry-after"), "1");
    assert_eq!(
        machine(&app, ROOT).get("/api/sign-in-exp").await.status,
        200,
        "who knows a token is not slowed"
    );
}
