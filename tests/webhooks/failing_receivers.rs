//! Receivers that fail, and addresses that nobody should make us call.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use rekey_core::webhooks::attempts::{MAX_FAILURES_IN_A_ROW, RETRY_DELAYS_SECONDS};
use rekey_server::jobs::send_webhooks::DeliveryWorkers;

use super::{accepting_receiver, body, call, create_webhook, deliver, start};
use crate::http::oidc::{self, PASSWORD};
use crate::support::app::TestApp;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

async fn sign_in(app: &TestApp, email: &str) {
    let page = app.browser().get("/sign-in").await.fill("identifier", email);
    page.fill("password", PASSWORD).submit().await.redirects_to("/account");
}

/// The newest delivery of a webhook.
async fn newest(app: &TestApp, webhook: &Value) -> Value {
    let path = format!("/api/hooks/{}/deliveries?start_time=0", webhook["id"].as_str().unwrap());
    body(&call(app, "GET", &path, Value::Null).await)[0].clone()
}

#[tokio::test]
async fn a_failed_delivery_is_retried_by_the_schedule_and_then_dropped() {
    let app = start().await;
    oidc::create_user(&app, "ada@example.org").await;
    let receiver = Receiver::answering(Answer::with_status("500 No", "not today")).await;
    let webhook = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    sign_in(&app, "ada@example.org").await;
    assert_eq!(deliver(&app, &webhook).await, 1);
    for wait in RETRY_DELAYS_SECONDS {
        assert_eq!(newest(&app, &webhook).await["state"], "pending");
        app.clock.advance(wait - 1);
        assert_eq!(deliver(&app, &webhook).await, 0, "{wait}");
        app.clock.advance(1);
        assert_eq!(deliver(&app, &webhook).await, 1, "{wait}");
    }
    let delivery = newest(&app, &webhook).await;
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("failed"), &json!(9)));
    assert_eq!(delivery["response"], json!({ "statusCode": 500, "body": "not today" }));
    let received = receiver.requests();
    assert!(received.iter().all(|one| one.header("webhook-id") == delivery["id"].as_str().unwrap()));
    assert!(received.windows(2).all(|pair| pair[0].body == pair[1].body));
}

#[tokio::test]
async fn deliveries_of_one_user_are_in_order_and_block_no_other_user() {
    let app = start().await;
    for email in ["ada@example.org", "bob@example.org"] {
        oidc::create_user(&app, email).await;
    }
    let receiver = Receiver::answering(Answer::with_status("500 No", "")).await;
    let webhook = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    sign_in(&app, "ada@example.org").await;
    assert_eq!(deliver(&app, &webhook).await, 1);
    app.clock.advance(1);
    sign_in(&app, "ada@example.org").await;
    sign_in(&app, "bob@example.org").await;
    assert_eq!(deliver(&app, &webhook).await, 1, "Bob's; Ada's second waits for her first");
    receiver.set_answer(Answer::with_status("200 OK", ""));
    app.clock.advance(30);
    assert_eq!(deliver(&app, &webhook).await, 3);
    let order: Vec<_> = receiver.requests().iter().map(|one| one.header("webhook-id")).collect();
    let [first, bob, ..] = &order[..] else { panic!("{order:?}") };
    let again = order[2..].iter().position(|id| id == first).unwrap();
    let second = order[2..].iter().position(|id| id != first && id != bob).unwrap();
    assert!(again < second, "{order:?}");
}

#[tokio::test]
async fn a_webhook_that_keeps_failing_is_disabled() {
    let app = start().await;
    let receiver = Receiver::answering(Answer::with_status("503 No", "")).await;
    let webhook = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    for nth in 0..MAX_FAILURES_IN_A_ROW {
        let email = format!("person{nth}@example.org");
        oidc::create_user(&app, &email).await;
        sign_in(&app, &email).await;
    }
    deliver(&app, &webhook).await;
    for wait in RETRY_DELAYS_SECONDS {
        app.clock.advance(wait);
        deliver(&app, &webhook).await;
    }
    let path = format!("/api/hooks/{}", webhook["id"].as_str().unwrap());
    assert_eq!(body(&call(&app, "GET", &path, Value::Null).await)["enabled"], false);
    let rows =
        app.run(|program| async move { rekey_core::audit::newest(&program.core, 3).await.unwrap() }).await;
    let off = rows.iter().filter(|row| row.result == "switched_off").count();
    assert_eq!((rows[0].event.as_str(), off), ("hook_change", 1));
    let page = call(&app, "PATCH", &path, json!({ "enabled": true })).await;
    assert_eq!(body(&page)["enabled"], true);
    receiver.set_answer(Answer::with_status("410 Gone", ""));
    sign_in(&app, "person0@example.org").await;
    assert_eq!(deliver(&app, &webhook).await, 1);
    assert_eq!(body(&call(&app, "GET", &path, Value::Null).await)["enabled"], false, "410 says never again");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let app = start().await;
    oidc::create_user(&app, "ada@example.org").await;
    let elsewhere = accepting_receiver().await;
    let moved = format!("HTTP/1.1 307 Moved\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url);
    let receiver = Receiver::answering(Answer::Bytes(moved.into_bytes())).await;
    let webhook = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    sign_in(&app, "ada@example.org").await;
    deliver(&app, &webhook).await;
    assert!(elsewhere.requests().is_empty());
    assert_eq!(newest(&app, &webhook).await["response"]["statusCode"], 307);
}

#[tokio::test]
async fn an_endless_response_is_cut_off() {
    let app = start().await;
    oidc::create_user(&app, "ada@example.org").await;
    let mut answer = b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n".to_vec();
    answer.resize(answer.len() + 8 * 1024 * 1024, b'a');
    let receiver = Receiver::answering(Answer::Bytes(answer)).await;
    let webhook = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    sign_in(&app, "ada@example.org").await;
    deliver(&app, &webhook).await;
    let delivery = newest(&app, &webhook).await;
    assert_eq!(delivery["state"], "delivered");
    assert_eq!(delivery["response"]["body"].as_str().unwrap().len(), 1024);
}

#[tokio::test]
async fn a_hanging_webhook_delays_no_other() {
    let app = start().await;
    oidc::create_user(&app, "ada@example.org").await;
    let gate = Arc::new(Semaphore::new(0));
    let (slow, quick) = (
        Receiver::answering(Answer::with_status("200 OK", "").wait_for(&gate)).await,
        accepting_receiver().await,
    );
    create_webhook(&app, &slow.url, &["PostSignIn"]).await;
    create_webhook(&app, &quick.url, &["PostSignIn"]).await;
    sign_in(&app, "ada@example.org").await;
    let lanes = app
        .run(|program| async move {
            let mut lanes = DeliveryWorkers::default();
            lanes.start_idle(&program);
            lanes
        })
        .await;
    while quick.requests().is_empty() || slow.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    gate.add_permits(1);
    app.run(|_| lanes.join()).await;
}

#[tokio::test]
async fn private_addresses_are_refused_however_they_are_written() {
    let app = TestApp::with(oidc::settings_with_apps()).await;
    oidc::create_user(&app, "ada@example.org").await;
    for url in ["http://hooks.example.com/", "ftp://hooks.example.com/", "https://", "hooks", ""] {
        let input = json!({ "events": ["PostSignIn"], "config": { "url": url } });
        let page = call(&app, "POST", "/api/hooks", input).await;
        assert_eq!(body(&page)["details"], "config.url: expected an https address", "{url}");
    }
    let urls = [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
    ];
    for url in urls {
        let webhook = create_webhook(&app, url, &["PostSignIn"]).await;
        sign_in(&app, "ada@example.org").await;
        deliver(&app, &webhook).await;
        let response = newest(&app, &webhook).await["response"].clone();
        assert_eq!(response, json!({ "statusCode": null, "body": "the address is private" }), "{url}");
        let path = format!("/api/hooks/{}", webhook["id"].as_str().unwrap());
        assert_eq!(call(&app, "DELETE", &path, Value::Null).await.status, 204);
    }
}
