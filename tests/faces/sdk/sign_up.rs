//! Making an account: password first, code after.

use serde_json::json;

use super::{ADA, NEW, PASSWORD, call, fine, said, shop, start};
use crate::faces::body;
use crate::support::app::TestApp;

const NINA: &str = "nina@example.org";

async fn asks(app: &TestApp, email: &str, password: &str) {
    let answer = fine(&shop(app), "email/signup", json!({ "email": email, "password": password })).await;
    assert_eq!(answer, json!({ "status": "confirmation_required", "user": { "id": "", "email": email } }));
}

async fn confirms(app: &TestApp, code: &str, kind: &str) -> (u16, String) {
    said(&shop(app), "otp/verify", json!({ "email": NINA, "token": code, "type": kind })).await
}

async fn enters(app: &TestApp, password: &str) -> u16 {
    call(&shop(app), "email/signin", json!({ "email": NINA, "password": password })).await.status
}

#[tokio::test]
async fn the_code_makes_the_account_with_the_password() {
    let app = start(json!({})).await;
    asks(&app, NINA, NEW).await;
    assert_eq!(enters(&app, NEW).await, 401, "not before the address is proved");
    let code = app.inbox_of(NINA).await.code();
    assert_eq!(confirms(&app, &code, "signup").await.0, 200);
    assert_eq!(enters(&app, NEW).await, 200);
    assert_eq!(confirms(&app, &code, "signup").await, (401, "invalid_otp".to_owned()));
}

/// Only the owner hears that there is an account.
#[tokio::test]
async fn a_taken_address_is_answered_alike() {
    let app = start(json!({})).await;
    asks(&app, ADA, NEW).await;
    assert_eq!(app.inbox_of(ADA).await.count_of("AccountExists"), 1);
    fine(&shop(&app), "email/signin", json!({ "email": ADA, "password": PASSWORD })).await;
}

/// Somebody who signs up with another person's address must not end up knowing that person's password.
#[tokio::test]
async fn two_passwords_for_one_address_leave_none() {
    let app = start(json!({})).await;
    asks(&app, NINA, NEW).await;
    app.clock.advance(60);
    asks(&app, NINA, "the walrus of somebody else").await;
    let code = app.inbox_of(NINA).await.code();
    assert_eq!(confirms(&app, &code, "signup").await.0, 200);
    assert_eq!(enters(&app, NEW).await, 401);
    assert_eq!(enters(&app, "the walrus of somebody else").await, 401);
}

/// Also when the second is silenced, so that only the first code is on its way.
#[tokio::test]
async fn a_silenced_second_leaves_none_either() {
    let app = start(json!({})).await;
    asks(&app, NINA, NEW).await;
    asks(&app, NINA, "the walrus of somebody else").await;
    let code = app.inbox_of(NINA).await.code();
    assert_eq!(confirms(&app, &code, "signup").await.0, 200);
    assert_eq!((enters(&app, NEW).await, enters(&app, "the walrus of somebody else").await), (401, 401));
}

/// Whoever asked for a code alone gets no password that somebody else put there.
#[tokio::test]
async fn a_code_to_come_in_with_brings_no_password_along() {
    let app = start(super::with_codes()).await;
    asks(&app, NINA, NEW).await;
    let code = app.inbox_of(NINA).await.code();
    assert_eq!(confirms(&app, &code, "email").await.0, 200);
    assert_eq!(enters(&app, NEW).await, 401);
}

#[tokio::test]
async fn the_same_password_again_is_the_same_wish() {
    let app = start(json!({})).await;
    asks(&app, NINA, NEW).await;
    app.clock.advance(60);
    asks(&app, NINA, NEW).await;
    let code = app.inbox_of(NINA).await.code();
    assert_eq!(confirms(&app, &code, "signup").await.0, 200);
    assert_eq!(enters(&app, NEW).await, 200);
}

#[tokio::test]
async fn the_policy_speaks_first_and_alike() {
    let app = start(json!({})).await;
    let mut answers = Vec::new();
    for email in [ADA, "eve@example.org"] {
        let page = call(&shop(&app), "email/signup", json!({ "email": email, "password": "short" })).await;
        assert_eq!((page.status, &body(&page)["code"]), (400, &json!("weak_password")));
        answers.push(page.html.clone());
    }
    assert_eq!(answers[0], answers[1]);
}

/// The wait is everybody's, whether or not there is an account.
#[tokio::test]
async fn another_message_waits_for_its_turn() {
    let app = start(json!({})).await;
    for email in [ADA, NINA] {
        asks(&app, email, NEW).await;
        let early = call(&shop(&app), "email/resend", json!({ "email": email })).await;
        assert_eq!((early.status, &body(&early)["code"]), (429, &json!("over_email_send_rate_limit")));
        assert_eq!(early.header("retry-after"), "30", "{email}");
    }
    app.clock.advance(31);
    fine(&shop(&app), "email/resend", json!({ "email": NINA })).await;
    assert_eq!(app.inbox_of(NINA).await.count(), 2);
    fine(&shop(&app), "email/resend", json!({ "email": "nobody@example.org" })).await;
    app.may_leave_messages();
}

#[tokio::test]
async fn where_nobody_new_is_taken_it_says_so() {
    let app = start(json!({ "signInExperience": { "signInMode": "SignIn" } })).await;
    let told = said(&shop(&app), "email/signup", json!({ "email": NINA, "password": NEW })).await;
    assert_eq!(told, (403, "signup_disabled".to_owned()));
}
