//! A restart undoes nothing: the bootstrap file makes people once, unless an entry is enforced, and what
//! leaves the file stops working.

use serde_json::{Value, json};

use super::super::{PASSWORD, can_sign_in, request_code};
use super::{ADA, email_of};
use crate::http::{ROOT, api_client, send, with_keys};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::db_dump;

const ID: &str = "ada000000001";
const OTHER_KEY: &str = "3333333333333333333333333333333333333333";

/// A file with Ada in it.
fn file(enforce: bool) -> Value {
    let mut input = with_keys(json!({ "signInExperience": { "forgotPasswordMethods": null } }));
    input["users"] = json!([ada(enforce)]);
    input
}

fn ada(enforce: bool) -> Value {
    json!({ "id": ID, "primaryEmail": ADA, "password": PASSWORD, "enforce": enforce })
}

/// An administrator's call about Ada.
async fn manage(app: &TestApp, method: &str, rest: &str, input: Value) {
    let page = send(&api_client(app, ROOT), method, &format!("/api/users/{ID}{rest}"), &input).await;
    assert!(page.status < 300, "{} {}", page.status, page.html);
}

async fn restart(app: &TestApp, overrides: Value) -> TestApp {
    let again = app.restart_with(overrides).await;
    again.may_leave_messages();
    again
}

#[tokio::test]
async fn a_start_keeps_changes_made_to_users_since() {
    let app = TestApp::with(file(false)).await;
    app.may_leave_messages();
    manage(&app, "PATCH", "", json!({ "primaryEmail": "ada@new.example" })).await;
    manage(&app, "PATCH", "/is-suspended", json!({ "isSuspended": true })).await;
    let app = restart(&app, json!({})).await;
    let found = app.user(ID).await.unwrap();
    assert_eq!((found.email.as_deref(), found.is_suspended), (Some("ada@new.example"), true));
    manage(&app, "DELETE", "", Value::Null).await;
    let app = restart(&app, json!({})).await;
    assert!(app.user(ID).await.is_none(), "who was deleted is not made again");
    let app = restart(&app, json!({ "users": [ada(true)] })).await;
    assert!(app.user(ID).await.is_some(), "unless the file insists");
}

#[tokio::test]
async fn changes_enforced_by_the_file_are_audited_notified_and_end_proofs() {
    let app = TestApp::with(file(false)).await;
    app.may_leave_messages();
    manage(&app, "PATCH", "", json!({ "primaryEmail": "ada@new.example" })).await;
    let (cookie_client, code) = request_code(&app, "ada@new.example").await;
    let again = restart(&app, json!({ "users": [ada(true)] })).await;
    assert_eq!(email_of(&again, ID).await.as_deref(), Some(ADA));
    let notice = again.inbox_of("ada@new.example").await;
    assert_eq!(notice.count_of("AddressChanged"), 1, "who had the address hears of it");
    assert!(!notice.newest_of("AddressChanged").rendered.text.contains("/not-me/"), "and can't take it back");
    assert_ne!(
        cookie_client.enter_code(&code).await.location(),
        super::RESET,
        "the code of that address is over"
    );
    let audited = "select count(*) from audit_log where event = 'user_change' and about = 'bootstrap-file'";
    assert_eq!(db_dump::query_number(&again, audited).await, 1);
    let third = restart(&again, json!({})).await;
    assert_eq!(db_dump::query_number(&third, audited).await, 1, "what is so already is no change");
    let suspended = json!({ "id": ID, "primaryEmail": ADA, "isSuspended": true, "enforce": true });
    let fourth = restart(&third, json!({ "users": [suspended] })).await;
    assert!(!can_sign_in(&fourth, ADA, PASSWORD).await);
    assert_eq!(db_dump::query_number(&fourth, audited).await, 2);
}

#[tokio::test]
async fn applications_and_keys_that_left_the_file_stop_working() {
    let mut input = file(false);
    input["applications"] = json!([
        { "id": "shop", "name": "Shop", "type": "SPA", "redirectUris": ["https://shop.example/callback"] },
        { "id": "blog", "name": "Blog", "type": "SPA", "redirectUris": ["https://blog.example/callback"] },
    ]);
    let keys = input["apiKeys"].as_array_mut().unwrap();
    keys.push(json!({ "id": "other", "roles": ["root"], "token": OTHER_KEY }));
    let app = TestApp::with(input.clone()).await;
    app.may_leave_messages();
    let user = app.new_user("bob@example.org").with_password(PASSWORD).make().await;
    let tokens = Client::of(&app, "shop").sign_in(&app.browser(), &user, &[]).await;
    let by_api = json!({ "name": "Made since", "type": "SPA", "id": "since" });
    let page = send(&api_client(&app, ROOT), "POST", "/api/applications", &by_api).await;
    assert!(page.status < 300, "{}", page.html);
    assert_eq!(api_client(&app, OTHER_KEY).get("/api/users").await.status, 200);
    let stored =
        json!({ "applications": [input["applications"][1]], "apiKeys": with_keys(json!({}))["apiKeys"] });
    let again = restart(&app, stored).await;
    assert_eq!(api_client(&again, OTHER_KEY).get("/api/users").await.status, 401);
    assert_eq!(api_client(&again, ROOT).get("/api/applications/shop").await.status, 404);
    assert_eq!(api_client(&again, ROOT).get("/api/applications/blog").await.status, 200);
    assert_eq!(
        api_client(&again, ROOT).get("/api/applications/since").await.status,
        200,
        "made over the API"
    );
    assert_eq!(Client::of(&again, "shop").get_userinfo(&tokens.access).await.status, 401);
    let back = restart(&again, json!({ "apiKeys": input["apiKeys"] })).await;
    assert_eq!(
        api_client(&back, OTHER_KEY).get("/api/users").await.status,
        200,
        "back in the file, it works"
    );
}
