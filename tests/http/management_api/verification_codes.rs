//! Generic verification codes over HTTP: sent, checked in the order of the contract, used once.

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::page::Page;

const ADA: &str = "ada@example.org";

async fn call(app: &TestApp, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), "POST", &format!("/api/verification-codes{path}"), &input).await
}

async fn check(app: &TestApp, code: &str) -> Page {
    call(app, "/verify", json!({ "email": ADA, "verificationCode": code })).await
}

async fn send_code(app: &TestApp) -> String {
    assert_eq!(call(app, "", json!({ "email": ADA })).await.status, 204);
    app.deliver().await;
    app.inbox_of(ADA).await.newest_of("Generic").code.clone().unwrap().expose().to_owned()
}

fn different_code(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

fn refusal(code: &str) -> (u16, String) {
    (400, format!("verification_code.{code}"))
}

#[tokio::test]
async fn a_code_verifies_an_address_once_with_or_without_an_account() {
    let app = start_with_keys(json!({})).await;
    assert_eq!(status_and_code(&check(&app, "123456").await), refusal("not_found"));
    let code = send_code(&app).await;
    assert_eq!(status_and_code(&check(&app, different_code(&code)).await), refusal("code_mismatch"));
    assert_eq!(status_and_code(&check(&app, "six").await), refusal("code_mismatch"));
    let page = check(&app, &code).await;
    assert_eq!((page.status, page.html.as_str()), (204, ""));
    assert_eq!(status_and_code(&check(&app, &code).await), refusal("not_found"));
}

#[tokio::test]
async fn a_newer_code_replaces_an_earlier_one_and_codes_expire() {
    let app = start_with_keys(json!({})).await;
    let first = send_code(&app).await;
    app.clock.advance(60);
    let second = send_code(&app).await;
    if first != second {
        assert_eq!(status_and_code(&check(&app, &first).await), refusal("code_mismatch"));
    }
    app.clock.advance(3600);
    assert_eq!(status_and_code(&check(&app, &second).await), refusal("expired"));
}

#[tokio::test]
async fn an_undelivered_message_replaces_no_code() {
    let app = start_with_keys(json!({})).await;
    let first = send_code(&app).await;
    app.clock.advance(60);
    assert_eq!(call(&app, "", json!({ "email": ADA })).await.status, 204);
    assert_eq!(check(&app, &first).await.status, 204);
    app.may_leave_messages();
}

#[tokio::test]
async fn after_ten_wrong_codes_the_right_one_is_refused() {
    let app = start_with_keys(json!({})).await;
    let code = send_code(&app).await;
    for _ in 0..10 {
        assert_eq!(status_and_code(&check(&app, different_code(&code)).await), refusal("code_mismatch"));
    }
    assert_eq!(status_and_code(&check(&app, &code).await), refusal("exceed_max_try"));
}

#[tokio::test]
async fn messages_to_an_address_are_limited() {
    let app = start_with_keys(json!({})).await;
    send_code(&app).await;
    let page = call(&app, "", json!({ "email": ADA })).await;
    assert_eq!(status_and_code(&page), (429, "request.message_rate_limited".to_owned()));
    assert_eq!(page.header("retry-after"), "1");
}

#[tokio::test]
async fn parallel_guesses_use_a_code_once() {
    let app = start_with_keys(json!({})).await;
    let code = send_code(&app).await;
    let (a, b, c, d) =
        tokio::join!(check(&app, &code), check(&app, &code), check(&app, &code), check(&app, &code));
    assert_eq!([a, b, c, d].iter().filter(|page| page.status == 204).count(), 1);
}

#[tokio::test]
async fn an_invalid_address_is_refused() {
    let app = start_with_keys(json!({})).await;
    for (input, details) in [
        (json!({}), "expected either email or phone"),
        (json!({ "email": ADA, "phone": "12025550134" }), "expected either email or phone"),
        (json!({ "email": "ada" }), "email: expected a mail address"),
        (json!({ "email": "ada@example.org\r\nBcc: eve@example.org" }), "email: expected a mail address"),
        (json!({ "phone": "ada@example.org" }), "phone: expected a number with its country code"),
        (json!({ "email": 5 }), "email: expected text"),
        (json!({ "mail": ADA }), "mail: unknown key; did you mean email?"),
    ] {
        let page = call(&app, "", input.clone()).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{input}");
        assert_eq!(crate::http::body(&page)["details"], details, "{input}");
    }
    let page = call(&app, "/verify", json!({ "email": ADA })).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
}

#[tokio::test]
async fn without_a_connector_nothing_is_sent() {
    let app = start_with_keys(json!({})).await;
    app.run(|program| async move {
        let mut snapshot = rekey_core::snapshot::load(&program.core).await.unwrap();
        snapshot.connectors.clear();
        rekey_core::snapshot::apply_snapshot(&program.core, snapshot);
    })
    .await;
    let page = call(&app, "", json!({ "email": ADA })).await;
    assert_eq!(status_and_code(&page), (501, "connector.not_found".to_owned()));
}
