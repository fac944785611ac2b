//! Pending authorization requests: completed once, expired after an hour, several in one browser, each
//! returned to its own app with its own state.

use super::{PASSWORD, assert_error, create_user, start};
use crate::support::client::{AuthorizationRequest, Client, oauth_error};
use crate::support::page::Page;

const HOUR: i64 = 3600;

/// The page of a request that is over, and the address that it offers.
fn lost_request_messages(page: &Page) -> Vec<String> {
    assert_eq!(page.status, 410, "{}", page.summary());
    page.says("lost-title");
    page.links()
}

/// The address at which a request goes on, as the sign-in page's redirect names it.
async fn sign_in_and_continue(page: &Page, email: &str) -> String {
    let typed = page.clone().fill("identifier", email).fill("password", PASSWORD);
    let left = typed.submit().await;
    assert!(left.location().starts_with("/oidc/auth/"), "{}", left.summary());
    left.location().to_owned()
}

#[tokio::test]
async fn a_request_waits_for_an_hour() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization = shop.authorization_request(&[]);
    let page = browser.get(&authorization.path).await.follow_redirects().await;
    app.clock.advance(HOUR - 1);
    shop.authorization_code(&authorization, &page.sign_in(&ada.email, PASSWORD).await);

    let late = app.browser();
    let page = late.get(&shop.authorization_request(&[]).path).await.follow_redirects().await;
    app.clock.advance(HOUR);
    let page = page.sign_in(&ada.email, PASSWORD).await;
    let links = lost_request_messages(&page);
    assert!(links.iter().any(|link| link.starts_with("https://shop.example/login?iss=")), "{links:?}");
    page.says("lost-lead-here");
}

#[tokio::test]
async fn a_finished_request_can_not_be_reached_by_the_back_button() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization = shop.authorization_request(&[]);
    let page = browser.get(&authorization.path).await.follow_redirects().await;
    let before = browser.jar();
    let path = sign_in_and_continue(&page, &ada.email).await;
    let signed_in = browser.jar();
    shop.authorization_code(&authorization, &browser.get(&path).await);
    lost_request_messages(&browser.get(&path).await);
    // An older cookie still names it; the row decides.
    browser.restore(signed_in);
    lost_request_messages(&browser.get(&path).await);
    browser.restore(before);
    assert_ne!(browser.get(&path).await.status, 200);
}

#[tokio::test]
async fn another_browser_gets_nothing_of_a_request() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let page = browser.get(&shop.authorization_request(&[]).path).await.follow_redirects().await;
    let path = sign_in_and_continue(&page, &ada.email).await;
    let attacker = app.browser();
    lost_request_messages(&attacker.get(&path).await);
    shop.sign_in(&attacker, &create_user(&app, "eve@example.org").await, &[]).await;
    lost_request_messages(&attacker.get(&path).await);
}

#[tokio::test]
async fn two_apps_in_two_windows_are_led_back_to_each() {
    let (app, ada) = start().await;
    let (shop, blog, browser) = (Client::of(&app, "shop"), Client::of(&app, "blog"), app.browser());
    let (first, second) = (shop.authorization_request(&[]), blog.authorization_request(&[]));
    let (in_shop, in_blog) = (
        browser.get(&first.path).await.follow_redirects().await,
        browser.get(&second.path).await.follow_redirects().await,
    );
    in_blog.shows("The blog");
    let left = in_shop.sign_in(&ada.email, PASSWORD).await;
    shop.exchange_code(&first, &shop.authorization_code(&first, &left)).await;
    let left = in_blog.sign_in(&ada.email, PASSWORD).await;
    blog.exchange_code(&second, &blog.authorization_code(&second, &left)).await;
}

#[tokio::test]
async fn two_windows_of_one_app_keep_their_states_apart() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let (first, second) = (shop.authorization_request(&[]), shop.authorization_request(&[]));
    let windows = [
        browser.get(&first.path).await.follow_redirects().await,
        browser.get(&second.path).await.follow_redirects().await,
    ];
    for (authorization, window) in [&first, &second].into_iter().zip(windows) {
        let left = window.sign_in(&ada.email, PASSWORD).await;
        shop.exchange_code(authorization, &shop.authorization_code(authorization, &left)).await;
    }
}

#[tokio::test]
async fn each_of_twenty_windows_signs_in_to_its_own_app_in_any_order() {
    let (app, ada) = start().await;
    let clients = ["shop", "blog"].map(|id| Client::of(&app, id));
    for seed in [1_usize, 7, 13] {
        let (browser, count) = (app.browser(), 2 + seed * 5 % 19);
        let mut windows: Vec<(&Client, AuthorizationRequest, Page)> = Vec::new();
        for number in 0..count {
            let client = &clients[number * seed % 2];
            let authorization = client.authorization_request(&[]);
            let page = browser.get(&authorization.path).await.follow_redirects().await;
            windows.push((client, authorization, page));
        }
        while !windows.is_empty() {
            let (client, authorization, window) = windows.remove(seed * 31 % windows.len());
            let left = window.sign_in(&ada.email, PASSWORD).await;
            let code = client.authorization_code(&authorization, &left);
            client.exchange_code(&authorization, &code).await;
        }
    }
}

#[tokio::test]
async fn a_window_whose_request_has_ended_says_so_and_finishes_no_other() {
    let (app, ada) = start().await;
    let (shop, blog, browser) = (Client::of(&app, "shop"), Client::of(&app, "blog"), app.browser());
    let oldest = browser.get(&shop.authorization_request(&[]).path).await.follow_redirects().await;
    let mut windows: Vec<(AuthorizationRequest, Page)> = Vec::new();
    for _ in 0..20 {
        let authorization = blog.authorization_request(&[]);
        let page = browser.get(&authorization.path).await.follow_redirects().await;
        windows.push((authorization, page));
    }
    let ended = oldest.fill("identifier", &ada.email).fill("password", PASSWORD).submit().await;
    ended.shows_error(410, "ended");
    let start = "https://shop.example/login?iss=";
    assert!(ended.links().iter().any(|link| link.starts_with(start)), "{:?}", ended.links());
    browser.get("/account").await.redirects_to("/sign-in");
    for (authorization, window) in windows {
        let left = window.sign_in(&ada.email, PASSWORD).await;
        blog.exchange_code(&authorization, &blog.authorization_code(&authorization, &left)).await;
    }
}

#[tokio::test]
async fn a_pushed_request_is_good_once_for_a_minute() {
    let (app, ada) = start().await;
    let (shop, blog) = (Client::of(&app, "shop"), Client::of(&app, "blog"));
    let authorization = shop.authorization_request(&[]);
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(authorization.path.split_once('?').unwrap().1).unwrap();
    let push = async || {
        let page = shop.post_form("/oidc/request", &pairs).await;
        assert_eq!(page.status, 201, "{}", page.html);
        let body: serde_json::Value = serde_json::from_str(&page.html).unwrap();
        assert_eq!(body["expires_in"], 60);
        body["request_uri"].as_str().unwrap().to_owned()
    };
    let path = |client: &Client, reference: &str| {
        let pairs = [("client_id", client.id.as_str()), ("request_uri", reference)];
        format!("/oidc/auth?{}", serde_urlencoded::to_string(pairs).unwrap())
    };
    let reference = push().await;
    app.browser()
        .get(&path(&blog, &reference))
        .await
        .shows_error(400, "app-request")
        .shows("invalid_request_uri");
    let browser = app.browser();
    let page = browser.get(&path(&shop, &reference)).await.follow_redirects().await;
    shop.authorization_code(&authorization, &page.sign_in(&ada.email, PASSWORD).await);
    browser.get(&path(&shop, &reference)).await.shows_error(400, "app-request").shows("invalid_request_uri");
    let late = push().await;
    app.clock.advance(60);
    app.browser().get(&path(&shop, &late)).await.shows_error(400, "app-request").shows("invalid_request_uri");
    let mut nested = pairs.clone();
    nested.push(("request_uri".to_owned(), late));
    assert_error(&shop.post_form("/oidc/request", &nested).await, 400, "invalid_request");
    let elsewhere: Vec<_> = pairs.iter().filter(|(name, _)| name != "redirect_uri").cloned().collect();
    assert_eq!(oauth_error(&shop.post_form("/oidc/request", &elsewhere).await).0, 400);
}
