//! `/api/hooks` as its clients meet it: every call, every refusal.

use serde_json::{Value, json};

use super::{accepting_receiver, body, call, create_webhook, deliver, parse, start};
use crate::http::oidc::{self, PASSWORD};
use crate::http::status_and_code;
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

async fn sign_in(app: &TestApp) {
    let page = app.browser().get("/sign-in").await.fill("identifier", "ada@example.org");
    page.fill("password", PASSWORD).submit().await.redirects_to("/account");
}

fn path(webhook: &Value, rest: &str) -> String {
    format!("/api/hooks/{}{rest}", webhook["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_webhook_is_created_shown_changed_and_removed() {
    let app = start().await;
    let mut made = create_webhook(&app, "https://hooks.example.com/rekey", &["PostResetPassword"]).await;
    assert!(made["signingKey"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!(body(&call(&app, "GET", &path(&made, ""), Value::Null).await), made);
    let changed = call(
        &app,
        "PATCH",
        &path(&made, ""),
        json!({ "name": "Other", "events": ["PostSignIn", "User.Deleted"] }),
    )
    .await;
    (made["name"], made["events"]) = (json!("Other"), json!(["PostSignIn", "User.Deleted"]));
    assert_eq!(body(&changed), made);
    assert_eq!(
        body(&call(&app, "PATCH", &path(&made, ""), json!({})).await),
        made,
        "nothing is named, nothing changes"
    );
    assert_eq!(body(&call(&app, "GET", "/api/hooks", Value::Null).await), json!([made]));
    let expected = json!({
        "tenantId": "default", "id": made["id"], "name": "Other", "event": null, "events": ["PostSignIn", "User.Deleted"],
        "config": { "url": "https://hooks.example.com/rekey", "headers": {} }, "signingKey": made["signingKey"], "enabled": true,
        "createdAt": 1_700_000_000_000_i64,
    });
    assert_eq!(made, expected);
    assert_eq!(call(&app, "DELETE", &path(&made, ""), Value::Null).await.status, 204);
    assert_eq!(body(&call(&app, "GET", "/api/hooks", Value::Null).await), json!([]));
    for (method, rest) in [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("PATCH", "/signing-key"),
        ("GET", "/recent-logs"),
        ("GET", "/deliveries"),
    ] {
        let page = call(&app, method, &path(&made, rest), json!({})).await;
        assert_eq!(status_and_code(&page), (404, "entity.not_exists_with_id".to_owned()), "{method} {rest}");
    }
}

const URL: &str = "https://hooks.example.com/";

/// What can be no webhook, with the code and the details.
fn invalid_webhooks() -> Vec<(Value, &'static str, Value)> {
    let url = URL;
    vec![
        (json!({ "config": { "url": url } }), "hook.missing_events", Value::Null),
        (json!({ "events": [], "config": { "url": url } }), "hook.missing_events", Value::Null),
        (json!({ "events": ["PostSignIn"] }), "guard.invalid_input", json!("config: missing")),
        (
            json!({ "events": ["PostSignIn"], "config": {} }),
            "guard.invalid_input",
            json!("config.url: missing"),
        ),
        (
            json!({ "events": "PostSignIn", "config": { "url": url } }),
            "guard.invalid_input",
            json!("events: expected a list"),
        ),
        (
            json!({ "events": ["PostSignIn"], "config": { "url": 1 } }),
            "guard.invalid_input",
            json!("config.url: expected text"),
        ),
        (
            json!({ "events": ["PostSignIn"], "name": " ", "config": { "url": url } }),
            "guard.invalid_input",
            json!("name: expected 1 to 256 characters"),
        ),
        (
            json!({ "events": ["PostSignIn"], "config": { "url": url, "headers": { "x": "a\r\nb: c" } } }),
            "guard.invalid_input",
            json!("config.headers.x: expected at most 4096 visible ASCII characters"),
        ),
        (
            json!({ "events": ["PostSignIn"], "config": { "url": url }, "secret": "x" }),
            "guard.invalid_input",
            json!("secret: unknown key"),
        ),
    ]
}

#[tokio::test]
async fn an_invalid_webhook_is_refused_by_field() {
    let app = start().await;
    for (input, code, details) in invalid_webhooks() {
        let page = call(&app, "POST", "/api/hooks", input.clone()).await;
        assert_eq!(
            (status_and_code(&page), &body(&page)["details"]),
            ((400, code.to_owned()), &details),
            "{input}"
        );
    }
    let page = call(
        &app,
        "POST",
        "/api/hooks",
        json!({ "event": "PostSignIn", "config": { "url": URL, "retries": 3 } }),
    )
    .await;
    assert_eq!(
        (page.status, &body(&page)["events"]),
        (201, &json!(["PostSignIn"])),
        "as an older client says it"
    );
}

#[tokio::test]
async fn the_number_of_webhooks_is_bounded() {
    let app = start().await;
    for _ in 0..20 {
        create_webhook(&app, "https://hooks.example.com/", &["PostSignIn"]).await;
    }
    let page = call(
        &app,
        "POST",
        "/api/hooks",
        json!({ "events": ["PostSignIn"], "config": { "url": "https://hooks.example.com/" } }),
    )
    .await;
    assert_eq!(body(&page)["details"], "hooks: expected at most 20");
}

#[tokio::test]
async fn addresses_headers_and_keys_are_sealed_in_the_database() {
    let app = start().await;
    let config = json!({ "url": "https://hooks.example.com/?key=visible", "headers": { "authorization": "Bearer visible" } });
    let made =
        body(&call(&app, "POST", "/api/hooks", json!({ "events": ["PostSignIn"], "config": config })).await);
    call(&app, "PATCH", &path(&made, "/signing-key"), Value::Null).await;
    let rows = format!("{:?}", db_dump::all(&app).await);
    assert!(!rows.contains("visible") && !rows.contains("whsec_"), "{rows}");
}

#[tokio::test]
async fn a_test_sends_each_event_and_returns_the_response() {
    let app = start().await;
    let receiver = accepting_receiver().await;
    let made = create_webhook(&app, "https://hooks.example.com/", &["PostSignIn"]).await;
    let events = ["PostResetPassword", "User.Deleted", "PostResetPassword", "Identifier.Lockout"];
    let input = json!({ "events": events, "config": { "url": receiver.url } });
    assert_eq!(call(&app, "POST", &path(&made, "/test"), input.clone()).await.status, 204);
    let events: Vec<_> = receiver.requests().iter().map(|one| parse(one)["event"].clone()).collect();
    assert_eq!(events, ["PostResetPassword", "User.Deleted", "Identifier.Lockout"]);
    receiver.set_answer(Answer::with_status("418 Teapot", "short and stout"));
    let page = call(&app, "POST", &path(&made, "/test"), input).await;
    assert_eq!(status_and_code(&page), (422, "hook.endpoint_responded_with_error".to_owned()));
    assert_eq!(body(&page)["data"], json!({ "responseStatus": 418, "responseBody": "short and stout" }));
    let input = json!({ "events": ["PostSignIn"], "config": { "url": "http://127.0.0.1:1/" } });
    let page = call(&app, "POST", &path(&made, "/test"), input).await;
    assert_eq!(status_and_code(&page), (422, "hook.send_test_payload_failed".to_owned()));
    assert_eq!(body(&page)["data"], json!({ "message": "no connection" }));
    let nobody = call(
        &app,
        "POST",
        "/api/hooks/nobody/test",
        json!({ "events": ["PostSignIn"], "config": { "url": receiver.url } }),
    )
    .await;
    assert_eq!(nobody.status, 404);
    let page =
        call(&app, "POST", &path(&made, "/test"), json!({ "events": [], "config": { "url": receiver.url } }))
            .await;
    assert_eq!(status_and_code(&page), (400, "hook.missing_events".to_owned()));
    assert_eq!(
        body(&call(&app, "GET", &path(&made, "/deliveries"), Value::Null).await),
        json!([]),
        "a try is kept nowhere"
    );
}

#[tokio::test]
async fn deliveries_of_a_webhook_are_listed_and_replayed() {
    let app = start().await;
    oidc::create_user(&app, "ada@example.org").await;
    let receiver = Receiver::answering(Answer::with_status("200 OK", "thanks")).await;
    let made = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    for _ in 0..3 {
        sign_in(&app).await;
        app.clock.advance(1);
    }
    assert_eq!(deliver(&app, &made).await, 3);
    let page = call(&app, "GET", &path(&made, "/deliveries?page=2&page_size=2"), Value::Null).await;
    assert_eq!((page.header("total-number"), body(&page).as_array().unwrap().len()), ("3", 1));
    let oldest = body(&page)[0].clone();
    assert_eq!(
        (&oldest["state"], &oldest["response"]),
        (&json!("delivered"), &json!({ "statusCode": 200, "body": "thanks" }))
    );
    assert_eq!(oldest["request"], parse(&receiver.requests()[0]));
    let id = oldest["id"].as_str().unwrap();
    let again = call(&app, "POST", &path(&made, &format!("/deliveries/{id}/replay")), Value::Null).await;
    assert_eq!((again.status, &body(&again)["state"]), (200, &json!("pending")));
    let twice = call(&app, "POST", &path(&made, &format!("/deliveries/{id}/replay")), Value::Null).await;
    assert_eq!(status_and_code(&twice), (422, "entity.unique_integrity_violation".to_owned()));
    assert_eq!(deliver(&app, &made).await, 1);
    assert_eq!(receiver.requests()[3].header("webhook-id"), id, "under the same id");
    let since = json!({ "since": 1_700_000_001_000_i64 });
    assert_eq!(body(&call(&app, "POST", &path(&made, "/replay"), since).await), json!({ "count": 2 }));
    assert_eq!(deliver(&app, &made).await, 2);
    for bad in [json!({}), json!({ "since": "yesterday" }), json!({ "since": null })] {
        assert_eq!(status_and_code(&call(&app, "POST", &path(&made, "/replay"), bad).await).0, 400);
    }
    assert_eq!(call(&app, "POST", &path(&made, "/deliveries/none/replay"), Value::Null).await.status, 404);
}

#[tokio::test]
async fn recent_logs_are_of_a_day_and_of_one_key_if_it_is_named() {
    let app = start().await;
    oidc::create_user(&app, "ada@example.org").await;
    let receiver = accepting_receiver().await;
    let made = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    sign_in(&app).await;
    let waiting = body(&call(&app, "GET", &path(&made, "/recent-logs"), Value::Null).await);
    assert_eq!(waiting, json!([]), "nothing was tried yet");
    deliver(&app, &made).await;
    let logs = body(&call(&app, "GET", &path(&made, "/recent-logs"), Value::Null).await);
    let expected = json!([{
        "tenantId": "default", "id": logs[0]["id"], "key": "TriggerHook.PostSignIn", "createdAt": 1_700_000_000_000_i64,
        "payload": {
            "key": "TriggerHook.PostSignIn", "result": "Success", "hookId": made["id"], "json": parse(&receiver.requests()[0]),
            "response": { "statusCode": 204, "body": "" },
        },
    }]);
    assert_eq!(logs, expected);
    let counted = body(&call(&app, "GET", "/api/hooks?includeExecutionStats=true", Value::Null).await);
    assert_eq!(counted[0]["executionStats"], json!({ "successCount": 1, "requestCount": 1 }));
}

#[tokio::test]
async fn recent_logs_are_filtered_by_each_parameter() {
    let app = start().await;
    oidc::create_user(&app, "ada@example.org").await;
    let receiver = accepting_receiver().await;
    let made = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    sign_in(&app).await;
    deliver(&app, &made).await;
    let some = |query: &str| path(&made, &format!("/recent-logs?{query}"));
    for (query, count) in [
        ("logKey=TriggerHook.PostSignIn", 1),
        ("logKey=TriggerHook.User.Deleted", 0),
        ("end_time=1700000000000", 0),
        ("page=9", 0),
    ] {
        assert_eq!(
            body(&call(&app, "GET", &some(query), Value::Null).await).as_array().unwrap().len(),
            count,
            "{query}"
        );
    }
    for (query, code) in [
        ("page=0", "guard.invalid_pagination"),
        ("start_time=yesterday", "guard.invalid_input"),
        ("end_time=-1", "guard.invalid_input"),
    ] {
        assert_eq!(
            status_and_code(&call(&app, "GET", &some(query), Value::Null).await),
            (400, code.to_owned())
        );
    }
    app.clock.advance(25 * 3600);
    assert_eq!(body(&call(&app, "GET", &path(&made, "/recent-logs"), Value::Null).await), json!([]));
}
