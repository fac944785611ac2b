//! A forgotten password in three calls, as documented, and what its session is good for.

use serde_json::{Value, json};

use super::{
    ADA, API, NEW, PASSWORD, call_ok, call_status, recovery_session, refresh, refresh_ok, request_code,
    shop_page, sign_in, start, with_session,
};
use crate::http::{body, send};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;

#[tokio::test]
async fn three_calls_set_a_password() {
    let app = start(json!({})).await;
    let session = recovery_session(&app).await;
    assert_eq!((&session["token_type"], &session["expires_in"]), (&json!("bearer"), &json!(3600)));
    assert_eq!(session["expires_at"], 1_700_000_000 + 3600);
    assert_eq!(session["user"]["email"], ADA);
    let answer = call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    assert_eq!(answer, json!({ "ok": true, "user": session["user"] }));
    let (status, result) =
        call_status(&shop_page(&app), "email/signin", json!({ "email": ADA, "password": PASSWORD })).await;
    assert_eq!((status, result.as_str()), (401, "invalid_credentials"));
    sign_in(&app, NEW).await;
    assert_eq!(app.inbox_of(ADA).await.count_of("PasswordChanged"), 1);
    let audited = "select count(*) from audit_log where event = 'password_reset' and result = 'success'";
    assert_eq!(db_dump::query_number(&app, audited).await, 1);
}

/// Asks for a message; the token of its link, as an app's script reads it.
async fn request_link_token(app: &TestApp) -> String {
    call_ok(&shop_page(app), "password/request-reset", json!({ "email": ADA })).await;
    let text = app.inbox_of(ADA).await.text().to_owned();
    let (_, rest) = text.split_once("token=").expect("the link names its token");
    rest.split([' ', '\n', '&']).next().unwrap_or_default().to_owned()
}

async fn verify_token(app: &TestApp, shop: &str, email: &str, token: &str) -> Page {
    let path = format!("/api/v1/paywall/{shop}/auth/otp/verify");
    let input = json!({ "email": email, "token": token, "type": "recovery" });
    send(&shop_page(app), "POST", &path, &input).await
}

fn is_invalid_otp(page: &Page) -> bool {
    page.status == 401 && page.html.contains("invalid_otp")
}

#[tokio::test]
async fn the_token_of_the_link_is_as_good_as_the_code() {
    let app = start(json!({})).await;
    let token = request_link_token(&app).await;
    let session = body(&verify_token(&app, "shop", ADA, &token).await);
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    sign_in(&app, NEW).await;
    assert!(is_invalid_otp(&verify_token(&app, "shop", ADA, &token).await), "once");
    let code = app.inbox_of(ADA).await.code();
    assert!(is_invalid_otp(&verify_token(&app, "shop", ADA, &code).await), "nor the code of its message");
}

#[tokio::test]
async fn a_link_token_counts_for_its_address_its_app_and_its_time() {
    let app = start(json!({})).await;
    app.new_user("bob@example.org").with_password(PASSWORD).make().await;
    let token = request_link_token(&app).await;
    assert!(is_invalid_otp(&verify_token(&app, "shop", "bob@example.org", &token).await), "another address");
    assert!(is_invalid_otp(&verify_token(&app, "shop", "ghost@example.org", &token).await), "an unknown one");
    assert!(is_invalid_otp(&verify_token(&app, "shop", ADA, &"x".repeat(43)).await), "an unknown token");
    let native = app.browser().with_header("sec-fetch-site", "none");
    let input = json!({ "email": ADA, "token": token, "type": "recovery" });
    let other = send(&native, "POST", "/api/v1/paywall/other/auth/otp/verify", &input).await;
    assert!(is_invalid_otp(&other), "another app: {}", other.html);
    app.clock.advance(24 * 3600 + 1);
    assert!(is_invalid_otp(&verify_token(&app, "shop", ADA, &token).await), "expired");
}

#[tokio::test]
async fn a_used_code_ends_the_link_of_its_message() {
    let app = start(json!({})).await;
    let token = request_link_token(&app).await;
    let code = app.inbox_of(ADA).await.code();
    assert_eq!(verify_token(&app, "shop", ADA, &code).await.status, 200);
    assert!(is_invalid_otp(&verify_token(&app, "shop", ADA, &token).await));
}

#[tokio::test]
async fn the_link_that_names_its_token_opens_the_page() {
    let app = start(json!({})).await;
    let token = request_link_token(&app).await;
    let path = app.inbox_of(ADA).await.link_path();
    assert!(path.ends_with(&format!("?token={token}")), "{path}");
    app.browser().get(&path).await.follow_redirect_to("/forgot-password/link").await.says("link-ready");
}

/// The session stays, and with it its tokens; from then on it is like any other.
#[tokio::test]
async fn the_session_continues_after_a_new_password() {
    let app = start(json!({})).await;
    let session = recovery_session(&app).await;
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    app.clock.advance(2 * 3600);
    let later = refresh_ok(&app, &session).await;
    app.clock.advance(24 * 3600);
    let later = refresh_ok(&app, &later).await;
    call_ok(&with_session(&app, &later), "password/update", json!({ "password": PASSWORD })).await;
    app.may_leave_messages();
}

/// An hour, however often the tokens are renewed.
#[tokio::test]
async fn a_recovery_session_can_not_be_prolonged() {
    let app = start(json!({})).await;
    let mut session = recovery_session(&app).await;
    for _ in 0..3 {
        app.clock.advance(1000);
        session = refresh_ok(&app, &session).await;
    }
    assert_eq!(session["expires_in"], 600);
    app.clock.advance(599);
    let weak =
        call_status(&with_session(&app, &session), "password/update", json!({ "password": "short" })).await;
    assert_eq!(weak, (400, "weak_password".to_owned()), "it is the last second");
    app.clock.advance(1);
    assert_eq!(refresh(&app, &session).await, (401, "invalid_refresh_token".to_owned()));
    let result =
        call_status(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    assert_eq!(result, (401, "invalid_token".to_owned()));
}

#[tokio::test]
async fn a_weak_password_leaves_everything_as_it_was() {
    let app = start(json!({})).await;
    let session = recovery_session(&app).await;
    let page =
        super::call(&with_session(&app, &session), "password/update", json!({ "password": "short" })).await;
    assert_eq!((page.status, &body(&page)["code"]), (400, &json!("weak_password")));
    assert!(body(&page)["data"].as_array().is_some_and(|issues| !issues.is_empty()), "{}", page.html);
    sign_in(&app, PASSWORD).await;
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    app.may_leave_messages();
}

/// Wrong, expired, used, earlier, somebody else's, malformed and unknown are one answer.
#[tokio::test]
async fn every_invalid_code_gets_the_same_answer() {
    let app = start(json!({})).await;
    let verify = async |email: &str, code: &str| {
        call_status(
            &shop_page(&app),
            "otp/verify",
            json!({ "email": email, "token": code, "type": "recovery" }),
        )
        .await
    };
    let invalid = (401, "invalid_otp".to_owned());
    assert_eq!(verify(ADA, "123456").await, invalid, "nothing was asked for");
    let first = request_code(&app, ADA).await;
    for typed in [crate::promises::wrong_code(&first).as_str(), "", "12345", "abcdef", "1234567"] {
        assert_eq!(verify(ADA, typed).await, invalid, "{typed}");
    }
    assert_eq!(verify("ghost@example.org", &first).await, invalid);
    app.clock.advance(60);
    let second = request_code(&app, ADA).await;
    assert_eq!(verify(ADA, &first).await, invalid, "an earlier one");
    app.clock.advance(601);
    assert_eq!(verify(ADA, &second).await, invalid, "expired");
    let third = request_code(&app, ADA).await;
    assert_eq!(verify(ADA, &third).await.0, 200);
    assert_eq!(verify(ADA, &third).await, invalid, "used");
}

/// The code of one app, or of a browser on our pages, is invalid for another app.
#[tokio::test]
async fn a_code_belongs_to_the_app_that_requested_it() {
    let app = start(json!({})).await;
    let (_, of_the_page) = crate::promises::request_code(&app, ADA).await;
    let input = |code: &str| json!({ "email": ADA, "token": code, "type": "recovery" });
    assert_eq!(call_status(&shop_page(&app), "otp/verify", input(&of_the_page)).await.0, 401);
    app.clock.advance(60);
    let code = request_code(&app, ADA).await;
    let path = "/api/v1/paywall/other/auth/otp/verify";
    assert_eq!(crate::http::send(&shop_page(&app), "POST", path, &input(&code)).await.status, 401);
    assert_eq!(call_status(&shop_page(&app), "otp/verify", input(&code)).await.0, 200);
}

/// A password that was set elsewhere meanwhile ends what the forgotten one gave, also where sessions outlive
/// it.
#[tokio::test]
async fn another_new_password_ends_the_recovery_session() {
    let app = start(json!({ "afterPasswordChange": { "revoke": "none" } })).await;
    let one = recovery_session(&app).await;
    app.clock.advance(60);
    let two = recovery_session(&app).await;
    call_ok(&with_session(&app, &one), "password/update", json!({ "password": NEW })).await;
    let result = call_status(
        &with_session(&app, &two),
        "password/update",
        json!({ "password": "a walrus in the garden" }),
    )
    .await;
    assert_eq!(result, (401, "invalid_token".to_owned()));
    sign_in(&app, NEW).await;
    app.may_leave_messages();
}

/// Whoever holds a signed-in session needs no more than it.
#[tokio::test]
async fn somebody_signed_in_changes_it_in_the_settings() {
    let app = start(json!({})).await;
    let (session, elsewhere) = (sign_in(&app, PASSWORD).await, sign_in(&app, PASSWORD).await);
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    assert_eq!(refresh(&app, &elsewhere).await.0, 401, "other sessions end");
    refresh_ok(&app, &session).await;
    assert_eq!(app.inbox_of(ADA).await.count_of("PasswordChanged"), 1);
}

#[tokio::test]
async fn a_disabled_recovery_says_so() {
    let app = start(json!({ "accountCenter": { "enabled": false } })).await;
    let session = sign_in(&app, PASSWORD).await;
    let result =
        call_status(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    assert_eq!(result, (403, "password_change_disabled".to_owned()));
    let forgotten = recovery_session(&app).await;
    call_ok(&with_session(&app, &forgotten), "password/update", json!({ "password": NEW })).await;
    let off = start(json!({ "signInExperience": { "forgotPasswordMethods": [] } })).await;
    let result = call_status(&shop_page(&off), "password/request-reset", json!({ "email": ADA })).await;
    assert_eq!(result, (403, "recovery_disabled".to_owned()));
    app.may_leave_messages();
}

/// The app's server learns how somebody came in.
#[tokio::test]
async fn introspection_reports_how_the_user_signed_in() {
    let app = start(json!({})).await;
    let session = recovery_session(&app).await;
    let client = crate::support::client::Client::of(&app, "api").with_secret(API);
    let status_with = async |token: &Value| {
        let fields = [("token", token.as_str().unwrap())];
        body(&client.post_form("/oidc/token/introspection", &fields).await)
    };
    let result = status_with(&session["access_token"]).await;
    assert_eq!((&result["active"], &result["amr"]), (&json!(true), &json!(["recovery"])));
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    assert_eq!(status_with(&session["access_token"]).await["amr"], json!(["otp"]));
    app.may_leave_messages();
}
