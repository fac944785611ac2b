//! The disk: what anonymous callers write is small and paced, and a refusal that comes again and again is one
//! entry.

use serde_json::{Value, json};

use crate::http::oidc::{assert_error, confidential_client, settings_with_apps, start};
use crate::http::{ROOT, api_client, body};
use crate::promises::{CookieClient, FORGOT_PASSWORD, create_user};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::db_dump::{self, query_number};

fn pairs(authorization: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(authorization.split_once('?').unwrap().1).unwrap()
}

#[tokio::test]
async fn pushed_requests_are_limited_per_network() {
    let (app, _) = start().await;
    let shop = Client::of(&app, "shop");
    let authorization = pairs(&shop.authorization_request(&[]).path);
    let mut taken = 0;
    let refusal = loop {
        let page = shop.post_form("/oidc/request", &authorization).await;
        if page.status != 201 || taken > 100 {
            break page;
        }
        taken += 1;
    };
    assert_eq!((refusal.status, taken), (429, 30), "{}", refusal.html);
    assert!(refusal.retry_after() > 0, "says how long to wait");
    assert_eq!(query_number(&app, "select count(*) from authorization_requests").await, 30);
    app.clock.advance(60);
    assert_eq!(shop.post_form("/oidc/request", &authorization).await.status, 201);
    let served = confidential_client(&app);
    let authorization = pairs(&served.authorization_request(&[]).path);
    for _ in 0..60 {
        assert_eq!(
            served.post_form("/oidc/request", &authorization).await.status,
            201,
            "a server of many people goes on"
        );
    }
}

#[tokio::test]
async fn only_parameters_that_mean_something_are_kept_and_eight_kilobytes_at_most() {
    let (app, _) = start().await;
    let shop = Client::of(&app, "shop");
    let mut authorization = pairs(&shop.authorization_request(&[]).path);
    authorization.push(("unheard_of".to_owned(), "zzzzzz".repeat(600)));
    let page = shop.post_form("/oidc/request", &authorization).await;
    assert_eq!(page.status, 201, "{}", page.html);
    let stored = db_dump::all(&app).await["authorization_requests"].join("");
    assert!(!stored.contains("zzzzzz") && !stored.contains("unheard_of"), "{stored}");
    let long = "x".repeat(4096);
    let pushed = shop.authorization_request(&[("state", &long), ("nonce", &long), ("login_hint", &long)]);
    assert_error(&shop.post_form("/oidc/request", &pairs(&pushed.path)).await, 400, "invalid_request");
    let browsed = shop.authorization_request(&[("state", &long), ("nonce", &long)]);
    let page = app.browser().get(&browsed.path).await;
    // Too long for a redirect: the page that leads on.
    assert_eq!(page.status, 200, "{}", page.summary());
    assert!(page.html.contains("error=invalid_request"), "{}", page.html);
    assert_eq!(query_number(&app, "select count(*) from authorization_requests").await, 1);
}

#[tokio::test]
async fn refusals_for_being_over_a_limit_are_one_entry_a_window() {
    let limited = json!({ "settings": { "throttle": { "requestsPerIp": { "limit": 1, "window": 7200 } } } });
    let app = TestApp::with(limited).await;
    let cookie_client = CookieClient::new(&app).await;
    cookie_client.request_reset("ada@example.org").await;
    for _ in 0..9 {
        let page = cookie_client.request_reset("ada@example.org").await;
        assert_eq!(page.status, 429, "{}", page.summary());
    }
    let count = "select count(*) from audit_log where result = 'throttled'";
    assert_eq!(query_number(&app, count).await, 1);
    let times = "select occurrences from audit_log where result = 'throttled'";
    assert_eq!(query_number(&app, times).await, 8, "written at each doubling");
    let counted = app.run(|program| async move { program.core.metrics.render() }).await;
    let line = "rekey_events_total{event=\"password_reset_init\",result=\"throttled\"} 9";
    assert!(counted.contains(line), "{counted}");
    app.clock.advance(3600);
    cookie_client.request_reset("ada@example.org").await;
    assert_eq!(query_number(&app, count).await, 2, "another hour is another entry");
    app.deliver().await;
}

#[tokio::test]
async fn refusals_of_sign_in_are_one_entry_a_window_too() {
    let limited = json!({ "settings": { "throttle": { "signInFailures": { "limit": 1, "window": 60, "lock": 7200 } } } });
    let app = TestApp::with(limited).await;
    create_user(&app, "ada@example.org").await;
    let cookie_client = CookieClient::new(&app).await;
    for email in ["ada@example.org", "nobody@example.org"] {
        for _ in 0..6 {
            cookie_client.post("/sign-in", &[("identifier", email), ("password", "a wrong password")]).await;
        }
    }
    // The failure that closes the lock is answered as locked, and is an entry of the same kind.
    assert_eq!(query_number(&app, "select count(*) from audit_log where result = 'throttled'").await, 2);
    let instance = app.second_instance().await;
    let elsewhere = CookieClient::of(instance.browser()).await;
    elsewhere.post("/sign-in", &[("identifier", "ada@example.org"), ("password", "a wrong password")]).await;
    assert_eq!(
        query_number(&app, "select count(*) from audit_log where result = 'throttled'").await,
        2,
        "over instances"
    );
}

#[tokio::test]
async fn a_recipient_over_the_limit_causes_one_webhook_event_a_window() {
    let mut input = settings_with_apps();
    input["settings"]["throttle"]["sendsPerAddress"] = json!({ "limit": 1, "window": 600 });
    let app = TestApp::with(input).await;
    let webhook_body = json!({ "name": "Limits", "events": ["Message.RateLimited"], "config": { "url": "https://hooks.example/" } });
    let created = crate::http::send(&api_client(&app, ROOT), "POST", "/api/hooks", &webhook_body).await;
    assert_eq!(created.status, 201, "{}", created.html);
    for email in ["ada@example.org", "nobody@example.org"] {
        for _ in 0..5 {
            CookieClient::new(&app).await.request_reset(email).await;
        }
    }
    assert_eq!(
        query_number(&app, "select count(*) from hook_deliveries").await,
        2,
        "one an address and window"
    );
    app.clock.advance(600);
    for _ in 0..3 {
        CookieClient::new(&app).await.request_reset("ada@example.org").await;
    }
    assert_eq!(query_number(&app, "select count(*) from hook_deliveries").await, 3);
    app.deliver().await;
}

#[tokio::test]
async fn an_audit_entry_says_how_many_events_it_stands_for() {
    let mut input = settings_with_apps();
    input["settings"]["throttle"]["requestsPerIp"] = json!({ "limit": 1, "window": 7200 });
    let app = TestApp::with(input).await;
    let cookie_client = CookieClient::new(&app).await;
    for _ in 0..5 {
        cookie_client.post(FORGOT_PASSWORD, &[("identifier", "nobody@example.org")]).await;
    }
    let page = api_client(&app, ROOT).get("/api/logs?logKey=Interaction.ForgotPassword.Create").await;
    let entries: Value = body(&page);
    assert_eq!(entries[0]["payload"]["occurrences"], 4, "{entries}");
    assert_eq!(entries.as_array().unwrap().len(), 1, "{entries}");
    app.deliver().await;
}
