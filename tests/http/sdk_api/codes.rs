//! Codes to come in with.

use serde_json::{Value, json};

use super::{ADA, call, call_ok, call_status, refresh_ok, shop_page, sign_in_codes, start};
use crate::http::{body, status_and_code};
use crate::support::app::TestApp;

async fn send(app: &TestApp, email: &str, more: Value) -> String {
    let mut input = json!({ "email": email });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    assert_eq!(call_ok(&shop_page(app), "otp/send", input).await, json!({ "ok": true }));
    app.inbox_of(email).await.code()
}

#[tokio::test]
async fn a_code_signs_in() {
    let app = start(sign_in_codes()).await;
    for kind in [json!({}), json!({ "type": "email" }), json!({ "type": "magiclink" })] {
        let mut input = json!({ "email": ADA, "token": send(&app, ADA, json!({})).await, "visitor_id": "v" });
        input.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        let session = call_ok(&shop_page(&app), "otp/verify", input.clone()).await;
        assert_eq!(session["user"]["email"], ADA);
        refresh_ok(&app, &session).await;
        assert_eq!(call_status(&shop_page(&app), "otp/verify", input).await, (401, "invalid_otp".to_owned()));
        app.clock.advance(60);
    }
}

/// Somebody unknown becomes known by it, unless the app says otherwise.
#[tokio::test]
async fn a_code_makes_an_account() {
    let app = start(sign_in_codes()).await;
    let new = "new@example.org";
    call_ok(&shop_page(&app), "otp/send", json!({ "email": new, "create_user": false })).await;
    app.deliver().await;
    assert_eq!(app.inbox_of(new).await.count(), 0);
    app.clock.advance(60);
    let code = send(&app, new, json!({ "create_user": true, "user_meta": { "name": "N" } })).await;
    let session = call_ok(&shop_page(&app), "otp/verify", json!({ "email": new, "token": code })).await;
    assert_eq!((&session["user"]["email"], session["user"]["id"].as_str().unwrap().len()), (&json!(new), 12));
    let user = app.user(new).await.unwrap();
    assert!(user.password_digest.is_none() && user.app_id.as_deref() == Some("shop"));
    app.clock.advance(60);
    let code = send(&app, new, json!({})).await;
    let again = call_ok(&shop_page(&app), "otp/verify", json!({ "email": new, "token": code })).await;
    assert_eq!(again["user"]["id"], session["user"]["id"]);
}

#[tokio::test]
async fn no_code_is_sent_where_sign_in_by_code_is_off() {
    let app = start(json!({ "signInExperience": { "signIn": { "methods": [
        { "identifier": "email", "password": true, "verificationCode": false }] } } }))
    .await;
    for email in [ADA, "ghost@example.org"] {
        let answer = call_status(&shop_page(&app), "otp/send", json!({ "email": email })).await;
        assert_eq!(answer, (403, "email_provider_disabled".to_owned()));
    }
}

#[tokio::test]
async fn invalid_input_is_named() {
    let app = start(sign_in_codes()).await;
    let verify = |kind: &str| json!({ "email": ADA, "token": "123456", "type": kind });
    assert_eq!(
        call_status(&shop_page(&app), "otp/verify", verify("sms")).await,
        (400, "invalid_type".to_owned())
    );
    assert_eq!(
        call_status(&shop_page(&app), "otp/verify", verify("invite")).await,
        (401, "invalid_otp".to_owned())
    );
    for email in ["nonsense", "", "ada", "+12025550134", &format!("{}@example.org", "a".repeat(10_000))] {
        for name in ["otp/send", "password/request-reset", "email/resend"] {
            let answer = call_status(&shop_page(&app), name, json!({ "email": email })).await;
            assert_eq!(answer, (400, "invalid_email".to_owned()), "{name} {email}");
        }
    }
    let page = call(&shop_page(&app), "otp/send", json!({ "email": 1 })).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
    assert!(body(&page)["details"].as_str().unwrap().contains("email"), "{}", page.html);
}

/// Within the wait of one address messages are silenced, and nothing tells; the code that was sent still
/// works.
#[tokio::test]
async fn requesting_again_at_once_keeps_the_code() {
    let app = start(sign_in_codes()).await;
    let code = send(&app, ADA, json!({})).await;
    for _ in 0..5 {
        call_ok(&shop_page(&app), "otp/send", json!({ "email": ADA })).await;
    }
    app.deliver().await;
    assert_eq!(app.inbox_of(ADA).await.count(), 1);
    call_ok(&shop_page(&app), "otp/verify", json!({ "email": ADA, "token": code })).await;
}
