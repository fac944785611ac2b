//! Addresses: whatever was written, the canonical spelling is what is mailed, what is proved and what is
//! kept.

use rekey_core::types::identifier::address::Address;
use serde_json::{Value, json};

use super::{everything, manage};
use crate::http::account_api::{EMAIL, EVERYTHING, MyAccountClient, SEND, VERIFY, record_id};
use crate::http::experience_api::{CustomUi, IDENTIFY, PROFILE, VERIFY_CODE};
use crate::http::oidc::PASSWORD;
use crate::http::{api_client, body, send};
use crate::promises::{CODE, CookieClient, REGISTER_PASSWORD, prove_new_address};
use crate::support::app::TestApp;

/// Full-width letters, which a mailbox provider that knows no folding gives to anybody.
const WRITTEN: &str = "ｖｉctim@Corp.Example";
const CANONICAL: &str = "victim@corp.example";
const NEW: &str = "a walrus in the library";

/// Exactly where messages went.
async fn recipients(app: &TestApp) -> Vec<String> {
    let inbox = app.inbox_of(CANONICAL).await;
    let to = |message: &rekey_core::messages::message::OutgoingMessage| match &message.to {
        Address::Email(text) | Address::Phone(text) => text.clone(),
    };
    inbox.messages.iter().map(to).collect()
}

async fn stored_email(app: &TestApp) -> Option<String> {
    app.user(CANONICAL).await.and_then(|user| user.email)
}

#[tokio::test]
async fn the_account_api_verifies_the_stored_spelling() {
    let app = TestApp::with(everything()).await;
    let attacker = app.new_user("thief@example.org").with_password(PASSWORD).make().await;
    let account_client = MyAccountClient::sign_in(&app, &attacker, EVERYTHING).await;
    let named = json!({ "type": "email", "value": WRITTEN });
    let call_result = account_client.send("POST", SEND, &json!({ "identifier": named })).await;
    assert_eq!(call_result.status, 201, "{}", call_result.html);
    assert_eq!(app.inbox_of(WRITTEN).await.count(), 0, "nothing goes to another spelling");
    assert_eq!(recipients(&app).await, [CANONICAL]);
    let code = app.inbox_of(CANONICAL).await.code();
    let record = record_id(&call_result);
    let typed = json!({ "identifier": named, "verificationId": record, "code": code });
    assert_eq!(account_client.send("POST", VERIFY, &typed).await.status, 200);
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    let new = json!({ "email": WRITTEN, "newIdentifierVerificationRecordId": record });
    assert_eq!(proved.send("POST", EMAIL, &new).await.status, 204);
    assert_eq!(stored_email(&app).await.as_deref(), Some(CANONICAL));
    let answer = body(&account_client.get("/oidc/me").await);
    assert_eq!((&answer["email"], &answer["email_verified"]), (&json!(CANONICAL), &json!(true)), "{answer}");
    app.may_leave_messages();
}

#[tokio::test]
async fn the_management_api_stores_the_canonical_spelling() {
    let app = TestApp::with(everything()).await;
    let made = manage(&app, "POST", "/api/users", json!({ "primaryEmail": WRITTEN })).await;
    assert_eq!(body(&made)["primaryEmail"], CANONICAL, "{}", made.html);
    let path = format!("/api/users/{}", body(&made)["id"].as_str().unwrap());
    manage(&app, "PATCH", &path, json!({ "primaryEmail": "other@corp.example" })).await;
    let patched = manage(&app, "PATCH", &path, json!({ "primaryEmail": WRITTEN })).await;
    assert_eq!(body(&patched)["primaryEmail"], CANONICAL, "{}", patched.html);
    CookieClient::new(&app).await.request_reset(WRITTEN).await.redirects_to(CODE);
    assert_eq!(recipients(&app).await.last().map(String::as_str), Some(CANONICAL));
    app.may_leave_messages();
}

#[tokio::test]
async fn imports_store_the_canonical_spelling() {
    let mut input = everything();
    input["users"] = json!([{ "id": "victim000000", "primaryEmail": WRITTEN, "password": PASSWORD }]);
    let app = TestApp::with(input).await;
    assert_eq!(stored_email(&app).await.as_deref(), Some(CANONICAL));
    app.new_user("Ａda@Example.org").make().await;
    assert_eq!(app.user("ada@example.org").await.unwrap().email.as_deref(), Some("ada@example.org"));
}

#[tokio::test]
async fn graphql_sign_up_stores_the_canonical_spelling() {
    let app = TestApp::with(everything()).await;
    let query =
        "mutation($email: String!, $password: String) { signUp(email: $email, password: $password) { ok } }";
    let call_result = json!({ "query": query, "variables": { "email": WRITTEN, "password": NEW } });
    let page = send(&api_client(&app, crate::http::ROOT), "POST", "/graphql", &call_result).await;
    assert_eq!(body(&page)["data"]["signUp"]["ok"], true, "{}", page.html);
    assert_eq!(stored_email(&app).await.as_deref(), Some(CANONICAL));
}

#[tokio::test]
async fn sign_up_verifies_the_stored_spelling() {
    let app = TestApp::with(everything()).await;
    let client = prove_new_address(&app, CANONICAL).await;
    assert_eq!(client.post(REGISTER_PASSWORD, &[("newPassword", NEW)]).await.status, 303);
    assert_eq!(stored_email(&app).await.as_deref(), Some(CANONICAL));

    let ui = CustomUi::with_interaction(&app, "Register").await;
    let id = ui.send_code("Register", "Ｂob@Corp.example").await;
    let code = app.inbox_of("bob@corp.example").await.code();
    let named = json!({ "type": "email", "value": "Ｂob@Corp.example" });
    let typed = json!({ "identifier": named, "verificationId": id, "code": code });
    ui.call_expecting("POST", VERIFY_CODE, typed, 200).await;
    ui.call_expecting("POST", IDENTIFY, json!({ "verificationId": id }), 201).await;
    ui.call_expecting("POST", PROFILE, json!({ "type": "password", "value": NEW }), 204).await;
    ui.submit().await;
    assert_eq!(app.user("bob@corp.example").await.unwrap().email.as_deref(), Some("bob@corp.example"));
}

#[tokio::test]
async fn the_sdk_verifies_the_stored_spelling() {
    use crate::http::sdk_api;
    let app = sdk_api::start(json!({})).await;
    let call_result = sdk_api::call(
        &sdk_api::shop_page(&app),
        "email/signup",
        json!({ "email": WRITTEN, "password": NEW }),
    )
    .await;
    assert_eq!(call_result.status, 200, "{}", call_result.html);
    assert_eq!(app.inbox_of(WRITTEN).await.count(), 0);
    let sent = app.inbox_of(CANONICAL).await;
    let mut typed = json!({ "email": WRITTEN, "token": sent.code(), "type": "signup" });
    if let Value::String(secret) = &body(&call_result)["signup_secret"] {
        typed["signup_secret"] = json!(secret);
    }
    let verified = sdk_api::call(&sdk_api::shop_page(&app), "otp/verify", typed).await;
    assert_eq!(verified.status, 200, "{}", verified.html);
    assert_eq!(stored_email(&app).await.as_deref(), Some(CANONICAL));
}
