//! What a flood of passwords costs is paid by the network that sends it: it waits behind itself, and nobody
//! else is turned away.

use serde_json::{Value, json};

use super::network::{at, behind_a_proxy, with_variables};
use crate::http::experience_api::{CustomUi, PROVE};
use crate::http::graphql::{SIGN_IN, execute};
use crate::http::sdk_api::{call, shop_page};
use crate::http::{LOGIN, ROOT, api_client, send};
use crate::promises::{CookieClient, PASSWORD};
use crate::support::app::TestApp;
use crate::support::concurrency::run_concurrently;
use crate::support::page::Page;

const FLOODER: &str = "203.0.113.9";
const NEIGHBOUR: &str = "198.51.100.7";

/// Hashing that takes a while, on one thread, with a short queue.
const SLOW: [(&str, &str); 3] = [
    ("REKEY_HASHING__MEMORY_KIB", "19456"),
    ("REKEY_HASHING__CONCURRENCY", "1"),
    ("REKEY_HASHING__QUEUE", "8"),
];

async fn try_password(app: &TestApp, address: &str, email: &str, password: &str) -> Page {
    let browser = at(shop_page(app), address);
    call(&browser, "email/signin", json!({ "email": email, "password": password })).await
}

#[tokio::test]
async fn a_flood_from_one_network_turns_nobody_else_away() {
    let settings = json!({ "throttle": { "signInFailuresPerNetwork": { "limit": 0 } } });
    let app = with_variables(&SLOW, settings).await;
    let flooder = at(shop_page(&app), FLOODER);
    let flooding = run_concurrently(400, move |number| {
        let browser = flooder.clone();
        let input = json!({ "email": format!("nobody{number}@example.org"), "password": "a guess" });
        async move {
            let page = call(&browser, "email/signin", input).await;
            (page.status, page.headers.contains_key("retry-after"))
        }
    });
    let neighbour = async {
        let mut statuses = Vec::new();
        for number in 0..10 {
            statuses.push(
                try_password(&app, NEIGHBOUR, &format!("someone{number}@example.org"), "a word").await.status,
            );
        }
        statuses
    };
    let (flooded, statuses) = tokio::join!(flooding, neighbour);
    assert!(statuses.iter().all(|status| *status == 400 || *status == 401), "the neighbour: {statuses:?}");
    let refused = flooded.iter().filter(|(status, _)| *status == 503).count();
    assert!(refused > 0, "the flood is refused alone");
    assert!(flooded.iter().all(|(status, waits)| *status != 503 || *waits), "and told to wait");
}

/// The interfaces that check a password.
#[derive(Clone, Copy, Debug)]
enum Interface {
    Page,
    Experience,
    Sdk,
    GraphQl,
    Management,
    Account,
}

const INTERFACES: [Interface; 6] = [
    Interface::Page,
    Interface::Experience,
    Interface::Sdk,
    Interface::GraphQl,
    Interface::Management,
    Interface::Account,
];

/// Tries this password for this address; whether the network is told to wait.
async fn is_throttled(
    app: &TestApp,
    interface: Interface,
    address: &str,
    (email, password): (&str, &str),
) -> bool {
    let page = match interface {
        Interface::Page => {
            let client = CookieClient::of(at(app.browser(), address)).await;
            client.post("/sign-in", &[("identifier", email), ("password", password)]).await
        }
        Interface::Experience => {
            let browser = at(CustomUi::with_interaction(app, "SignIn").await.browser, address);
            let input = json!({ "identifier": { "type": "email", "value": email }, "password": password });
            send(&browser, "POST", PROVE, &input).await
        }
        Interface::Sdk => try_password(app, address, email, password).await,
        Interface::GraphQl => {
            execute(
                &at(api_client(app, LOGIN), address),
                SIGN_IN,
                json!({ "email": email, "password": password }),
            )
            .await
        }
        Interface::Management => {
            let id = app.user(email).await.map_or_else(|| "nobody000001".to_owned(), |user| user.id.0);
            let path = format!("/api/users/{id}/password/verify");
            send(&at(api_client(app, ROOT), address), "POST", &path, &json!({ "password": password })).await
        }
        Interface::Account => by_account(app, address, (email, password)).await,
    };
    let answer = ["RATE_LIMIT_EXCEEDED", "session.verification_blocked_too_many_attempts"];
    page.status == 429 || answer.iter().any(|code| page.html.contains(code))
}

/// Somebody who is signed in on the page types their current password.
async fn by_account(app: &TestApp, address: &str, (email, password): (&str, &str)) -> Page {
    let client = CookieClient::of(at(app.browser(), "192.0.2.1")).await;
    client.post("/sign-in", &[("identifier", email), ("password", PASSWORD)]).await;
    let client = CookieClient::of(at(client.browser, address)).await;
    client
        .post("/account/password", &[("currentPassword", password), ("newPassword", "a walrus of mine")])
        .await
}

fn limited(limit: u32) -> Value {
    json!({ "throttle": {
        "signInFailuresPerNetwork": { "limit": limit },
        "signInFailures": { "limit": 0 },
    } })
}

async fn create_victim(app: &TestApp, email: &str) {
    app.new_user(email).with_password(PASSWORD).make().await;
}

#[tokio::test]
async fn a_network_has_a_limit_of_wrong_passwords_on_every_interface() {
    for interface in INTERFACES {
        let app = behind_a_proxy(limited(4)).await;
        for number in 0..8 {
            create_victim(&app, &format!("person{number}@example.org")).await;
        }
        for number in 0..4 {
            let email = format!("person{number}@example.org");
            assert!(
                !is_throttled(&app, interface, FLOODER, (&email, "a guess")).await,
                "{interface:?}: try {number}"
            );
        }
        for number in 4..8 {
            let email = format!("person{number}@example.org");
            assert!(
                is_throttled(&app, interface, FLOODER, (&email, "a guess")).await,
                "{interface:?}: try {number}"
            );
        }
        assert!(
            !is_throttled(&app, interface, NEIGHBOUR, ("person4@example.org", "a guess")).await,
            "{interface:?}"
        );
        app.clock.advance(3600);
        assert!(
            !is_throttled(&app, interface, FLOODER, ("person4@example.org", "a guess")).await,
            "{interface:?}"
        );
    }
}

/// One count, whichever interface a try comes by.
#[tokio::test]
async fn the_interfaces_share_the_count() {
    let app = behind_a_proxy(limited(5)).await;
    create_victim(&app, "ada@example.org").await;
    for interface in
        [Interface::Page, Interface::Sdk, Interface::GraphQl, Interface::Management, Interface::Account]
    {
        assert!(
            !is_throttled(&app, interface, FLOODER, ("ada@example.org", "a guess")).await,
            "{interface:?}"
        );
    }
    for interface in INTERFACES {
        assert!(is_throttled(&app, interface, FLOODER, ("ada@example.org", PASSWORD)).await, "{interface:?}");
    }
}

#[tokio::test]
async fn a_right_password_is_not_counted() {
    let app = behind_a_proxy(limited(3)).await;
    create_victim(&app, "ada@example.org").await;
    for interface in [
        Interface::Page,
        Interface::Sdk,
        Interface::GraphQl,
        Interface::Management,
        Interface::Page,
        Interface::Sdk,
    ] {
        assert!(
            !is_throttled(&app, interface, FLOODER, ("ada@example.org", PASSWORD)).await,
            "{interface:?}"
        );
    }
    for number in 0..3 {
        assert!(
            !is_throttled(&app, Interface::Sdk, FLOODER, ("ada@example.org", "a guess")).await,
            "try {number}"
        );
    }
    assert!(is_throttled(&app, Interface::Sdk, FLOODER, ("ada@example.org", PASSWORD)).await);
}

/// With the limit that nobody has set, for people and for nobodies alike.
#[tokio::test]
async fn one_network_can_not_spray_a_password_over_six_hundred_accounts() {
    let app = behind_a_proxy(json!({})).await;
    create_victim(&app, "person0@example.org").await;
    create_victim(&app, "person300@example.org").await;
    let mut statuses = Vec::new();
    for number in 0..600 {
        let email = format!("person{number}@example.org");
        statuses.push(try_password(&app, FLOODER, &email, "a guess").await.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status != 429).count(), 300);
    assert!(statuses[..300].iter().all(|status| *status == statuses[0]), "{statuses:?}");
    assert!(statuses[300..].iter().all(|status| *status == 429), "{statuses:?}");
}
