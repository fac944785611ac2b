//! `POST /api/sign-in-exp/default/check-password`: a password against the active policy.

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;

const PATH: &str = "/api/sign-in-exp/default/check-password";

async fn check(app: &TestApp, request_body: Value) -> Page {
    send(&api_client(app, ROOT), "POST", PATH, &request_body).await
}

fn issue(code: &str) -> Value {
    json!({ "code": format!("password_rejected.{code}") })
}

#[tokio::test]
async fn an_acceptable_password_passes() {
    let app = start_with_keys(json!({})).await;
    let ada = app.new_user("ada@example.org").make().await;
    let page = check(&app, json!({ "password": "a first password", "userId": ada.id })).await;
    assert_eq!((page.status, body(&page)), (200, json!({ "result": true })));
}

#[tokio::test]
async fn every_issue_is_listed_with_its_bound_in_the_order_of_the_contract() {
    let policy = json!({ "length": { "min": 10, "max": 12 }, "characterTypes": { "min": 3 },
                         "rejects": { "words": ["acme"] } });
    let app = start_with_keys(json!({ "signInExperience": { "passwordPolicy": policy } })).await;
    let ada = app.new_user("ada@example.org").with_username("adalove").make().await;
    let question = |password: &str| json!({ "password": password, "userId": ada.id });
    let bound = |code: &str, bound: Value| {
        let mut issue = issue(code);
        issue["interpolation"] = bound;
        issue
    };
    let (short, long) = (bound("too_short", json!({ "min": 10 })), bound("too_long", json!({ "max": 12 })));
    let types = bound("character_types", json!({ "min": 3 }));
    let [repetition, sequence, words, user] =
        ["repetition", "sequence", "words", "user_info"].map(|kind| issue(&format!("restricted.{kind}")));
    for (password, expected) in [
        ("adalove", vec![&short, &types, &user]),
        ("password", vec![&short, &types, &issue("pwned")]),
        ("acmeAAAA1111", vec![&words, &repetition]),
        ("abcdef123456A", vec![&long, &sequence]),
    ] {
        let page = check(&app, question(password)).await;
        assert_eq!(
            (page.status, body(&page)),
            (400, json!({ "result": false, "issues": expected })),
            "{password}"
        );
    }
}

#[tokio::test]
async fn the_user_info_rule_needs_a_user() {
    let app = start_with_keys(json!({})).await;
    let page = check(&app, json!({ "password": "a first password" })).await;
    assert_eq!(status_and_code(&page), (400, "request.invalid_input".to_owned()));
    assert_eq!(
        body(&page)["data"]["message"],
        "User information data is required to check user information."
    );
    // Nothing typed is nothing to compare.
    let page = check(&app, json!({ "password": "" })).await;
    let min = |code: &str, min: u32| json!({ "code": format!("password_rejected.{code}"), "interpolation": { "min": min } });
    let issues = json!([min("too_short", 8), min("character_types", 1)]);
    assert_eq!((page.status, body(&page)), (400, json!({ "result": false, "issues": issues })));
}

#[tokio::test]
async fn without_the_user_info_rule_no_user_is_needed() {
    let policy = json!({ "rejects": { "userInfo": false } });
    let app = start_with_keys(json!({ "signInExperience": { "passwordPolicy": policy } })).await;
    assert_eq!(check(&app, json!({ "password": "a first password" })).await.status, 200);
    assert_eq!(check(&app, json!({ "password": "a first password", "userId": null })).await.status, 200);
}

#[tokio::test]
async fn an_unknown_user_is_not_found() {
    let app = start_with_keys(json!({})).await;
    let page = check(&app, json!({ "password": "a first password", "userId": "nobody" })).await;
    assert_eq!(status_and_code(&page), (404, "entity.not_found".to_owned()));
}

#[tokio::test]
async fn an_invalid_body_is_refused_by_field() {
    let app = start_with_keys(json!({})).await;
    for (request_body, details) in [
        (json!({}), "password: missing"),
        (json!({ "password": 1 }), "password: expected text"),
        (json!({ "password": null }), "password: expected text"),
        (json!({ "password": "x", "userId": 1 }), "userId: expected text"),
        (json!({ "password": "x", "user": "ada" }), "user: unknown key; did you mean userId?"),
        (json!([]), ".: expected an object"),
    ] {
        let page = check(&app, request_body.clone()).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{request_body}");
        assert_eq!(body(&page)["details"], details, "{request_body}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_without_a_code() {
    let app = start_with_keys(json!({})).await;
    let api = api_client(&app, ROOT);
    for text in [
        "",
        "{",
        "password=x",
        r#"{"password":"\ud800"}"#,
        r#"{"password":"x"} x"#,
        "{\"password\":\"\u{1}\"}",
    ] {
        let page = api.raw("POST", PATH, &[("content-type", "application/json")], text).await;
        assert_eq!(page.status, 400, "{text}");
        assert_eq!(body(&page), json!({ "message": "The body is not valid JSON." }), "{text}");
    }
    let page = api.raw("POST", PATH, &[("content-type", "text/plain")], r#"{"password":"x"}"#).await;
    assert_eq!(status_and_code(&page), (415, "request.not_json".to_owned()));
}

#[tokio::test]
async fn unusual_characters_are_accepted_and_a_megabyte_is_refused() {
    let app = start_with_keys(json!({})).await;
    let ada = app.new_user("ada@example.org").make().await;
    let question = |password: &str| json!({ "password": password, "userId": ada.id });
    for fine in [
        "a control\u{1} in the middle",
        "e\u{301}clair au café",
        "ключ😀🐢🌵🍞",
        "\u{200f}right\u{200e}-to-left",
    ] {
        assert_eq!(check(&app, question(fine)).await.status, 200, "{fine:?}");
    }
    let page = check(&app, question(&"kq7!".repeat(2000))).await;
    assert_eq!(body(&page)["issues"][0]["code"], "password_rejected.too_long");
    assert_eq!(
        status_and_code(&check(&app, question(&"kq7!".repeat(262_144))).await),
        (413, "request.too_large".to_owned())
    );
}

#[tokio::test]
async fn it_judges_like_a_reset_and_audits_only_refusals() {
    let app = start_with_keys(json!({})).await;
    let ada = app.new_user("ada@example.org").make().await;
    let before = db_dump::all(&app).await;
    let mut refused = 0;
    for password in ["password", "ada", "a first password", "qwertyuiop"] {
        let page = check(&app, json!({ "password": password, "userId": ada.id })).await;
        refused += usize::from(page.status == 400);
    }
    let changes = db_dump::changes(&before, &db_dump::all(&app).await);
    assert_eq!(changes.len(), refused, "{changes:?}");
    for change in changes {
        assert!(change.starts_with("+ audit_log") && change.contains("password_check"), "{change}");
        assert!(!change.contains("qwerty") && !change.contains("a first password"), "{change}");
    }
}
