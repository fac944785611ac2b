//! Where people are sent: to addresses that were registered, letter by letter, and to no other, however it is
//! written.

use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::strategy::{Just, ValueTree as _};
use proptest::test_runner::TestRunner;

use super::start;
use crate::support::app::TestApp;
use crate::support::client::Client;

const CALLBACK: &str = "https://shop.example/callback";

/// What different programs read differently.
const TRICKS: [&str; 34] = [
    "https://evil.example/callback",
    "https://shop.example/callback/",
    "https://shop.example/Callback",
    "https://SHOP.example/callback",
    "HTTPS://shop.example/callback",
    "http://shop.example/callback",
    "https://shop.example:443/callback",
    "https://shop.example./callback",
    "https://shop.example/callback?",
    "https://shop.example/callback#",
    "https://shop.example/callback?x=1",
    "https://shop.example/callback#x",
    "https://shop.example/%63allback",
    "https://shop.example/x/../callback",
    "https://shop.example/./callback",
    "https://shop.example//callback",
    "https://shop.example/callback/..;/x",
    "https://shop.example.evil.example/callback",
    "https://shop.example@evil.example/callback",
    "https://shop.example:x@evil.example/callback",
    "https://evil.example\\@shop.example/callback",
    "https://evil.example#@shop.example/callback",
    "https://evil.example?@shop.example/callback",
    "https:\\\\shop.example\\callback",
    "https:shop.example/callback",
    "//shop.example/callback",
    "/callback",
    "https://shop\u{3002}example/callback",
    "https://ｓhop.example/callback",
    "https://shop.example/callback\u{0}",
    "https://shop.example/callback\r\nlocation: https://evil.example/",
    " https://shop.example/callback",
    "javascript:alert(1)//https://shop.example/callback",
    "data:text/html,https://shop.example/callback",
];

/// The registered address with one place changed: a letter that programs take for another, or that ends
/// something.
fn altered_redirects() -> impl Strategy<Value = String> {
    let odd = prop_oneof![
        Just("@"),
        Just("\\"),
        Just("/"),
        Just("//"),
        Just("#"),
        Just("?"),
        Just(":"),
        Just("%2e"),
        Just("%00"),
        Just("\t"),
        Just("\u{3002}"),
        Just("\u{ff0e}"),
        Just("\u{2024}"),
        Just(".."),
        Just(" "),
        Just("*"),
        Just(".evil.example"),
        Just(""),
        Just("A"),
        Just(";"),
        Just("&"),
        Just("[")
    ];
    (0..CALLBACK.len(), odd, any::<bool>()).prop_map(|(at, odd, keeps)| {
        let (before, after) = CALLBACK.split_at(at);
        format!("{before}{odd}{}", if keeps { after } else { &after[1..] })
    })
}

async fn assert_not_redirected(app: &TestApp, redirect: &str) {
    let authorization =
        Client::of(app, "shop").authorization_request(&[("redirect_uri", redirect), ("made_up", "x")]);
    let page = app.browser().get(&authorization.path).await;
    assert_eq!((page.status, page.location()), (400, ""), "{redirect:?}");
}

#[tokio::test]
async fn oa_1_redirects_are_exact() {
    let (app, _) = start().await;
    for trick in TRICKS {
        assert_not_redirected(&app, trick).await;
    }
    let mut runner = TestRunner::deterministic();
    for _ in 0..300 {
        let redirect = altered_redirects().new_tree(&mut runner).unwrap().current();
        if redirect != CALLBACK {
            assert_not_redirected(&app, &redirect).await;
        }
    }
    let authorization = Client::of(&app, "shop").authorization_request(&[("redirect_uri", CALLBACK)]);
    app.browser().get(&authorization.path).await.redirects_to("/sign-in?app_id=shop");
}

/// An error is no way round it: nothing is told to an address that is not proven, and what is told goes to
/// the proven one.
#[tokio::test]
async fn v10_4_1_exact_redirect() {
    let (app, _) = start().await;
    let shop = Client::of(&app, "shop");
    for (name, value) in
        [("response_type", "token"), ("prompt", "none"), ("scope", ""), ("code_challenge", "")]
    {
        let authorization =
            shop.authorization_request(&[("redirect_uri", "https://evil.example/"), (name, value)]);
        let page = app.browser().get(&authorization.path).await;
        assert_eq!((page.status, page.location()), (400, ""), "{name}={value}");
    }
    for id in ["blog", "nobody"] {
        let authorization = shop.authorization_request(&[("client_id", id)]);
        let page = app.browser().get(&authorization.path).await;
        assert_eq!((page.status, page.location()), (400, ""), "another app's address: {id}");
    }
    let twice =
        format!("{}&redirect_uri=https%3A%2F%2Fevil.example%2F", shop.authorization_request(&[]).path);
    assert_eq!(app.browser().get(&twice).await.status, 400);
    let posted = [
        ("redirect_uri".to_owned(), "https://evil.example/".to_owned()),
        ("client_id".to_owned(), "shop".to_owned()),
    ];
    let page = app.browser().post("/oidc/auth", &posted).await.follow_redirects().await;
    assert_eq!((page.status, page.location()), (400, ""));
}

/// Nothing else in an address leads out of the pages on the way.
#[tokio::test]
async fn no_page_accepts_a_redirect_target_from_the_browser() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization = shop.authorization_request(&[]);
    browser.get(&authorization.path).await.follow_redirects().await;
    let evil = "redirect_uri=https%3A%2F%2Fevil.example%2F&next=https%3A%2F%2Fevil.example%2F";
    let page = browser.get(&format!("/sign-in?app_id=shop&{evil}")).await;
    assert!(!page.html.contains("evil.example"));
    app.clock.advance(1);
    shop.authorization_code(&authorization, &page.sign_in(&ada.email, &ada.password).await);
}
