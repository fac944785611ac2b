//! What one instance changes counts on another at once, where it decides who gets in or who is told. The jobs
//! that read changed settings do not run here: nothing helps but reading at the moment of the decision.

use serde_json::{Value, json};

use rekey_core::oidc::signing_keys;

use crate::http::oidc::{self, PASSWORD, settings_with_apps};
use crate::http::{ROOT, api_client, body, send};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::db_dump::query_number;
use crate::support::page::Page;

/// How often: a change that is noticed by luck is not always noticed.
const ROUNDS: usize = 5;

const MANAGEMENT: &str = "https://default.logto.app/api";

async fn start_two() -> (TestApp, TestApp) {
    let mut input = settings_with_apps();
    input["settings"]["webhooks"] = json!({ "allowPrivateAddresses": true });
    let app = TestApp::with(input).await;
    let other = app.second_instance().await;
    (app, other)
}

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

/// An application for a program, and its first secret.
async fn create_machine(app: &TestApp) -> (String, String) {
    let input = json!({ "name": "Ops", "type": "MachineToMachine", "managementApi": true });
    let made = body(&call(app, "POST", "/api/applications", input).await);
    (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

async fn request_token(app: &TestApp, (id, secret): &(String, String)) -> Page {
    let fields = [("grant_type", "client_credentials"), ("resource", MANAGEMENT), ("scope", "all")];
    Client::of(app, id).with_secret(secret).post_form("/oidc/token", &fields).await
}

/// What the Management API of an instance says to this token.
async fn management_status(app: &TestApp, token: &str) -> u16 {
    send(&api_client(app, token), "GET", "/api/users", &Value::Null).await.status
}

#[tokio::test]
async fn a_client_secret_counts_everywhere_from_its_creation_to_its_deletion() {
    let (app, other) = start_two().await;
    for _ in 0..ROUNDS {
        let machine_app = create_machine(&app).await;
        assert_eq!(request_token(&other, &machine_app).await.status, 200, "a new one is known");
        let secrets = format!("/api/applications/{}/secrets", machine_app.0);
        let name =
            body(&call(&app, "GET", &secrets, Value::Null).await)[0]["name"].as_str().unwrap().to_owned();
        assert_eq!(call(&app, "DELETE", &format!("{secrets}/{name}"), Value::Null).await.status, 204);
        assert_eq!(request_token(&other, &machine_app).await.status, 401, "a deleted one is refused");
    }
}

#[tokio::test]
async fn a_right_that_a_program_lost_is_lost_everywhere() {
    let (app, other) = start_two().await;
    for _ in 0..ROUNDS {
        let machine_app = create_machine(&app).await;
        let token =
            body(&request_token(&other, &machine_app).await)["access_token"].as_str().unwrap().to_owned();
        assert_eq!(management_status(&other, &token).await, 200);
        let path = format!("/api/applications/{}", machine_app.0);
        assert_eq!(call(&app, "PATCH", &path, json!({ "managementApi": false })).await.status, 200);
        assert_eq!(management_status(&other, &token).await, 403);
        assert_eq!(call(&app, "DELETE", &path, Value::Null).await.status, 204);
        assert_eq!(management_status(&other, &token).await, 401);
    }
}

#[tokio::test]
async fn a_signing_key_that_was_withdrawn_is_trusted_nowhere() {
    let (app, other) = start_two().await;
    let machine_app = create_machine(&app).await;
    let token = body(&request_token(&other, &machine_app).await)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(management_status(&other, &token).await, 200);
    app.run(|program| async move { signing_keys::rotate(&program.core, true).await.unwrap() }).await;
    assert_eq!(management_status(&other, &token).await, 401);
    let anew = body(&request_token(&other, &machine_app).await)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(management_status(&app, &anew).await, 200, "the other one signs with the new key");
}

#[tokio::test]
async fn a_webhook_hears_of_every_event_after_its_creation() {
    let (app, other) = start_two().await;
    let ada = oidc::create_user(&app, "ada@example.org").await;
    for round in 1..=ROUNDS {
        let input = json!({ "events": ["PostSignIn"], "config": { "url": "http://127.0.0.1:9/hook" } });
        assert_eq!(call(&app, "POST", "/api/hooks", input).await.status, 201);
        let page = other.browser().get("/sign-in").await.fill("identifier", &ada.email);
        page.fill("password", PASSWORD).submit().await.redirects_to("/account");
        let expected = i64::try_from(round * (round + 1) / 2).unwrap();
        let count = query_number(&app, "select count(*) from hook_deliveries").await;
        assert_eq!(count, expected, "one for each webhook that there was");
    }
}
