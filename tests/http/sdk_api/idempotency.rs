//! `Idempotency-Key`: repeated calls execute once and get the first response.

use serde_json::{Value, json};

use super::{ADA, NEW, PASSWORD, start, url_of};
use crate::http::{body, status_and_code};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::concurrency::run_concurrently;
use crate::support::db_dump;
use crate::support::page::Page;

async fn call_with_key(app: &TestApp, key: &str, name: &str, input: Value) -> Page {
    call_from(super::shop_page(app), key, name, input).await
}

async fn call_from(browser: Browser, key: &str, name: &str, input: Value) -> Page {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    browser.raw("POST", &url_of(name), &headers, input.to_string()).await
}

fn credentials(password: &str) -> Value {
    json!({ "email": ADA, "password": password })
}

#[tokio::test]
async fn repeated_calls_get_the_first_response() {
    let app = start(json!({})).await;
    let first = call_with_key(&app, "one", "email/signin", credentials(PASSWORD)).await;
    assert_eq!(first.status, 200);
    app.clock.advance(24 * 3600 - 1);
    let second = call_with_key(&app, "one", "email/signin", credentials(PASSWORD)).await;
    assert_eq!((second.status, &second.html), (200, &first.html));
    assert_eq!(db_dump::query_number(&app, "select count(*) from sessions").await, 1);
    app.clock.advance(1);
    let third = call_with_key(&app, "one", "email/signin", credentials(PASSWORD)).await;
    assert_ne!(third.html, first.html, "a day has passed");
}

/// A key alone is worth nothing.
#[tokio::test]
async fn another_body_under_the_same_key_is_refused() {
    let app = start(json!({})).await;
    call_with_key(&app, "one", "email/signin", credentials(PASSWORD)).await;
    let other = call_with_key(&app, "one", "email/signin", credentials("wrong")).await;
    assert_eq!(status_and_code(&other), (422, "idempotency_key_reused".to_owned()));
    let elsewhere =
        call_with_key(&app, "one", "email/signup", json!({ "email": "n@example.org", "password": NEW }))
            .await;
    assert_eq!(elsewhere.status, 200, "each call has keys of its own");
    app.may_leave_messages();
}

#[tokio::test]
async fn a_failed_call_may_be_repeated() {
    let app = start(json!({})).await;
    for _ in 0..2 {
        let wrong = call_with_key(&app, "one", "email/signin", credentials("wrong")).await;
        assert_eq!(status_and_code(&wrong), (401, "invalid_credentials".to_owned()));
    }
    assert_eq!(call_with_key(&app, "one", "email/signin", credentials(PASSWORD)).await.status, 200);
    for key in ["", "with blank", &"x".repeat(129)] {
        let page = call_with_key(&app, key, "email/signin", credentials(PASSWORD)).await;
        assert_eq!((page.status, &body(&page)["code"]), (400, &json!("guard.invalid_input")), "{key}");
    }
}

/// Of many at once one is the first, also across instances; the others wait for it and are answered the same.
#[tokio::test]
async fn of_parallel_calls_one_is_executed() {
    let app = start(json!({})).await;
    let second = app.second_instance().await;
    let answers = run_concurrently(40, |number| {
        let browser = super::shop_page(if number % 2 == 0 { &app } else { &second });
        async move { call_from(browser, "one", "email/signin", credentials(PASSWORD)).await }
    })
    .await;
    assert_eq!(db_dump::query_number(&app, "select count(*) from sessions").await, 1);
    let mut fine: Vec<String> = Vec::new();
    for page in answers {
        match page.status {
            200 => fine.push(page.html.clone()),
            _ => assert_eq!(status_and_code(&page), (409, "idempotency_in_progress".to_owned())),
        }
    }
    assert!(!fine.is_empty());
    assert!(fine.iter().all(|text| *text == fine[0]));
}
