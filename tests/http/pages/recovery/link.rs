//! The link of a message: in the same browser, on another device, for the window that waits, and when it is
//! too late.

use crate::http::pages::steps::{
    CODE, LINK, LINK_AGAIN, MATCH, NEW, NEW_PASSWORD, RESEND, choose_password, create_ada, recovery_state,
    request_reset, reset_password, sign_in,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

/// Opens the link as a mail program does.
async fn press_button(browser: &Browser, path: &str) -> Page {
    browser.get(path).await.follow_redirect_to(LINK).await
}

/// The number that the waiting window shows.
fn number(page: &Page) -> String {
    page.pick(".number")
}

#[tokio::test]
async fn the_link_continues_in_the_requesting_browser() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    request_reset(&browser, &ada.email).await;
    let page = press_button(&browser, &app.inbox_of(&ada.email).await.link_path()).await;
    page.says("link-ready").shows("a•••@example.org");
    assert!(!page.has_button_to(MATCH), "no other window waits");
    let page = page.submit_to(LINK).await.follow_redirect_to(NEW_PASSWORD).await;
    choose_password(&app, page, NEW).await;
    sign_in(&browser, &ada.email, NEW).await;
}

#[tokio::test]
async fn the_link_continues_on_another_device_and_not_in_the_waiting_window() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (desk, phone) = (app.browser(), app.browser());
    request_reset(&desk, &ada.email).await;
    let page = press_button(&phone, &app.inbox_of(&ada.email).await.link_path()).await;
    let page = page.submit_to(LINK).await.follow_redirect_to(NEW_PASSWORD).await;
    // Whoever asked may be an attacker.
    assert_eq!(recovery_state(&desk).await, "waiting");
    desk.get(NEW_PASSWORD).await.redirects_to("/forgot-password");
    choose_password(&app, page, NEW).await;
    assert_eq!(recovery_state(&desk).await, "waiting");
    sign_in(&phone, &ada.email, NEW).await;
}

#[tokio::test]
async fn the_matching_number_continues_the_waiting_window() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (desk, phone) = (app.browser(), app.browser());
    let waiting = request_reset(&desk, &ada.email).await;
    assert_eq!(recovery_state(&desk).await, "waiting");
    let page = press_button(&phone, &app.inbox_of(&ada.email).await.link_path()).await;
    let page = page.fill("number", &number(&waiting)).submit_to(MATCH).await.follow_redirect_to(LINK).await;
    page.says("link-over-title");
    assert_eq!(recovery_state(&desk).await, "confirmed");
    let page = desk.get(CODE).await;
    page.says("code-confirmed-title");
    let page = page
        .submit_to("/forgot-password/verification-code/continue")
        .await
        .follow_redirect_to(NEW_PASSWORD)
        .await;
    choose_password(&app, page, NEW).await;
    sign_in(&desk, &ada.email, NEW).await;
    phone.get(NEW_PASSWORD).await.redirects_to("/forgot-password");
}

#[tokio::test]
async fn a_wrong_matching_number_continues_nothing_and_is_counted() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (desk, phone) = (app.browser(), app.browser());
    let waiting = request_reset(&desk, &ada.email).await;
    let right: u32 = number(&waiting).parse().unwrap();
    let wrong = if right == 99 { 10 } else { right + 1 };
    let mut page = press_button(&phone, &app.inbox_of(&ada.email).await.link_path()).await;
    for tries in 1..10 {
        page = page.fill("number", &wrong.to_string()).submit_to(MATCH).await;
        page.shows_refusal("number.wrong");
        assert_eq!(page.contains_message("tries-left"), tries >= 7, "after {tries}");
    }
    assert_eq!(recovery_state(&desk).await, "waiting");
    page = page.fill("number", &wrong.to_string()).submit_to(MATCH).await;
    page.shows_refusal("number.wrong");
    page = page.fill("number", &right.to_string()).submit_to(MATCH).await;
    page.shows_refusal("code.exhausted");
    desk.get(NEW_PASSWORD).await.redirects_to("/forgot-password");
    assert_eq!(recovery_state(&desk).await, "ended");
}

#[tokio::test]
async fn only_the_waiting_window_gets_the_grant_of_the_number() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (desk, phone) = (app.browser(), app.browser());
    let waiting = request_reset(&desk, &ada.email).await;
    let page = press_button(&phone, &app.inbox_of(&ada.email).await.link_path()).await;
    page.fill("number", &number(&waiting)).submit_to(MATCH).await.redirects_to(LINK);
    let page = desk.get(CODE).await;
    page.submit().await.redirects_to(NEW_PASSWORD);
    // A second window with an older cookie asks again: the grant was handed out once.
    page.submit().await.redirects_to(CODE);
    desk.get(CODE).await.redirects_to(NEW_PASSWORD);
}

#[tokio::test]
async fn a_link_lives_thirty_minutes_and_then_offers_another() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    request_reset(&browser, &ada.email).await;
    let page = press_button(&browser, &app.inbox_of(&ada.email).await.link_path()).await;
    app.clock.advance(1799);
    browser.get(LINK).await.says("link-ready");
    app.clock.advance(1);
    let page = page.submit_to(LINK).await;
    page.shows_refusal("link.expired").shows("a•••@example.org");
    page.submit_to(LINK_AGAIN).await.follow_redirect_to(CODE).await;
    let page = press_button(&browser, &app.inbox_of(&ada.email).await.link_path()).await;
    page.submit_to(LINK).await.follow_redirect_to(NEW_PASSWORD).await;
}

#[tokio::test]
async fn a_link_outlives_the_code_beside_it() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (desk, phone) = (app.browser(), app.browser());
    request_reset(&desk, &ada.email).await;
    let path = app.inbox_of(&ada.email).await.link_path();
    app.clock.advance(1200);
    assert_eq!(recovery_state(&desk).await, "expired");
    press_button(&phone, &path).await.submit_to(LINK).await.follow_redirect_to(NEW_PASSWORD).await;
}

#[tokio::test]
async fn a_link_works_once_and_not_beside_its_code() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (desk, phone) = (app.browser(), app.browser());
    let waiting = request_reset(&desk, &ada.email).await;
    let inbox = app.inbox_of(&ada.email).await;
    let page = press_button(&phone, &inbox.link_path()).await;
    let before = phone.jar();
    page.submit_to(LINK).await.redirects_to(NEW_PASSWORD);
    let after = phone.jar();
    phone.restore(before);
    page.submit_to(LINK).await.shows_refusal("link.used");
    waiting.fill("code", &inbox.code()).submit().await.shows_refusal("code.earlier");
    phone.restore(after);
    let page = phone.get(NEW_PASSWORD).await;
    choose_password(&app, page, NEW).await;
    press_button(&app.browser(), &inbox.link_path()).await.says("refusal-link-used");
}

#[tokio::test]
async fn pressing_twice_or_going_back_leads_to_the_current_step() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let phone = app.browser();
    request_reset(&app.browser(), &ada.email).await;
    let page = press_button(&phone, &app.inbox_of(&ada.email).await.link_path()).await;
    page.submit_to(LINK).await.redirects_to(NEW_PASSWORD);
    for answer in [page.submit_to(LINK).await, phone.get(LINK).await] {
        answer.redirects_to(CODE);
        phone.get(CODE).await.redirects_to(NEW_PASSWORD);
    }
}

#[tokio::test]
async fn an_earlier_link_says_that_there_is_a_newer_one() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = request_reset(&browser, &ada.email).await;
    let first = app.inbox_of(&ada.email).await.link_path();
    app.clock.advance(30);
    page.submit_to(RESEND).await.follow_redirect_to(CODE).await;
    app.deliver().await;
    press_button(&browser, &first).await.says("refusal-link-earlier");
    app.clock.advance(30);
    request_reset(&app.browser(), &ada.email).await;
    app.deliver().await;
    press_button(&app.browser(), &first).await.says("refusal-link-earlier");
}

#[tokio::test]
async fn no_link_of_an_older_request_works_after_a_reset() {
    let app = TestApp::start().await;
    let ada = app.new_user("ada@example.org").with_phone("+12025550143").make().await;
    request_reset(&app.browser(), &ada.email).await;
    let path = app.inbox_of(&ada.email).await.link_path();
    reset_password(&app, &app.browser(), "+12025550143", NEW).await;
    press_button(&app.browser(), &path).await.says("refusal-link-earlier");
}

#[tokio::test]
async fn an_unknown_link_is_reported_as_such() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = press_button(&browser, &format!("/forgot-password/link/{}", "A".repeat(43))).await;
    page.says("refusal-link-unknown");
    for token in ["short", &"A".repeat(44), &"%01".repeat(43), "..%2f..%2fetc", "<script>"] {
        browser.get(&format!("/forgot-password/link/{token}")).await.says("link-cut-title");
    }
    app.browser().get(LINK).await.redirects_to("/forgot-password");
}

#[tokio::test]
async fn opening_a_link_ten_times_changes_nothing() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    request_reset(&app.browser(), &ada.email).await;
    let path = app.inbox_of(&ada.email).await.link_path();
    for _ in 0..10 {
        let scanner = app.browser().without_fetch_metadata();
        scanner.raw("HEAD", &path, &[], "").await.redirects_to(LINK);
        press_button(&scanner, &path).await.says("link-ready");
        assert_eq!(scanner.raw("HEAD", LINK, &[], "").await.status(), 200);
    }
    let page = press_button(&app.browser(), &path)
        .await
        .submit_to(LINK)
        .await
        .follow_redirect_to(NEW_PASSWORD)
        .await;
    choose_password(&app, page, NEW).await;
}

#[tokio::test]
async fn the_token_leaves_the_address_at_once() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    request_reset(&browser, &ada.email).await;
    let path = app.inbox_of(&ada.email).await.link_path();
    let token = path.rsplit('/').next().unwrap();
    let opened = browser.get(&path).await;
    opened.redirects_to(LINK);
    assert_eq!(opened.header("referrer-policy"), "no-referrer");
    let page = browser.get(LINK).await;
    assert!(!page.html.contains(token) && !browser.cookie("journey").unwrap().contains(token));
}
