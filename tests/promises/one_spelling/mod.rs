//! One person has one spelling: an address is kept, mailed and proved in its canonical form whoever wrote it,
//! a sign that can't be seen is in no identifier, and no two usernames look alike.

mod addresses;
mod invisible_characters;
mod tries;
mod usernames;

use serde_json::{Value, json};

use crate::http::experience_api::all_methods_enabled as screens;
use crate::http::{account_api, api_client, body, send, with_keys};
use crate::support::app::TestApp;
use crate::support::page::Page;

/// Every interface at once: apps with screens of their own, keys, and people who sign up by address or name.
fn everything() -> Value {
    let mut input = screens();
    input["settings"]["accountCenter"] =
        account_api::everything_editable()["settings"]["accountCenter"].clone();
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    input["settings"]["throttle"] = json!({
        "sendBackoff": { "base": 0, "max": 0, "window": 1 },
        "sendsPerAddress": { "limit": 0 },
        "requestsPerIp": { "limit": 0 },
    });
    input
}

/// A call of the Management API.
async fn manage(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, crate::http::ROOT), method, path, &input).await
}

/// What the answer says is wrong.
fn details(page: &Page) -> String {
    let body = body(page);
    format!("{} {} {}", body["code"], body["message"], body["details"])
}
