//! The log of the real program: one line for every answer that is not a page view, and the request that asked
//! on every line about a delivery. It never shows what a client typed into an address.

use std::fs;

use rekey_adapters::connectors::http::build_client;
use serde_json::{Value, json};

use crate::promises::{FORGOT_PASSWORD, FORM, PASSWORD};
use crate::support::http_user::Answer;
use crate::support::server_process::{ServerFixture, ServerProcess, eventually};

/// What stands in an address that nobody serves.
const TOKEN: &str = "a-token-that-was-mistyped";

/// The lines of the log whose outermost span has this name and the id of this request.
fn lines_about(server: &ServerFixture, span: &str, request_id: &str) -> Vec<Value> {
    let log = fs::read_to_string(server.log()).unwrap();
    // The last line may be half written.
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let is_about =
        |line: &Value| line["spans"][0]["name"] == span && line["spans"][0]["request.id"] == request_id;
    lines.filter(is_about).collect()
}

fn request_id(answer: &Answer) -> &str {
    answer.headers["x-request-id"].to_str().unwrap()
}

/// The only line about a request, which must be the one about its answer.
fn only_line(server: &ServerFixture, request_id: &str) -> Value {
    let mut lines = lines_about(server, "request", request_id);
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = lines.remove(0);
    assert_eq!((&line["level"], &line["fields"]["message"]), (&json!("INFO"), &json!("answered")));
    assert!(line["spans"][0]["latency_ms"].is_u64(), "{line}");
    line["spans"][0].clone()
}

/// Posts a form without its token, from a page of `site`; gives the id of the request.
async fn forge(process: &ServerProcess, site: &str) -> String {
    let post = build_client().unwrap().post(format!("http://{}{FORGOT_PASSWORD}", process.address));
    let post = post.header("content-type", FORM.1).header("sec-fetch-site", site);
    let answer = post.body("identifier=ada%40example.org").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 403);
    answer.headers()["x-request-id"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_error_leaves_one_line_and_a_page_view_none() {
    let server = ServerFixture::new().await;
    let process = server.start(true).await;
    let http_user = process.http_user();
    for path in [FORGOT_PASSWORD, "/sign-in", "/static/icon.svg", "/health"] {
        let answer = http_user.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(lines_about(&server, "request", request_id(&answer)), Vec::<Value>::new(), "{path}");
    }
    let missing = http_user.get(&format!("/{TOKEN}?code={TOKEN}")).await;
    let span = only_line(&server, request_id(&missing));
    let fields = ["http.method", "http.route", "http.status_code"].map(|name| span[name].clone());
    assert_eq!(fields, [json!("GET"), json!("unmatched"), json!(404)]);
    for site in ["cross-site", "same-origin"] {
        let span = only_line(&server, &forge(&process, site).await);
        let fields = ["http.method", "http.route", "http.status_code"].map(|name| span[name].clone());
        assert_eq!(fields, [json!("POST"), json!(FORGOT_PASSWORD), json!(403)], "{site}");
    }
    let log = fs::read_to_string(server.log()).unwrap();
    assert!(!log.contains(TOKEN) && !log.contains("ada@example.org"), "{log}");
}

#[tokio::test]
async fn a_line_names_the_user_who_was_signed_in() {
    let server = ServerFixture::new().await;
    let process = server.start(true).await;
    let http_user = process.http_user();
    let typed = [("identifier", "ada@example.org"), ("password", PASSWORD)];
    assert_eq!(http_user.post("/sign-in", "/sign-in", &typed).await.location(), "/account");
    let ended = http_user.post("/account", "/account/sessions/end-all", &[]).await;
    let lines = lines_about(&server, "request", request_id(&ended));
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["fields"]["message"], &last["spans"][0]["user.id"]),
        (&json!("answered"), &json!("ada000000001"))
    );
}

/// Even where the level hides everything but what went wrong.
#[tokio::test]
async fn a_failed_delivery_names_the_request_that_asked() {
    let mut server = ServerFixture::new().await;
    server.variables.insert("REKEY_LOG".to_owned(), "warn".to_owned());
    let process = server.start(false).await;
    let response = process.http_user().request_reset("ada@example.org").await;
    let failures = || {
        let mut lines = lines_about(&server, "deliver_message", request_id(&response));
        lines.retain(|line| line["fields"]["message"] == "a message was not delivered and is retried");
        lines.len()
    };
    eventually(|| failures() >= 1).await;
    server.make_messages_due().await;
    eventually(|| failures() >= 2).await;
}
