//! A password comes with the code that proves the address: what somebody else typed never becomes the
//! owner's.

use serde_json::{Value, json};

use crate::http::body;
use crate::http::sdk_api::{NEW, call, call_ok, call_status, shop_page, start, with_session};
use crate::promises::{CookieClient, REGISTER, wrong_code};
use crate::support::app::TestApp;

pub(super) const NINA: &str = "nina@example.org";
pub(super) const THEIRS: &str = "the walrus of somebody else";

/// Signs up; what the answer gives to bring along with the code.
pub(super) async fn sign_up(app: &TestApp, email: &str, password: &str) -> Value {
    let input = json!({ "email": email, "password": password });
    call_ok(&shop_page(app), "email/signup", input).await["signup_token"].clone()
}

/// Whether address and password sign in.
pub(super) async fn can_sign_in(app: &TestApp, email: &str, password: &str) -> bool {
    let input = json!({ "email": email, "password": password });
    call(&shop_page(app), "email/signin", input).await.status == 200
}

/// Brings a code, and this.
async fn confirm(app: &TestApp, code: &str, token: &Value) -> Value {
    let input = json!({ "email": NINA, "token": code, "type": "signup", "signup_token": token });
    call_ok(&shop_page(app), "otp/verify", input).await
}

/// Ways in which an attacker gets rid of the owner's request before asking with a password of their own.
async fn invalidate(app: &TestApp, way: usize) {
    match way {
        0 => {
            for _ in 0..10 {
                let input = json!({ "email": NINA, "token": "000000", "type": "signup" });
                assert_eq!(call_status(&shop_page(app), "otp/verify", input).await.1, "invalid_otp");
            }
        }
        1 => {
            CookieClient::new(app).await.post(REGISTER, &[("identifier", NINA)]).await;
        }
        _ => {}
    }
}

#[tokio::test]
async fn a_code_does_not_bring_another_callers_password() {
    for way in 0..3 {
        for brings in [true, false] {
            let app = start(json!({})).await;
            let own = sign_up(&app, NINA, NEW).await;
            app.clock.advance(60);
            invalidate(&app, way).await;
            app.clock.advance(60);
            sign_up(&app, NINA, THEIRS).await;
            let code = app.inbox_of(NINA).await.code();
            let own = if brings { own } else { Value::Null };
            let session = confirm(&app, &code, &own).await;
            assert!(!can_sign_in(&app, NINA, THEIRS).await, "a stranger knows the password (way {way})");
            assert_eq!(can_sign_in(&app, NINA, NEW).await, brings, "way {way}");
            assert_eq!(session["password_required"] == true, !brings, "{session}");
        }
    }
}

/// Who began without keeping anything is in, is told that there is no password yet, and sets one.
#[tokio::test]
async fn without_the_sign_up_token_the_password_is_required() {
    let app = start(json!({ "accountCenter": { "enabled": false } })).await;
    sign_up(&app, NINA, NEW).await;
    let code = app.inbox_of(NINA).await.code();
    let session = confirm(&app, &code, &Value::Null).await;
    assert_eq!(session["password_required"], true);
    assert!(app.user(NINA).await.unwrap().password_digest.is_none());
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    let input = json!({ "email": NINA, "password": NEW });
    assert!(call_ok(&shop_page(&app), "email/signin", input).await["password_required"].is_null());
    app.may_leave_messages();
}

/// Whatever is not what signing up gave, for this address, at this app and of today, brings no password
/// along.
#[tokio::test]
async fn a_sign_up_token_is_valid_for_its_address_and_app_for_a_day() {
    for case in 0..4 {
        let app = start(json!({})).await;
        let token = sign_up(&app, NINA, NEW).await;
        let of_other = sign_up(&app, "ben@example.org", THEIRS).await;
        let input = json!({ "email": NINA, "password": THEIRS });
        let path = "/api/v1/paywall/other/auth/email/signup";
        let elsewhere = body(&crate::http::send(&shop_page(&app), "POST", path, &input).await);
        app.clock.advance(if case == 3 { 24 * 3600 } else { 60 });
        sign_up(&app, NINA, THEIRS).await;
        let code = app.inbox_of(NINA).await.code();
        let brought = match case {
            0 => of_other,
            1 => elsewhere["signup_token"].clone(),
            2 => json!(format!("{}x", token.as_str().unwrap())),
            _ => token,
        };
        let session = confirm(&app, &code, &brought).await;
        assert_eq!(session["password_required"], true, "case {case}");
        assert!(app.user(NINA).await.unwrap().password_digest.is_none(), "case {case}");
        app.may_leave_messages();
    }
}

/// It opens nothing by itself: no code, no account.
#[tokio::test]
async fn a_sign_up_token_is_no_proof_of_the_address() {
    let app = start(json!({})).await;
    let token = sign_up(&app, NINA, NEW).await;
    let code = app.inbox_of(NINA).await.code();
    for typed in ["", "000000", wrong_code(&code).as_str()] {
        let input = json!({ "email": NINA, "token": typed, "type": "signup", "signup_token": token });
        assert_eq!(call_status(&shop_page(&app), "otp/verify", input).await, (401, "invalid_otp".to_owned()));
    }
    assert!(app.user(NINA).await.is_none());
}

/// An account that is there keeps its password, whatever is brought.
#[tokio::test]
async fn a_sign_in_code_sets_no_password() {
    let app = start(crate::http::sdk_api::sign_in_codes()).await;
    let ada = crate::http::sdk_api::ADA;
    let token = sign_up(&app, ada, THEIRS).await;
    app.clock.advance(60);
    call_ok(&shop_page(&app), "otp/send", json!({ "email": ada })).await;
    let code = app.inbox_of(ada).await.code();
    let input = json!({ "email": ada, "token": code, "signup_token": token });
    call_ok(&shop_page(&app), "otp/verify", input).await;
    assert!(!can_sign_in(&app, ada, THEIRS).await);
    assert!(can_sign_in(&app, ada, crate::promises::PASSWORD).await);
}
