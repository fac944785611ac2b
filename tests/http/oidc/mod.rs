//! OpenID Connect as app developers and users meet it: requests, pages, tokens and how they end. Tests set
//! the clock by hand, and use two instances where it matters.

mod authorization_requests;
mod back_channel;
mod concurrency;
pub(crate) mod consents;
mod cors;
mod end_session;
mod first_screens;
mod flow;
mod leaving;
mod prompts;
mod recovery;
mod tokens;

use serde_json::{Value, json};

use crate::http::ROOT;
use crate::support::app::TestApp;
use crate::support::client::{Client, oauth_error};
use crate::support::page::Page;
use crate::support::people::TestUser;

/// The secret of every app that has one.
pub(crate) const SECRET: &str = "a secret that only the app knows";
/// An API of the operator's.
pub(crate) const ORDERS: &str = "https://api.example/orders";
/// Another.
pub(crate) const STOCK: &str = "https://api.example/stock";
/// The password that people here begin with.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// The one they change it to.
pub(crate) const NEW: &str = "a walrus in the library";
/// The sign-in page, about the shop.
pub(crate) const SIGN_IN: &str = "/sign-in?app_id=shop";

/// The apps and APIs that everybody here knows, over settings that slow nobody down.
pub(crate) fn settings_with_apps() -> Value {
    let app = |id: &str, kind: &str| {
        json!({
            "id": id, "name": format!("The {id}"), "type": kind,
            "redirectUris": [format!("https://{id}.example/callback")],
            "postLogoutRedirectUris": [format!("https://{id}.example/left")],
            "initiateLoginUri": format!("https://{id}.example/login"),
        })
    };
    let with = |mut app: Value, name: &str, value: Value| {
        app[name] = value;
        app
    };
    let mut input = crate::promises::without_throttles();
    input["settings"]["apiResources"] = json!([
        { "indicator": ORDERS, "scopes": ["read:orders", "write:orders"], "machines": ["machine"] },
        { "indicator": STOCK, "scopes": ["read:stock"], "machines": [] },
    ]);
    input["applications"] = json!([
        app("shop", "SPA"),
        app("blog", "SPA"),
        with(app("guest", "SPA"), "isThirdParty", json!(true)),
        with(app("desk", "Traditional"), "secret", json!(SECRET)),
        with(with(app("till", "Traditional"), "secret", json!(SECRET)), "idTokenSigningAlg", json!("ES256")),
        { "id": "machine", "name": "Machine", "type": "MachineToMachine", "secret": SECRET, "managementApi": true },
        { "id": "lesser", "name": "Machine", "type": "MachineToMachine", "secret": SECRET },
    ]);
    input["apiKeys"] = json!([{ "id": "root", "roles": ["root"], "token": ROOT }]);
    input
}

/// A program that knows the fixture, and Ada.
pub(crate) async fn start() -> (TestApp, TestUser) {
    start_with(settings_with_apps()).await
}

/// A program with these settings, and Ada.
pub(crate) async fn start_with(input: Value) -> (TestApp, TestUser) {
    let app = TestApp::with(input).await;
    let ada = create_user(&app, "ada@example.org").await;
    (app, ada)
}

/// Somebody with the usual password.
pub(crate) async fn create_user(app: &TestApp, email: &str) -> TestUser {
    app.new_user(email).with_password(PASSWORD).make().await
}

/// The app that keeps a secret.
pub(crate) fn confidential_client(app: &TestApp) -> Client {
    Client::of(app, "desk").with_secret(SECRET)
}

/// Asserts an error with its status.
pub(crate) fn assert_error(page: &Page, status: u16, code: &str) {
    assert_eq!(oauth_error(page), (status, code.to_owned()), "{}", page.html);
}
