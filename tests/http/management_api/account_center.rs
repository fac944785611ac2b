//! The account center's settings: shown, changed, and active at once.

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::page::Page;

const PATH: &str = "/api/account-center";

async fn change(app: &TestApp, patch: Value) -> Page {
    send(&api_client(app, ROOT), "PATCH", PATH, &patch).await
}

#[tokio::test]
async fn a_change_returns_the_whole_document_and_is_active_at_once() {
    let app = start_with_keys(json!({})).await;
    let before = body(&api_client(&app, ROOT).get(PATH).await);
    assert_eq!((&before["id"], &before["fields"]["password"]), (&json!("default"), &json!("Edit")));
    let page = change(&app, json!({ "fields": { "name": "Edit", "email": "ReadOnly" } })).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let after = body(&page);
    assert_eq!(after["fields"]["name"], "Edit");
    assert_eq!(after["fields"]["password"], "Edit", "a field that is not named stays");
    let public = body(&app.browser().get("/api/.well-known/account-center").await);
    assert_eq!(public["fields"], after["fields"]);
    let page = change(&app, json!({ "enabled": false, "deleteAccountUrl": "https://example.org/bye" })).await;
    assert_eq!(body(&page)["fields"], after["fields"]);
    assert_eq!(body(&api_client(&app, ROOT).get(PATH).await), body(&page));
    assert_eq!(change(&app, json!({})).await.status, 200);
}

#[tokio::test]
async fn an_invalid_value_is_refused_by_field_and_changes_nothing() {
    let app = start_with_keys(json!({})).await;
    let before = body(&api_client(&app, ROOT).get(PATH).await);
    for (patch, details) in [
        (json!({ "enabled": "yes" }), "enabled: expected true or false"),
        (json!({ "enabled": null }), "enabled: expected true or false"),
        (json!({ "fields": { "name": "Write" } }), "fields.name: expected one of Edit, ReadOnly, Off"),
        (json!({ "fields": { "nickname": "Edit" } }), "fields.nickname: unknown key"),
        (json!({ "fields": [] }), "fields: expected"),
        (json!({ "fields": { "mfa": "Edit" } }), "fields.mfa: expected Off"),
        (
            json!({ "deleteAccountUrl": "javascript:alert(1)" }),
            "deleteAccountUrl: expected an http or https address",
        ),
        (json!({ "color": "red" }), "color: unknown key"),
    ] {
        let page = change(&app, patch.clone()).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{patch}");
        let actual = body(&page)["details"].as_str().unwrap().to_owned();
        assert!(actual.starts_with(details), "{patch}: {actual}");
    }
    assert_eq!(body(&api_client(&app, ROOT).get(PATH).await), before);
}

#[tokio::test]
async fn two_parallel_changes_are_both_kept() {
    let app = start_with_keys(json!({})).await;
    let (first, second) = tokio::join!(
        change(&app, json!({ "fields": { "name": "Edit" } })),
        change(&app, json!({ "fields": { "phone": "ReadOnly" } })),
    );
    assert_eq!((first.status, second.status), (200, 200));
    let fields = body(&api_client(&app, ROOT).get(PATH).await)["fields"].clone();
    assert_eq!((&fields["name"], &fields["phone"]), (&json!("Edit"), &json!("ReadOnly")));
}
