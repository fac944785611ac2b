//! The JSON faces as their clients meet them: every status, code and body of the contract, over HTTP.

pub(crate) mod account_api;
mod account_center;
mod applications;
mod authority;
mod captcha_provider;
mod check_password;
mod client_secrets;
mod connectors;
mod described;
mod everywhere;
pub(crate) mod experience;
pub(crate) mod graphql;
mod jwt_customizer;
mod one_time_tokens;
pub(crate) mod sdk;
mod sign_in_experience;
mod templates;
mod users;
mod verification_codes;

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

/// The token of the key that may do everything.
pub(crate) const ROOT: &str = "2222222222222222222222222222222222222222";
/// The token of the key of a public sign-in page.
pub(crate) const LOGIN: &str = "1111111111111111111111111111111111111111";

/// The two keys over these settings.
pub(crate) fn with_keys(settings: Value) -> Value {
    json!({
        "settings": settings,
        "apiKeys": [
            { "id": "root", "roles": ["root"], "token": ROOT },
            { "id": "login", "roles": ["login"], "token": LOGIN },
        ],
    })
}

/// A program with both keys.
pub(crate) async fn program(settings: Value) -> TestApp {
    TestApp::with(with_keys(settings)).await
}

/// A machine with this token.
pub(crate) fn machine(app: &TestApp, token: &str) -> Browser {
    app.browser().without_fetch_metadata().with_header("authorization", &format!("Bearer {token}"))
}

/// Sends JSON.
pub(crate) async fn send(machine: &Browser, method: &str, path: &str, body: &Value) -> Page {
    machine.raw(method, path, &[("content-type", "application/json")], body.to_string()).await
}

/// The answer's body.
pub(crate) fn body(page: &Page) -> Value {
    serde_json::from_str(&page.html)
        .unwrap_or_else(|_| panic!("{} {}: {}", page.status, page.path, page.html))
}

/// Status and code.
pub(crate) fn told(page: &Page) -> (u16, String) {
    (page.status, body(page)["code"].as_str().unwrap_or_default().to_owned())
}
