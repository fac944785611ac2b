//! Each interface as its audience meets it, over HTTP: the hosted pages, OpenID Connect, and every JSON and
//! GraphQL API. The helpers here call the Management API.

pub(crate) mod account_api;
pub(crate) mod experience_api;
pub(crate) mod graphql;
mod management_api;
pub(crate) mod oidc;
mod openapi;
pub(crate) mod pages;
pub(crate) mod sdk_api;

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
pub(crate) async fn start_with_keys(settings: Value) -> TestApp {
    TestApp::with(with_keys(settings)).await
}

/// A machine with this token.
pub(crate) fn api_client(app: &TestApp, token: &str) -> Browser {
    app.browser().without_fetch_metadata().with_header("authorization", &format!("Bearer {token}"))
}

/// Sends JSON.
pub(crate) async fn send(api: &Browser, method: &str, path: &str, body: &Value) -> Page {
    api.raw(method, path, &[("content-type", "application/json")], body.to_string()).await
}

/// The answer's body.
pub(crate) fn body(page: &Page) -> Value {
    serde_json::from_str(&page.html)
        .unwrap_or_else(|_| panic!("{} {}: {}", page.status, page.path, page.html))
}

/// Status and code.
pub(crate) fn status_and_code(page: &Page) -> (u16, String) {
    (page.status, body(page)["code"].as_str().unwrap_or_default().to_owned())
}
