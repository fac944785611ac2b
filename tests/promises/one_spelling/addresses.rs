//! Addresses: whatever was written, the canonical spelling is what is mailed, what is proved and what is kept.

use rekey::model::message::Address;
use serde_json::{Value, json};

use super::{everything, manages};
use crate::http::account_api::{EMAIL, EVERYTHING, Phone, SEND, VERIFY, record};
use crate::http::experience_api::{CHECK, IDENTIFY, PROFILE, Screen};
use crate::http::oidc::PASSWORD;
use crate::http::{body, machine, send};
use crate::promises::{CODE, Hand, REGISTER_PASSWORD, claimed};
use crate::support::app::TestApp;

/// Full-width letters, which a mailbox provider that knows no folding gives to anybody.
const WRITTEN: &str = "ｖｉctim@Corp.Example";
const CANONICAL: &str = "victim@corp.example";
const NEW: &str = "a walrus in the library";

/// Exactly where messages went.
async fn went_to(app: &TestApp) -> Vec<String> {
    let inbox = app.inbox_of(CANONICAL).await;
    let to = |message: &rekey::model::message::OutgoingMessage| match &message.to {
        Address::Email(text) | Address::Phone(text) => text.clone(),
    };
    inbox.messages.iter().map(to).collect()
}

async fn kept(app: &TestApp) -> Option<String> {
    app.user(CANONICAL).await.and_then(|user| user.email)
}

#[tokio::test]
async fn an_app_proves_the_spelling_that_is_kept() {
    let app = TestApp::with(everything()).await;
    let thief = app.person("thief@example.org").with_password(PASSWORD).make().await;
    let phone = Phone::of(&app, &thief, EVERYTHING).await;
    let named = json!({ "type": "email", "value": WRITTEN });
    let asked = phone.send("POST", SEND, &json!({ "identifier": named })).await;
    assert_eq!(asked.status, 201, "{}", asked.html);
    assert_eq!(app.inbox_of(WRITTEN).await.count(), 0, "nothing goes to another spelling");
    assert_eq!(went_to(&app).await, [CANONICAL]);
    let code = app.inbox_of(CANONICAL).await.code();
    let record = record(&asked);
    let typed = json!({ "identifier": named, "verificationId": record, "code": code });
    assert_eq!(phone.send("POST", VERIFY, &typed).await.status, 200);
    let proved = phone.proved(&phone.proves(PASSWORD).await);
    let new = json!({ "email": WRITTEN, "newIdentifierVerificationRecordId": record });
    assert_eq!(proved.send("POST", EMAIL, &new).await.status, 204);
    assert_eq!(kept(&app).await.as_deref(), Some(CANONICAL));
    let said = body(&phone.get("/oidc/me").await);
    assert_eq!((&said["email"], &said["email_verified"]), (&json!(CANONICAL), &json!(true)), "{said}");
    app.may_leave_messages();
}

#[tokio::test]
async fn an_operator_writes_an_address_and_its_spelling_is_kept() {
    let app = TestApp::with(everything()).await;
    let made = manages(&app, "POST", "/api/users", json!({ "primaryEmail": WRITTEN })).await;
    assert_eq!(body(&made)["primaryEmail"], CANONICAL, "{}", made.html);
    let path = format!("/api/users/{}", body(&made)["id"].as_str().unwrap());
    manages(&app, "PATCH", &path, json!({ "primaryEmail": "other@corp.example" })).await;
    let patched = manages(&app, "PATCH", &path, json!({ "primaryEmail": WRITTEN })).await;
    assert_eq!(body(&patched)["primaryEmail"], CANONICAL, "{}", patched.html);
    Hand::new(&app).await.ask(WRITTEN).await.redirects_to(CODE);
    assert_eq!(went_to(&app).await.last().map(String::as_str), Some(CANONICAL));
    app.may_leave_messages();
}

#[tokio::test]
async fn a_file_or_a_line_of_an_import_is_kept_in_one_spelling() {
    let mut given = everything();
    given["users"] = json!([{ "id": "victim000000", "primaryEmail": WRITTEN, "password": PASSWORD }]);
    let app = TestApp::with(given).await;
    assert_eq!(kept(&app).await.as_deref(), Some(CANONICAL));
    app.person("Ａda@Example.org").make().await;
    assert_eq!(app.user("ada@example.org").await.unwrap().email.as_deref(), Some("ada@example.org"));
}

#[tokio::test]
async fn a_new_account_over_graphql_is_kept_in_one_spelling() {
    let app = TestApp::with(everything()).await;
    let query =
        "mutation($email: String!, $password: String) { signUp(email: $email, password: $password) { ok } }";
    let asked = json!({ "query": query, "variables": { "email": WRITTEN, "password": NEW } });
    let page = send(&machine(&app, crate::http::ROOT), "POST", "/graphql", &asked).await;
    assert_eq!(body(&page)["data"]["signUp"]["ok"], true, "{}", page.html);
    assert_eq!(kept(&app).await.as_deref(), Some(CANONICAL));
}

#[tokio::test]
async fn who_signs_up_proves_the_spelling_that_is_kept() {
    let app = TestApp::with(everything()).await;
    let hand = claimed(&app, CANONICAL).await;
    assert_eq!(hand.post(REGISTER_PASSWORD, &[("newPassword", NEW)]).await.status, 303);
    assert_eq!(kept(&app).await.as_deref(), Some(CANONICAL));

    let screen = Screen::that_begins(&app, "Register").await;
    let id = screen.asks("Register", "Ｂob@Corp.example").await;
    let code = app.inbox_of("bob@corp.example").await.code();
    let named = json!({ "type": "email", "value": "Ｂob@Corp.example" });
    let typed = json!({ "identifier": named, "verificationId": id, "code": code });
    screen.ok("POST", CHECK, typed, 200).await;
    screen.ok("POST", IDENTIFY, json!({ "verificationId": id }), 201).await;
    screen.ok("POST", PROFILE, json!({ "type": "password", "value": NEW }), 204).await;
    screen.submits().await;
    assert_eq!(app.user("bob@corp.example").await.unwrap().email.as_deref(), Some("bob@corp.example"));
}

#[tokio::test]
async fn the_sdk_proves_the_spelling_that_is_kept() {
    use crate::http::sdk_api;
    let app = sdk_api::start(json!({})).await;
    let asked =
        sdk_api::call(&sdk_api::shop(&app), "email/signup", json!({ "email": WRITTEN, "password": NEW }))
            .await;
    assert_eq!(asked.status, 200, "{}", asked.html);
    assert_eq!(app.inbox_of(WRITTEN).await.count(), 0);
    let sent = app.inbox_of(CANONICAL).await;
    let mut typed = json!({ "email": WRITTEN, "token": sent.code(), "type": "signup" });
    if let Value::String(secret) = &body(&asked)["signup_secret"] {
        typed["signup_secret"] = json!(secret);
    }
    let verified = sdk_api::call(&sdk_api::shop(&app), "otp/verify", typed).await;
    assert_eq!(verified.status, 200, "{}", verified.html);
    assert_eq!(kept(&app).await.as_deref(), Some(CANONICAL));
}
