//! How a page is opened: with a slash at its end, by a link that was copied badly, by another address than
//! the public one, by a browser that keeps no cookies.

use super::super::steps::{FORGOT_PASSWORD, LINK, SIGN_IN, create_ada, request_reset};
use crate::support::app::TestApp;

const HTML: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn a_slash_at_the_end_finds_the_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for path in ["/sign-in", "/register", "/forgot-password"] {
        for end in ["/", "//", "/?ui_locales=en"] {
            assert_eq!(browser.get(&format!("{path}{end}")).await.status, 200, "{path}{end}");
        }
    }
    let csrf = browser.get(FORGOT_PASSWORD).await.value("csrf");
    let fields = [("csrf".to_owned(), csrf), ("identifier".to_owned(), "nobody@example.org".to_owned())];
    browser.post("/forgot-password/", &fields).await.redirects_to("/forgot-password/verification-code");
    assert_eq!(browser.get("/api/status/").await.status, 404, "an interface has one spelling");
    app.may_leave_messages();
}

#[tokio::test]
async fn what_follows_a_copied_link_is_no_part_of_it() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    request_reset(&app.browser(), &ada.email).await;
    let path = app.inbox_of(&ada.email).await.link_path();
    for end in [
        ".",
        ",",
        ";",
        ":",
        "!",
        ")",
        "]",
        "%3E",
        ">.",
        "%22",
        "'",
        "%E2%80%9D",
        "%C2%BB",
        "/",
        "/.",
        "?",
        ".",
    ] {
        app.browser().get(&format!("{path}{end}")).await.redirects_to(LINK);
    }
}

#[tokio::test]
async fn a_link_that_was_cut_says_so() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    request_reset(&app.browser(), &ada.email).await;
    let path = app.inbox_of(&ada.email).await.link_path();
    for length in "/forgot-password/link/".len() + 1..path.len() {
        let page = app.browser().get(&path[..length]).await;
        assert_eq!(page.status, 404, "{length}");
        page.says("link-cut-title").says("link-cut-lead");
        assert!(page.links().contains(&FORGOT_PASSWORD.to_owned()));
    }
    app.browser().get("/not-me/AAAA").await.says("link-cut-title").says("link-cut-lead");
}

#[tokio::test]
async fn another_address_leads_to_the_public_one_and_a_proxy_that_hides_it_does_not_loop() {
    let app = TestApp::start().await;
    let visitor = app.browser().with_header("accept", HTML).with_header("host", "192.168.1.5:3000");
    let page = visitor.get("/sign-in?ui_locales=de").await;
    let target = format!("{}/sign-in?ui_locales=de&opened=here", app.origin);
    assert_eq!((page.status, page.header("location")), (302, target.as_str()));
    for path in ["/health", "/static/app.css", "/oidc/.well-known/openid-configuration"] {
        assert_eq!(visitor.get(path).await.status, 200, "{path}");
    }
    assert_eq!(visitor.get("/api/status").await.status, 204);
    let script = app.browser().with_header("host", "192.168.1.5:3000");
    assert_eq!(script.get(SIGN_IN).await.status, 200, "a program asks for no page");
    let proxied = app.browser().with_header("accept", HTML).with_header("host", "rekey:3000");
    assert_eq!(proxied.get(SIGN_IN).await.status, 302);
    assert_eq!(proxied.get("/sign-in?opened=here").await.status, 200);
    assert_eq!(proxied.get(SIGN_IN).await.status, 200, "its host is known from now on");
    assert_eq!(visitor.get(SIGN_IN).await.status, 302, "and no other");
}

/// A browser sends no `Sec-Fetch-Site` to an address without https.
#[tokio::test]
async fn a_form_at_another_address_says_which_is_right() {
    let app = TestApp::start().await;
    let host = "192.168.1.5:3000";
    let visitor = app.browser().without_fetch_metadata().with_header("host", host);
    for browser in [visitor.clone(), visitor.with_header("origin", &format!("http://{host}"))] {
        let page = browser.post(FORGOT_PASSWORD, &[]).await;
        page.shows_error(403, "wrong-address");
        assert!(page.links().contains(&format!("{}/", app.origin)), "{}", page.html);
    }
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookies_is_told_so() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let csrf = browser.get(FORGOT_PASSWORD).await.value("csrf");
    let fields = [("csrf".to_owned(), csrf), ("identifier".to_owned(), "ada@example.org".to_owned())];
    app.browser().post(FORGOT_PASSWORD, &fields).await.shows_error(403, "cookies");
}

/// A default nginx has four kilobytes for all headers of an answer, in which the address of an app may be
/// long.
#[tokio::test]
async fn a_redirect_has_few_headers() {
    let app = TestApp::start().await;
    let page = app.browser().get("/account").await;
    page.redirects_to(SIGN_IN);
    let bytes = |name: &str| page.headers.get(name).map_or(0, |value| name.len() + value.len() + 4);
    let all: usize = page.headers.keys().map(|name| bytes(name.as_str())).sum();
    assert!(all - bytes("set-cookie") - bytes("location") < 450, "{:?}", page.headers);
}
