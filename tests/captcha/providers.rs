//! The verdicts of other providers: anything but a clear yes is a no.

use serde_json::{Value, json};

use super::{ADA, settings};
use crate::http::graphql::{login_client, payload};
use crate::support::app::TestApp;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

const SECRET: &str = "the-secret-of-the-provider";
const REQUEST_RESET: &str = "mutation($email: String!, $token: String) {
  createResetPasswordRequest(email: $email, captchaToken: $token) { ok error { code developerMessage } } }";

async fn start(provider: &str, server: &Receiver) -> TestApp {
    let captcha = json!({
        "provider": provider, "siteKey": "site", "secret": SECRET, "verifyUrl": server.url, "timeout": 1,
    });
    let app = TestApp::with(settings(captcha)).await;
    app.may_leave_messages();
    app
}

fn provider_answer(answer: Value) -> Answer {
    Answer::with_status("200 OK", &answer.to_string())
}

async fn answered_refusal(app: &TestApp) -> String {
    let result = payload(
        &login_client(app),
        REQUEST_RESET,
        json!({ "email": ADA, "token": "a token of the browser" }),
    )
    .await;
    match result["error"]["code"].as_str() {
        None => "ok".to_owned(),
        Some(code) => {
            assert_eq!(code, "INVALID_CAPTCHA");
            let message = result["error"]["developerMessage"].as_str().unwrap();
            message.strip_prefix("Captcha verification failed: ").unwrap().to_owned()
        }
    }
}

#[tokio::test]
async fn the_provider_receives_secret_token_and_address() {
    for provider in ["turnstile", "hcaptcha"] {
        let server = Receiver::answering(provider_answer(
            json!({ "success": true, "challenge_ts": "x", "hostname": "h" }),
        ))
        .await;
        let app = start(provider, &server).await;
        assert_eq!(answered_refusal(&app).await, "ok");
        let received = server.requests().remove(0);
        assert!(received.head.starts_with("POST /hook HTTP/1.1"), "{}", received.head);
        assert_eq!(received.header("content-type"), "application/x-www-form-urlencoded");
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(&received.body).unwrap();
        let expected =
            [("secret", SECRET), ("response", "a token of the browser"), ("remoteip", "127.0.0.1")];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}

#[tokio::test]
async fn a_rejection_has_a_reason() {
    let server = Receiver::answering(provider_answer(json!({ "success": true }))).await;
    let app = start("turnstile", &server).await;
    for (answer, reason) in [
        (json!({ "success": false, "error-codes": ["invalid-input-response"] }), "expired"),
        (json!({ "success": false, "error-codes": ["timeout-or-duplicate"] }), "expired"),
        (json!({ "success": false }), "invalid"),
        (json!({ "success": true, "score": 0.0 }), "ok"),
    ] {
        server.set_answer(provider_answer(answer.clone()));
        assert_eq!(answered_refusal(&app).await, reason, "{answer}");
    }
}

/// A score that is missing is none; an equal one passes.
#[tokio::test]
async fn scores_are_compared_with_the_minimum() {
    let server = Receiver::answering(provider_answer(json!({ "success": true }))).await;
    let app = start("recaptchaV3", &server).await;
    for (score, reason) in [
        (json!(0.9), "ok"),
        (json!(0.5), "ok"),
        (json!(0.499), "low_score"),
        (json!(0), "low_score"),
        (json!(null), "low_score"),
        (json!(1.5), "verify_error"),
        (json!(-0.1), "verify_error"),
    ] {
        server.set_answer(provider_answer(json!({ "success": true, "score": score })));
        assert_eq!(answered_refusal(&app).await, reason, "{score}");
    }
}

/// A provider that is down lets nobody in.
#[tokio::test]
async fn a_malformed_provider_response_is_a_rejection() {
    let server = Receiver::answering(Answer::Silence).await;
    let app = start("hcaptcha", &server).await;
    let long = format!("{{\"success\":true,\"x\":\"{}\"}}", "x".repeat(20_000));
    for answer in [
        Answer::Silence,
        Answer::with_status("500 Internal Server Error", "{\"success\":true}"),
        Answer::with_status("302 Found", "{\"success\":true}"),
        Answer::with_status("200 OK", "<h1>Welcome</h1>"),
        Answer::with_status("200 OK", "{}"),
        Answer::with_status("200 OK", &long),
        Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"success\":true".to_vec()),
        Answer::Bytes(Vec::new()),
    ] {
        server.set_answer(answer);
        assert_eq!(answered_refusal(&app).await, "verify_error");
    }
    let gone = TestApp::with(settings(json!({
        "provider": "turnstile", "secret": SECRET, "verifyUrl": "http://127.0.0.1:9/verify", "timeout": 1,
    })))
    .await;
    assert_eq!(answered_refusal(&gone).await, "verify_error");
}
