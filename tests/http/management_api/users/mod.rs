//! `/api/users`: users as API clients find, create, change and delete them.

mod changes;
mod imports;
mod logs;
mod passwords;
mod searches;
mod sessions;

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::page::Page;

/// A call of the Management API.
async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

/// Somebody who is made over the API.
async fn create(app: &TestApp, input: Value) -> Value {
    let page = call(app, "POST", "/api/users", input).await;
    assert_eq!(page.status, 200, "{}", page.html);
    body(&page)
}

/// The address of somebody, and what follows.
fn path(user: &Value, rest: &str) -> String {
    format!("/api/users/{}{rest}", user["id"].as_str().unwrap())
}

/// The status with which this password signs in: 303 or 422.
async fn sign_in_status(app: &TestApp, identifier: &str, password: &str) -> u16 {
    let page = app.browser().get("/sign-in").await.fill("identifier", identifier);
    page.fill("password", password).submit().await.status
}

#[tokio::test]
async fn a_user_is_shown_with_every_field_except_the_digest() {
    let app = start_with_keys(json!({})).await;
    let input = json!({
        "primaryEmail": "Ada@Example.org", "primaryPhone": "+1 202 555 0134", "username": "Ada", "password": "x", "name": "Ada Lovelace",
        "avatar": "https://example.org/ada.png", "customData": { "plan": "gold" },
        "profile": { "givenName": "Ada", "address": { "country": "UK" } },
    });
    let made = create(&app, input).await;
    let expected = json!({
        "id": made["id"], "username": "Ada", "primaryEmail": "ada@example.org", "primaryPhone": "12025550134", "name": "Ada Lovelace",
        "avatar": "https://example.org/ada.png", "customData": { "plan": "gold" }, "identities": {}, "lastSignInAt": null,
        "createdAt": 1_700_000_000_000_i64, "updatedAt": 1_700_000_000_000_i64,
        "profile": { "givenName": "Ada", "address": { "country": "UK" } }, "applicationId": null, "cimdClientId": null,
        "isSuspended": false, "hasPassword": true,
    });
    assert_eq!(made, expected);
    assert_eq!(made["id"].as_str().unwrap().len(), 12);
    assert_eq!(body(&call(&app, "GET", &path(&made, ""), Value::Null).await), expected);
    let more = body(
        &call(&app, "GET", &path(&made, "?includeSsoIdentities=true&includePasswordHash=true"), Value::Null)
            .await,
    );
    assert_eq!((&more["ssoIdentities"], &more["passwordAlgorithm"]), (&json!([]), &json!("Argon2id")));
    assert!(more["passwordDigest"].as_str().unwrap().starts_with("$argon2id$"));
    assert_eq!(sign_in_status(&app, "ada", "x").await, 303, "an administrator's password is not judged");
}

#[tokio::test]
async fn an_unknown_user_id_is_not_found() {
    let app = start_with_keys(json!({})).await;
    for (method, rest, input) in [
        ("GET", "", json!(null)),
        ("PATCH", "", json!({})),
        ("DELETE", "", json!(null)),
        ("PATCH", "/is-suspended", json!({ "isSuspended": true })),
        ("GET", "/has-password", json!(null)),
        ("PATCH", "/password", json!({ "password": "x" })),
        ("POST", "/password/verify", json!({ "password": "x" })),
        ("GET", "/custom-data", json!(null)),
        ("PATCH", "/custom-data", json!({ "customData": {} })),
        ("PATCH", "/profile", json!({ "profile": {} })),
        ("GET", "/sessions", json!(null)),
    ] {
        let page = call(&app, method, &format!("/api/users/nobody{rest}"), input).await;
        assert_eq!(status_and_code(&page), (404, "entity.not_exists_with_id".to_owned()), "{method} {rest}");
        assert_eq!(body(&page)["data"], json!({ "id": "nobody" }));
    }
}
