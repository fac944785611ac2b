//! Webhooks as the operator's own systems meet them: which events they get and when, how they verify the
//! sender, and what happens when they do not answer.

mod api;
mod at_once;
mod deleting;
mod events;
mod failing_receivers;
mod logs;
mod outage;
mod signatures;

use serde_json::{Value, json};

use rekey_server::jobs::send_webhooks::deliver_due;

use crate::http::oidc;
use crate::http::{ROOT, api_client, body, send};
use crate::support::app::TestApp;
use crate::support::page::Page;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::{ReceivedRequest, Receiver};

/// A program whose webhooks may be on this machine.
async fn start() -> TestApp {
    let mut input = oidc::settings_with_apps();
    input["settings"]["webhooks"] = json!({ "allowPrivateAddresses": true });
    TestApp::with(input).await
}

/// A receiver that takes everything.
async fn accepting_receiver() -> Receiver {
    Receiver::answering(Answer::with_status("204 Fine", "")).await
}

/// A call of the Management API.
async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

/// A webhook that wants to hear of these events.
async fn create_webhook(app: &TestApp, url: &str, events: &[&str]) -> Value {
    let input = json!({ "name": "Test", "events": events, "config": { "url": url } });
    let page = call(app, "POST", "/api/hooks", input).await;
    assert_eq!(page.status, 201, "{}", page.html);
    body(&page)
}

/// Tells a webhook what waits for it; says how many tries that took.
async fn deliver(app: &TestApp, webhook: &Value) -> u64 {
    let id = webhook["id"].as_str().unwrap().to_owned();
    app.run(move |program| async move { deliver_due(&program, &id).await.unwrap() }).await
}

/// What was heard, as JSON.
fn parse(received: &ReceivedRequest) -> Value {
    serde_json::from_str(&received.body).unwrap()
}
