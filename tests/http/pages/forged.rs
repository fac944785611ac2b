//! Forged requests: from another site, with forged headers, or with a stolen or altered cookie.

use super::steps::{
    ACCOUNT, ACCOUNT_PASSWORD, CODE, FORGOT_PASSWORD, NEW, NEW_PASSWORD, OLD, SIGN_IN, choose_password,
    create_ada, obtain_grant, request_reset, sign_in,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;

const DAY: i64 = 24 * 3600;
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// What changes Ada's password when her own browser sends it.
async fn change(browser: &Browser) -> String {
    let csrf = browser.get(ACCOUNT_PASSWORD).await.value("csrf");
    let fields = [("csrf", csrf.as_str()), ("currentPassword", OLD), ("newPassword", NEW)];
    serde_urlencoded::to_string(fields).unwrap()
}

#[tokio::test]
async fn a_post_that_another_site_caused_is_refused() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    sign_in(&browser, &ada.email, OLD).await;
    let body = change(&browser).await;
    for (site, origin) in [
        ("cross-site", "https://evil.example"),
        ("same-site", "http://evil.127.0.0.1"),
        ("cross-site", browser.origin()),
        ("", browser.origin()),
    ] {
        let headers = [FORM, ("sec-fetch-site", site), ("origin", origin)];
        let page = browser.raw("POST", ACCOUNT_PASSWORD, &headers, body.as_str()).await;
        page.shows_error(403, "stale");
    }
    sign_in(&app.browser(), &ada.email, OLD).await;
}

#[tokio::test]
async fn an_older_browser_is_protected_by_the_origin() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser().without_header("sec-fetch-site");
    sign_in(&browser, &ada.email, OLD).await;
    let body = change(&browser).await;
    let longer = format!("{}.evil.example", browser.origin());
    for origin in ["https://evil.example", "null", "", &longer] {
        let headers = [FORM, ("origin", origin)];
        let page = browser.raw("POST", ACCOUNT_PASSWORD, &headers, body.as_str()).await;
        page.shows_error(403, "stale");
    }
    sign_in(&app.browser(), &ada.email, OLD).await;
    let page = browser.raw("POST", ACCOUNT_PASSWORD, &[FORM], body.as_str()).await;
    page.redirects_to(ACCOUNT);
    app.deliver().await;
}

#[tokio::test]
async fn a_browser_without_fetch_metadata_and_origin_still_works() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser().without_fetch_metadata();
    let page = obtain_grant(&app, &browser, &ada.email).await;
    choose_password(&app, page, NEW).await;
    sign_in(&browser, &ada.email, NEW).await;
}

#[tokio::test]
async fn a_form_with_a_missing_or_foreign_csrf_token_is_refused_and_keeps_its_input() {
    let app = TestApp::start().await;
    let (browser, other) = (app.browser(), app.browser());
    let foreign = other.get(FORGOT_PASSWORD).await.value("csrf");
    browser.get(FORGOT_PASSWORD).await;
    for token in ["", "x", &foreign] {
        let fields =
            [("csrf".to_owned(), token.to_owned()), ("identifier".to_owned(), "ada@example.org".to_owned())];
        let page = browser.post(FORGOT_PASSWORD, &fields).await;
        page.shows_error(403, "stale");
        assert!(page.links().contains(&FORGOT_PASSWORD.to_owned()));
        assert_eq!(browser.get(FORGOT_PASSWORD).await.value("identifier"), "ada@example.org");
    }
    let bare = [("identifier".to_owned(), "ada@example.org".to_owned())];
    app.browser().post(FORGOT_PASSWORD, &bare).await.shows_error(403, "cookies");
    assert_eq!(app.deliver().await, 0);
}

#[tokio::test]
async fn a_tampered_cookie_is_ignored() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    obtain_grant(&app, &browser, &ada.email).await;
    let whole = browser.cookie("journey").unwrap();
    let flipped = |at: usize| {
        let other = if whole.as_bytes()[at] == b'A' { "B" } else { "A" };
        format!("{}{other}{}", &whole[..at], &whole[at + 1..])
    };
    let broken = [
        flipped(5),
        flipped(whole.len() / 2),
        whole[..whole.len() - 8].to_owned(),
        String::new(),
        "x".repeat(5000),
    ];
    for cookie in broken {
        let attacker = app.browser();
        attacker.set_cookie("journey", &cookie);
        attacker.get(NEW_PASSWORD).await.redirects_to(FORGOT_PASSWORD);
    }
    browser.get(NEW_PASSWORD).await.shows(&ada.email);
}

#[tokio::test]
async fn a_cookie_of_another_installation_is_ignored() {
    let (app, other) = (TestApp::start().await, TestApp::start().await);
    let (browser, there) = (app.browser(), other.browser());
    let (ada, _) = (create_ada(&app).await, create_ada(&other).await);
    sign_in(&browser, &ada.email, OLD).await;
    obtain_grant(&app, &browser, &ada.email).await;
    there.restore(browser.jar());
    there.get("/account").await.redirects_to(SIGN_IN);
    there.get(NEW_PASSWORD).await.redirects_to(FORGOT_PASSWORD);
    assert_eq!(there.get(SIGN_IN).await.value("identifier"), "");
}

#[tokio::test]
async fn an_older_copy_of_the_cookie_restores_nothing() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = request_reset(&browser, &ada.email).await;
    let waiting = browser.jar();
    let code = app.inbox_of(&ada.email).await.code();
    let page = page.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    let granted = browser.jar();
    choose_password(&app, page, NEW).await;
    browser.restore(granted);
    browser.get(NEW_PASSWORD).await.redirects_to(CODE);
    browser.restore(waiting);
    let page = browser.get(CODE).await;
    page.says("code-ended-title");
    let again = [
        ("csrf".to_owned(), page.all("input[name=csrf]", "value").first().cloned().unwrap_or_default()),
        ("code".to_owned(), code),
    ];
    let answer = browser.post(CODE, &again).await;
    assert!(matches!(answer.status(), 403 | 422), "{}", answer.status());
    sign_in(&app.browser(), &ada.email, NEW).await;
}

#[tokio::test]
async fn wrong_codes_are_counted_even_if_the_cookie_is_replayed() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = request_reset(&browser, &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    let jar = browser.jar();
    for _ in 0..10 {
        browser.restore(jar.clone());
        page.clone().fill("code", &super::steps::different_code(&code)).submit().await;
    }
    browser.restore(jar);
    page.fill("code", &code).submit().await.shows_refusal("code.exhausted");
}

#[tokio::test]
async fn an_expired_flow_starts_over_with_an_explanation() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = browser.get(SIGN_IN).await.fill("identifier", &ada.email).fill("password", OLD);
    app.clock.advance(DAY);
    let page = page.submit().await;
    page.shows_error(403, "stale");
    let page = browser.get(SIGN_IN).await;
    assert_eq!(page.value("identifier"), ada.email, "what was typed is still there");
    page.fill("password", OLD).submit().await.follow_redirect_to("/account").await;
}

#[tokio::test]
async fn no_header_changes_where_a_link_leads() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-port", "1"),
        ("x-forwarded-prefix", "/evil.example"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-original-url", "https://evil.example/"),
        ("x-host", "evil.example"),
    ] {
        let browser = app.browser().with_header(name, value);
        let page = request_reset(&browser, &ada.email).await;
        assert!(!page.html.contains("evil.example"), "{name}");
        let inbox = app.inbox_of(&ada.email).await;
        assert!(inbox.link_path().starts_with("/forgot-password/link/"), "{name}");
        let message = inbox.newest();
        assert!(!message.rendered.text.contains("evil.example"), "{name}");
        assert!(!message.rendered.html.as_ref().unwrap().contains("evil.example"), "{name}");
        app.clock.advance(70);
    }
}

#[tokio::test]
async fn a_forged_forwarding_header_does_not_bypass_the_limit_by_network() {
    let app = TestApp::start().await;
    for nth in 0..20 {
        let liar = app.browser().with_header("x-forwarded-for", &format!("198.51.100.{nth}"));
        request_reset(&liar, &format!("nobody{nth}@example.org")).await;
    }
    let liar = app.browser().with_header("x-forwarded-for", "198.51.100.99");
    let page = liar.get(FORGOT_PASSWORD).await.fill("identifier", "nobody@example.org").submit().await;
    page.shows_refusal("throttled");
    assert_eq!(page.retry_after(), 3600);
    app.clock.advance(3600);
    page.submit().await.redirects_to(CODE);
}
