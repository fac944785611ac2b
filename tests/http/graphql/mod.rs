//! GraphQL, row by row of its contract, over HTTP: every status, code and shape.

mod api_keys;
mod audit_log;
mod mail_templates;
mod password_resets;
pub(crate) mod passwords;
mod schema;
mod sessions;
mod settings;
mod sign_up;
mod transport;

use serde_json::{Value, json};

use super::{LOGIN, ROOT, api_client, body, send, start_with_keys};
use crate::http::oidc::PASSWORD;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

pub(crate) const GRAPHQL: &str = "/graphql";
pub(crate) const ADA: &str = "ada@example.org";
pub(crate) const NEW: &str = "a walrus in the library";

pub(crate) const REQUEST_RESET: &str = "mutation($email: String!, $options: CreateResetPasswordRequestOptions) {
  createResetPasswordRequest(email: $email, options: $options) { ok error { code retryAfter developerMessage } } }";
pub(crate) const RESET: &str = "mutation($token: String!, $password: String!) {
  resetPassword(token: $token, password: $password) {
    ok errors { code } error { code weakPasswordReasons developerMessage } } }";
pub(crate) const SIGN_IN: &str = "mutation($email: String!, $password: String!, $expiration: Int) {
  signIn(email: $email, password: $password, expiration: $expiration) {
    ok error { code retryAfter } result { token person { id email } } } }";
const CHECK: &str = "query($requestId: String!, $token: String!) { checkResetPasswordToken(requestId: $requestId, token: $token) }";

/// A program with both keys and somebody in it.
async fn start() -> TestApp {
    start_with(json!({})).await
}

async fn start_with(settings: Value) -> TestApp {
    let app = start_with_keys(settings).await;
    app.new_user(ADA).with_password(PASSWORD).make().await;
    app
}

/// Asks with this query and these variables.
pub(crate) async fn execute(api: &Browser, query: &str, variables: Value) -> Page {
    send(api, "POST", GRAPHQL, &json!({ "query": query, "variables": variables })).await
}

/// `data` of an answer without errors.
pub(crate) async fn data(api: &Browser, query: &str, variables: Value) -> Value {
    let page = execute(api, query, variables).await;
    let answer = body(&page);
    assert!(page.status == 200 && answer["errors"].is_null(), "{} {}", page.status, page.html);
    answer["data"].clone()
}

/// The payload of the one operation that was asked for.
pub(crate) async fn payload(api: &Browser, query: &str, variables: Value) -> Value {
    let data = data(api, query, variables).await;
    data.as_object().unwrap().values().next().unwrap().clone()
}

/// `ok`, or the code of the error.
pub(crate) async fn result_code(api: &Browser, query: &str, variables: Value) -> String {
    let payload = payload(api, query, variables).await;
    assert_eq!(payload["ok"].as_bool().unwrap(), payload["error"].is_null());
    payload["error"]["code"].as_str().unwrap_or("ok").to_owned()
}

/// Status, and `extensions.code` of the first error.
async fn error_of(api: &Browser, query: &str, variables: Value) -> (u16, String) {
    let page = execute(api, query, variables).await;
    let code = body(&page)["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
    (page.status, code)
}

/// A machine that lets people in.
pub(crate) fn login_client(app: &TestApp) -> Browser {
    api_client(app, LOGIN)
}

fn root_client(app: &TestApp) -> Browser {
    api_client(app, ROOT)
}

/// Has a message sent; the token of its link.
pub(crate) async fn request_token(app: &TestApp, email: &str) -> String {
    assert_eq!(result_code(&login_client(app), REQUEST_RESET, json!({ "email": email })).await, "ok");
    let path = app.inbox_of(email).await.link_path();
    path.rsplit('/').next().unwrap().to_owned()
}

/// Brings a token and a password.
pub(crate) async fn reset_password(app: &TestApp, token: &str, password: &str) -> String {
    result_code(&login_client(app), RESET, json!({ "token": token, "password": password })).await
}

/// Signs in; the token of the session.
pub(crate) async fn sign_in(app: &TestApp, password: &str) -> String {
    let payload = payload(&login_client(app), SIGN_IN, json!({ "email": ADA, "password": password })).await;
    payload["result"]["token"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned()
}
