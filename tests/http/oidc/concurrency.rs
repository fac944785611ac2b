//! Concurrent requests on two instances: one request gives one code, and no token outlives a session or
//! consent that ends meanwhile.

use serde_json::json;
use tokio::task::JoinSet;

use super::{PASSWORD, start};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::{Client, Tokens};
use crate::support::people::TestUser;

/// Ends every session of this person, as an operator does.
async fn end_all_sessions(app: &TestApp, user: &TestUser) {
    let root = crate::http::api_client(app, crate::http::ROOT);
    let place = format!("/api/users/{}/sessions", user.id);
    let page = crate::http::send(&root, "DELETE", &place, &json!({})).await;
    assert!(page.status < 300, "{} {}", page.status, page.html);
}

/// This browser as it stands, at another instance.
fn copy_browser(app: &TestApp, browser: &Browser) -> Browser {
    let other = app.browser();
    other.restore(browser.jar());
    other
}

#[tokio::test]
async fn one_request_gives_one_code() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization = shop.authorization_request(&[]);
    let page = browser.get(&authorization.path).await.follow_redirects().await;
    let typed = page.fill("identifier", &ada.email).fill("password", PASSWORD).submit().await;
    let mut windows = JoinSet::new();
    for number in 0..20 {
        let window = copy_browser(if number % 2 == 0 { &app } else { &other }, &browser);
        let path = typed.location().to_owned();
        windows.spawn(async move { window.get(&path).await });
    }
    let answers = windows.join_all().await;
    let (led_back, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|page| page.status == 303);
    assert_eq!(led_back.len(), 1);
    assert!(lost.iter().all(|page| page.status == 410));
    shop.exchange_code(&authorization, &shop.authorization_code(&authorization, led_back[0])).await;
}

/// An app asks eight times on two instances, and meanwhile something ends that what it asks for stands on.
async fn assert_no_code_outlives(client: &Client, windows: [Browser; 2], end: impl Future<Output = ()>) {
    let mut requests = JoinSet::new();
    for number in 0..8 {
        let window = windows[number % 2].clone();
        let authorization = client.authorization_request(&[("prompt", "none")]);
        requests.spawn(async move {
            let page = window.get(&authorization.path).await;
            (authorization, page)
        });
    }
    end.await;
    for (authorization, page) in requests.join_all().await {
        let answer = client.authorization_response(&page);
        let Some(code) = answer["code"].as_str() else {
            assert!(answer["error"] == "login_required" || answer["error"] == "consent_required");
            continue;
        };
        let bought = client.post_form("/oidc/token", &client.token_request(&authorization, code)).await;
        super::assert_error(&bought, 400, "invalid_grant");
    }
}

#[tokio::test]
async fn no_code_outlives_a_session_that_ends_meanwhile() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    let shop = Client::of(&app, "shop");
    for _ in 0..5 {
        let browser = app.browser();
        shop.sign_in(&browser, &ada, &[]).await;
        let windows = [copy_browser(&app, &browser), copy_browser(&other, &browser)];
        assert_no_code_outlives(&shop, windows, end_all_sessions(&other, &ada)).await;
        app.clock.advance(10);
    }
}

#[tokio::test]
async fn no_code_outlives_a_consent_that_is_revoked_meanwhile() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    let guest = Client::of(&app, "guest");
    let browser = app.browser();
    Client::of(&app, "shop").sign_in(&browser, &ada, &[]).await;
    for _ in 0..5 {
        let page = browser.get(&guest.authorization_request(&[]).path).await.follow_redirects().await;
        let fields = [("csrf".to_owned(), page.value("csrf")), ("answer".to_owned(), "agree".to_owned())];
        browser.post("/consent", &fields).await.follow_redirects().await;
        let windows = [copy_browser(&app, &browser), copy_browser(&other, &browser)];
        let ends = async {
            copy_browser(&other, &browser)
                .post("/account/apps/guest/end", &fields[..1])
                .await
                .redirects_to("/account");
        };
        assert_no_code_outlives(&guest, windows, ends).await;
        app.clock.advance(10);
    }
}

#[tokio::test]
async fn no_token_outlives_a_grant_that_ends_meanwhile() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    let shop = Client::of(&app, "shop");
    for _ in 0..5 {
        let tokens = shop.sign_in(&app.browser(), &ada, &[]).await;
        let mut requests = JoinSet::new();
        for number in 0..8 {
            let shop = if number % 2 == 0 { shop.clone() } else { shop.via_instance(&other) };
            let refresh = tokens.refresh.clone();
            requests.spawn(async move { shop.refresh(&refresh, &[]).await });
        }
        end_all_sessions(&app, &ada).await;
        for page in requests.join_all().await {
            if page.status == 200 {
                assert!(shop.are_invalid(&Tokens::of(&page)).await);
            }
        }
        app.clock.advance(10);
    }
}

#[tokio::test]
async fn two_tabs_that_refresh_at_once_both_go_on() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    let shop = Client::of(&app, "shop");
    let tokens = shop.sign_in(&app.browser(), &ada, &[]).await;
    let there = shop.via_instance(&other);
    let (one, two) = tokio::join!(shop.refresh(&tokens.refresh, &[]), there.refresh(&tokens.refresh, &[]));
    for page in [&one, &two] {
        assert!(!shop.are_invalid(&Tokens::of(page)).await);
    }
}

#[tokio::test]
async fn signing_in_again_and_ending_all_sessions_do_not_deadlock() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    let shop = Client::of(&app, "shop");
    for _ in 0..10 {
        let browser = app.browser();
        shop.sign_in(&browser, &ada, &[]).await;
        for _ in 0..3 {
            shop.sign_in_silently(&browser, &[]).await;
        }
        let page = browser
            .get(&shop.authorization_request(&[("prompt", "login")]).path)
            .await
            .follow_redirects()
            .await;
        app.clock.advance(10);
        let page = page.fill("identifier", &ada.email).fill("password", PASSWORD);
        let (signed_in, ()) = tokio::join!(page.submit(), end_all_sessions(&other, &ada));
        assert_eq!(signed_in.status, 303, "{}", signed_in.summary());
    }
}
