//! Trying out usernames is limited on every interface, and the user is notified of a changed one.

use serde_json::{Value, json};

use crate::http::account_api::{ACCOUNT, EVERYTHING, MyAccountClient};
use crate::http::experience_api::{CustomUi, PROFILE};
use crate::http::oidc::PASSWORD;
use crate::promises::{CookieClient, REGISTER};
use crate::support::app::TestApp;
use crate::support::people::TestUser;

const LIMIT: usize = 6;

/// Every interface behind a proxy that names the network, with this limit of requests.
async fn start() -> TestApp {
    let mut input = super::everything();
    input["settings"]["throttle"]["requestsPerIp"] = json!({ "limit": LIMIT, "window": 3600 });
    TestApp::configured(&[("REKEY_TRUSTED_PROXIES", "127.0.0.1/32")], input).await
}

async fn create_user(app: &TestApp, name: &str) -> TestUser {
    app.new_user(&format!("{name}@example.org")).with_username(name).with_password(PASSWORD).make().await
}

async fn reauthenticated(app: &TestApp, test_user: &TestUser) -> MyAccountClient {
    let account_client = MyAccountClient::sign_in(app, test_user, EVERYTHING).await;
    account_client.with_record(&account_client.reauthenticate(PASSWORD).await)
}

async fn try_username(account_client: &MyAccountClient, network: &str, name: &str) -> u16 {
    let account_client = account_client.in_network(network);
    account_client.send("PATCH", ACCOUNT, &json!({ "username": name })).await.status
}

#[tokio::test]
async fn an_account_may_try_as_many_usernames_as_a_sign_up() {
    let app = start().await;
    create_user(&app, "taken").await;
    let account_client = reauthenticated(&app, &create_user(&app, "ada").await).await;
    for nth in 0..LIMIT {
        assert_eq!(try_username(&account_client, &format!("198.51.{nth}.1"), "taken").await, 422, "{nth}");
    }
    assert_eq!(
        try_username(&account_client, "203.0.113.9", "taken").await,
        429,
        "the account, wherever it asks from"
    );
    assert_eq!(try_username(&account_client, "203.0.113.9", "free").await, 429, "and whatever for");
    app.clock.advance(3601);
    let account_client = reauthenticated(&app, &app.user("ada").await.map(test_user).unwrap()).await;
    assert_eq!(try_username(&account_client, "203.0.113.9", "free").await, 200);
    app.may_leave_messages();
}

fn test_user(user: rekey_core::users::user::User) -> TestUser {
    let (id, email) = (user.id.0, user.email.unwrap());
    TestUser { id, email, phone: None, password: PASSWORD.to_owned() }
}

#[tokio::test]
async fn a_network_has_one_limit_of_usernames_over_all_interfaces() {
    let app = start().await;
    create_user(&app, "taken").await;
    let network = "198.51.100.7";
    for nth in 0..LIMIT / 3 {
        let account_client = reauthenticated(&app, &create_user(&app, &format!("ada{nth}")).await).await;
        assert_eq!(try_username(&account_client, network, "taken").await, 422);
        let client = CookieClient::of(app.browser().with_header("x-forwarded-for", network)).await;
        assert_eq!(client.post(REGISTER, &[("identifier", "taken")]).await.status, 422);
        let ui = CustomUi::with_interaction(&app, "Register").await.in_network(network);
        let page = ui.call("POST", PROFILE, json!({ "type": "username", "value": "taken" })).await;
        assert_eq!(page.status, 422, "{}", page.html);
    }
    let account_client = reauthenticated(&app, &create_user(&app, "eve").await).await;
    assert_eq!(try_username(&account_client, network, "taken").await, 429);
    let client = CookieClient::of(app.browser().with_header("x-forwarded-for", network)).await;
    client.post(REGISTER, &[("identifier", "taken")]).await.shows_refusal("throttled");
    let ui = CustomUi::with_interaction(&app, "Register").await.in_network(network);
    let page = ui.call("POST", PROFILE, json!({ "type": "username", "value": "taken" })).await;
    assert_eq!(page.status, 429, "{}", page.html);
}

#[tokio::test]
async fn an_unchanged_username_or_a_missing_proof_is_not_counted() {
    let app = start().await;
    let ada = create_user(&app, "ada").await;
    let bare = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let account_client = reauthenticated(&app, &ada).await;
    for _ in 0..2 * LIMIT {
        assert_eq!(try_username(&bare, "198.51.100.7", "free").await, 401);
        let page = account_client.send("PATCH", ACCOUNT, &json!({ "name": "Ada" })).await;
        assert_eq!(page.status, 200, "{}", page.html);
    }
    assert_eq!(try_username(&account_client, "198.51.100.7", "free").await, 200);
    app.may_leave_messages();
}

#[tokio::test]
async fn every_address_is_notified_of_a_new_username() {
    let app = start().await;
    let ada = app.new_user("ada@example.org").with_phone("12025550143").with_password(PASSWORD).make().await;
    let account_client = reauthenticated(&app, &ada).await;
    for (nth, name) in [json!("ada"), json!("ada_l"), Value::Null].into_iter().enumerate() {
        let page = account_client.send("PATCH", ACCOUNT, &json!({ "username": name })).await;
        assert_eq!(page.status, 200, "{}", page.html);
        for address in [ada.email.as_str(), "12025550143"] {
            let inbox = app.inbox_of(address).await;
            assert_eq!(inbox.count_of("UsernameChanged"), nth + 1, "{address} {name}");
            let text = &inbox.newest_of("UsernameChanged").rendered.text;
            assert!(text.contains(&format!("{}/reset-password", app.origin)), "{text}");
            assert!(!text.contains("ada_l"), "a name that somebody chose is not repeated: {text}");
        }
    }
    let page = account_client.send("PATCH", ACCOUNT, &json!({ "name": "Ada" })).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert_eq!(app.inbox_of(&ada.email).await.count_of("UsernameChanged"), 3);
}
