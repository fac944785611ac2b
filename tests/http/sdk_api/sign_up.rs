//! Making an account: password first, code after.

use serde_json::{Value, json};

use super::{ADA, NEW, PASSWORD, call, call_ok, call_status, shop_page, start};
use crate::http::body;
use crate::support::app::TestApp;

const NINA: &str = "nina@example.org";

async fn request_sign_up(app: &TestApp, email: &str, password: &str) -> Value {
    let input = json!({ "email": email, "password": password });
    let mut answer = call_ok(&shop_page(app), "email/signup", input).await;
    let token = answer["signup_token"].take();
    assert!(token.as_str().is_some_and(|token| token.len() > 100), "{answer}");
    let id = answer["user"]["id"].take();
    assert!(id.as_str().is_some_and(|id| id.len() == 12), "{id}");
    let user = json!({ "id": null, "email": email });
    assert_eq!(answer, json!({ "status": "confirmation_required", "user": user, "signup_token": null }));
    token
}

async fn confirm(app: &TestApp, code: &str, (kind, token): (&str, &Value)) -> (u16, String) {
    let input = json!({ "email": NINA, "token": code, "type": kind, "signup_token": token });
    call_status(&shop_page(app), "otp/verify", input).await
}

async fn sign_in_status(app: &TestApp, password: &str) -> u16 {
    call(&shop_page(app), "email/signin", json!({ "email": NINA, "password": password })).await.status
}

#[tokio::test]
async fn the_code_makes_the_account_with_the_password() {
    let app = start(json!({})).await;
    let token = request_sign_up(&app, NINA, NEW).await;
    assert_eq!(sign_in_status(&app, NEW).await, 401, "not before the address is proved");
    let code = app.inbox_of(NINA).await.code();
    assert_eq!(confirm(&app, &code, ("signup", &token)).await.0, 200);
    assert_eq!(sign_in_status(&app, NEW).await, 200);
    assert_eq!(confirm(&app, &code, ("signup", &token)).await, (401, "invalid_otp".to_owned()));
}

async fn sign_up_answer(app: &TestApp, email: &str) -> Value {
    call_ok(&shop_page(app), "email/signup", json!({ "email": email, "password": NEW })).await
}

#[tokio::test]
async fn the_account_gets_the_id_that_was_answered() {
    let app = start(json!({})).await;
    let answer = sign_up_answer(&app, NINA).await;
    app.clock.advance(60);
    call_ok(&shop_page(&app), "email/resend", json!({ "email": NINA })).await;
    let code = app.inbox_of(NINA).await.code();
    let input =
        json!({ "email": NINA, "token": code, "type": "signup", "signup_token": answer["signup_token"] });
    let session = call_ok(&shop_page(&app), "otp/verify", input).await;
    assert_eq!(session["user"]["id"], answer["user"]["id"]);
    let taken = sign_up_answer(&app, ADA).await;
    assert_ne!(taken["user"]["id"], app.user(ADA).await.unwrap().id.0.as_str(), "an id of nobody");
    assert_eq!(app.inbox_of(ADA).await.count_of("AccountExists"), 1);
}

/// Only the owner hears that there is an account.
#[tokio::test]
async fn a_taken_address_is_answered_alike() {
    let app = start(json!({})).await;
    request_sign_up(&app, ADA, NEW).await;
    assert_eq!(app.inbox_of(ADA).await.count_of("AccountExists"), 1);
    call_ok(&shop_page(&app), "email/signin", json!({ "email": ADA, "password": PASSWORD })).await;
}

/// Two who ask for one address: whoever has the code brings the password that they typed, also when the
/// second one was silenced.
#[tokio::test]
async fn the_password_is_that_of_the_caller_with_the_code() {
    for (wait, brings) in [(60, 0), (60, 1), (0, 0), (0, 1)] {
        let app = start(json!({})).await;
        let passwords = [NEW, "the walrus of somebody else"];
        let first = request_sign_up(&app, NINA, passwords[0]).await;
        app.clock.advance(wait);
        let tokens = [first, request_sign_up(&app, NINA, passwords[1]).await];
        let code = app.inbox_of(NINA).await.code();
        assert_eq!(confirm(&app, &code, ("signup", &tokens[brings])).await.0, 200);
        assert_eq!(sign_in_status(&app, passwords[brings]).await, 200);
        assert_eq!(sign_in_status(&app, passwords[1 - brings]).await, 401);
    }
}

/// Whoever brings a code alone gets no password that somebody else put there.
#[tokio::test]
async fn a_code_alone_sets_no_password() {
    for kind in ["email", "signup", "magiclink"] {
        let app = start(super::sign_in_codes()).await;
        request_sign_up(&app, NINA, NEW).await;
        let code = app.inbox_of(NINA).await.code();
        assert_eq!(confirm(&app, &code, (kind, &Value::Null)).await.0, 200);
        assert_eq!(sign_in_status(&app, NEW).await, 401);
    }
}

#[tokio::test]
async fn the_policy_is_checked_first_for_known_and_unknown() {
    let app = start(json!({})).await;
    let mut answers = Vec::new();
    for email in [ADA, "eve@example.org"] {
        let page =
            call(&shop_page(&app), "email/signup", json!({ "email": email, "password": "short" })).await;
        assert_eq!((page.status, &body(&page)["code"]), (400, &json!("weak_password")));
        answers.push(page.html.clone());
    }
    assert_eq!(answers[0], answers[1]);
}

/// The wait is everybody's, whether or not there is an account.
#[tokio::test]
async fn another_message_waits_for_the_backoff() {
    let app = start(json!({})).await;
    for email in [ADA, NINA] {
        request_sign_up(&app, email, NEW).await;
        let early = call(&shop_page(&app), "email/resend", json!({ "email": email })).await;
        assert_eq!((early.status, &body(&early)["code"]), (429, &json!("over_email_send_rate_limit")));
        assert_eq!(early.header("retry-after"), "30", "{email}");
    }
    app.clock.advance(31);
    call_ok(&shop_page(&app), "email/resend", json!({ "email": NINA })).await;
    assert_eq!(app.inbox_of(NINA).await.count(), 2);
    call_ok(&shop_page(&app), "email/resend", json!({ "email": "nobody@example.org" })).await;
    app.may_leave_messages();
}

#[tokio::test]
async fn a_disabled_sign_up_says_so() {
    let app = start(json!({ "signInExperience": { "signInMode": "SignIn" } })).await;
    let result =
        call_status(&shop_page(&app), "email/signup", json!({ "email": NINA, "password": NEW })).await;
    assert_eq!(result, (403, "signup_disabled".to_owned()));
}
