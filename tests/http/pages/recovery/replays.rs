//! Two tabs, the back button, a form sent twice, and codes of another user.

use crate::http::pages::steps::{
    CODE, DONE, FORGOT_PASSWORD, NEW, NEW_PASSWORD, OLD, choose_password, create_ada, obtain_grant,
    request_reset, sign_in,
};
use crate::support::app::TestApp;

#[tokio::test]
async fn two_tabs_of_one_browser_end_in_one_reset() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let first = request_reset(&browser, &ada.email).await;
    app.clock.advance(5);
    let second = request_reset(&browser, &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    // The cookie is shared, so either tab may type the newest code.
    let page = first.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    second.fill("code", &code).submit().await.redirects_to(NEW_PASSWORD);
    choose_password(&app, page, NEW).await;
}

#[tokio::test]
async fn two_tabs_with_the_same_new_password_page_change_it_once() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let first = obtain_grant(&app, &browser, &ada.email).await;
    let second = browser.get(NEW_PASSWORD).await;
    choose_password(&app, first, NEW).await;
    let late = second.fill("newPassword", "from the other tab").submit().await;
    assert!(late.status() == 303 && late.location() != DONE, "{} {}", late.status(), late.location());
    sign_in(&app.browser(), &ada.email, NEW).await;
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
}

#[tokio::test]
async fn a_code_submitted_twice_is_not_counted_as_a_failure() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = request_reset(&browser, &ada.email).await;
    let page = page.fill("code", &app.inbox_of(&ada.email).await.code());
    page.submit().await.redirects_to(NEW_PASSWORD);
    // The back button and the same form again: the page goes on to where the person is.
    page.submit().await.redirects_to(NEW_PASSWORD);
    browser.get(CODE).await.redirects_to(NEW_PASSWORD);
    let page = browser.get(NEW_PASSWORD).await;
    choose_password(&app, page, NEW).await;
}

#[tokio::test]
async fn a_code_replayed_with_an_older_cookie_is_refused() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (browser, attacker) = (app.browser(), app.browser());
    request_reset(&browser, &ada.email).await;
    attacker.restore(browser.jar());
    let code = app.inbox_of(&ada.email).await.code();
    let page =
        browser.get(CODE).await.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    let csrf = page.value("csrf");
    let fields = [("csrf".to_owned(), csrf), ("code".to_owned(), code)];
    attacker.post(CODE, &fields).await.shows_refusal_text("code-elsewhere");
    attacker.get(NEW_PASSWORD).await.redirects_to(FORGOT_PASSWORD);
    choose_password(&app, page, NEW).await;
}

#[tokio::test]
async fn a_new_password_sent_twice_is_saved_once() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = obtain_grant(&app, &browser, &ada.email).await.fill("newPassword", NEW);
    let jar = browser.jar();
    page.submit().await.redirects_to(DONE);
    browser.restore(jar);
    page.submit().await.redirects_to(CODE);
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
    sign_in(&app.browser(), &ada.email, NEW).await;
}

#[tokio::test]
async fn a_new_password_sent_twice_at_the_same_moment_is_saved_once() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let page = obtain_grant(&app, &app.browser(), &ada.email).await;
    let (one, two) = (page.clone().fill("newPassword", NEW), page.fill("newPassword", "another good phrase"));
    let (one, two) = tokio::join!(one.submit(), two.submit());
    let saved = [one, two].iter().filter(|page| page.location() == DONE).count();
    assert_eq!(saved, 1);
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
}

#[tokio::test]
async fn the_code_of_one_user_is_invalid_for_another() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let eve = app.new_user("eve@example.org").with_password(OLD).make().await;
    let (hers, evil) = (app.browser(), app.browser());
    let waiting = request_reset(&hers, &ada.email).await;
    let page = request_reset(&evil, &eve.email).await;
    let (adas, eves) = (app.inbox_of(&ada.email).await.code(), app.inbox_of(&eve.email).await.code());
    assert_ne!(adas, eves);
    page.fill("code", &adas).submit().await.shows_refusal("code.wrong");
    // It was not used up by the attempt.
    waiting.fill("code", &adas).submit().await.redirects_to(NEW_PASSWORD);
}

#[tokio::test]
async fn the_grant_of_one_user_sets_no_password_of_another() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let eve = app.new_user("eve@example.org").with_password(OLD).make().await;
    let browser = app.browser();
    let page = obtain_grant(&app, &browser, &eve.email).await.fill("newPassword", NEW);
    // In another tab the same browser asks for Ada; the open form must not follow.
    request_reset(&browser, &ada.email).await;
    page.submit().await.redirects_to(FORGOT_PASSWORD);
    sign_in(&app.browser(), &ada.email, OLD).await;
    sign_in(&app.browser(), &eve.email, OLD).await;
    app.may_leave_messages();
}

#[tokio::test]
async fn steps_cannot_be_skipped() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    browser.get(CODE).await.redirects_to(FORGOT_PASSWORD);
    browser.get(NEW_PASSWORD).await.redirects_to(FORGOT_PASSWORD);
    let csrf = browser.get(FORGOT_PASSWORD).await.value("csrf");
    let fields = [("csrf".to_owned(), csrf), ("newPassword".to_owned(), NEW.to_owned())];
    browser.post(NEW_PASSWORD, &fields).await.redirects_to(FORGOT_PASSWORD);
    request_reset(&browser, &ada.email).await;
    browser.post(NEW_PASSWORD, &fields).await.redirects_to(FORGOT_PASSWORD);
    browser.get(NEW_PASSWORD).await.redirects_to(FORGOT_PASSWORD);
    browser.post("/forgot-password/verification-code/continue", &fields[..1]).await.redirects_to(CODE);
    browser.get(NEW_PASSWORD).await.redirects_to(FORGOT_PASSWORD);
    app.deliver().await;
    sign_in(&app.browser(), &ada.email, OLD).await;
}
