//! The SDK API: every status, code and shape of its documentation.

mod calls;
mod codes;
mod idempotency;
mod recovery;
mod sessions;
mod sign_up;

use serde_json::{Value, json};

use super::{body, send};
use crate::http::oidc::PASSWORD;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

pub(crate) const ADA: &str = "ada@example.org";
pub(crate) const NEW: &str = "a walrus in the library";
/// The secret of the server that looks at tokens.
pub(crate) const API: &str = "a-secret-of-the-api-00000000000000001";

/// Apps beside these settings: `shop` has screens of its own; the others may not.
pub(crate) fn with_apps(settings: Value) -> Value {
    json!({
        "settings": settings,
        "applications": [
            { "id": "shop", "name": "Shop", "type": "SPA", "redirectUris": ["https://shop.example/callback"] },
            { "id": "other", "name": "Other", "type": "Native", "redirectUris": ["com.example.other:/callback"] },
            { "id": "server", "name": "Server", "type": "Traditional", "secret": "a-secret-of-the-server-000000000001" },
            { "id": "api", "name": "API", "type": "MachineToMachine", "secret": API },
            { "id": "theirs", "name": "Theirs", "type": "SPA", "isThirdParty": true },
        ],
    })
}

/// Settings under which an address signs in by password or by code.
pub(crate) fn sign_in_codes() -> Value {
    json!({ "signInExperience": { "signIn": { "methods": [{ "identifier": "email", "verificationCode": true }] } } })
}

/// A program with an app and somebody in it.
pub(crate) async fn start(settings: Value) -> TestApp {
    let app = TestApp::with(with_apps(settings)).await;
    app.new_user(ADA).with_password(PASSWORD).make().await;
    app
}

/// A page of the shop: a browser on another site.
pub(crate) fn shop_page(app: &TestApp) -> Browser {
    app.browser().with_header("origin", "https://shop.example").with_header("sec-fetch-site", "cross-site")
}

/// The same with this token.
pub(crate) fn with_session(app: &TestApp, session: &Value) -> Browser {
    let token = session["access_token"].as_str().unwrap_or_default();
    shop_page(app).with_header("authorization", &format!("Bearer {token}"))
}

/// The address of a call of the shop.
pub(crate) fn url_of(call: &str) -> String {
    format!("/api/v1/paywall/shop/auth/{call}")
}

/// Calls.
pub(crate) async fn call(browser: &Browser, name: &str, input: Value) -> Page {
    send(browser, "POST", &url_of(name), &input).await
}

/// Status and code.
pub(crate) async fn call_status(browser: &Browser, name: &str, input: Value) -> (u16, String) {
    super::status_and_code(&call(browser, name, input).await)
}

/// The answer of a call that goes well.
pub(crate) async fn call_ok(browser: &Browser, name: &str, input: Value) -> Value {
    let page = call(browser, name, input).await;
    assert_eq!(page.status, 200, "{name}: {}", page.html);
    body(&page)
}

/// Asks for a code for a forgotten password; the code.
pub(crate) async fn request_code(app: &TestApp, email: &str) -> String {
    let answer = call_ok(&shop_page(app), "password/request-reset", json!({ "email": email })).await;
    assert_eq!(answer, json!({ "ok": true }));
    app.inbox_of(email).await.code()
}

/// The session of a forgotten password.
pub(crate) async fn recovery_session(app: &TestApp) -> Value {
    let code = request_code(app, ADA).await;
    call_ok(&shop_page(app), "otp/verify", json!({ "email": ADA, "token": code, "type": "recovery" })).await
}

/// The session of a password.
pub(crate) async fn sign_in(app: &TestApp, password: &str) -> Value {
    call_ok(&shop_page(app), "email/signin", json!({ "email": ADA, "password": password })).await
}

/// Renews; the new tokens.
pub(crate) async fn refresh_ok(app: &TestApp, session: &Value) -> Value {
    call_ok(&shop_page(app), "refresh", json!({ "refresh_token": session["refresh_token"] })).await
}

/// What a renewal is answered.
pub(crate) async fn refresh(app: &TestApp, session: &Value) -> (u16, String) {
    call_status(&shop_page(app), "refresh", json!({ "refresh_token": session["refresh_token"] })).await
}
