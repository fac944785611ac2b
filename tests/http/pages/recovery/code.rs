//! The code: how it may be typed, how long it lives, how often it is sent and guessed.

use crate::http::pages::steps::{
    CODE, NEW, NEW_PASSWORD, RESEND, choose_password, create_ada, different_code, obtain_grant,
    recovery_state, request_reset, reset_password,
};
use crate::support::app::TestApp;

#[tokio::test]
async fn a_code_may_be_typed_with_spaces_and_dashes() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let spaced = |code: &str| format!(" {} {} ", &code[..3], &code[3..]);
    let sentence = |code: &str| format!("{code} is your code. It works for 10 minutes.");
    let arabic =
        |code: &str| code.chars().map(|c| char::from_u32(u32::from(c) - 0x30 + 0x660).unwrap()).collect();
    let ways: [&dyn Fn(&str) -> String; 3] = [&spaced, &sentence, &arabic];
    for way in ways {
        let page = request_reset(&app.browser(), &ada.email).await;
        let code = app.inbox_of(&ada.email).await.code();
        page.fill("code", &way(&code)).submit().await.follow_redirect_to(NEW_PASSWORD).await;
        app.clock.advance(70);
    }
}

#[tokio::test]
async fn malformed_codes_are_not_counted() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let mut page = request_reset(&app.browser(), &ada.email).await;
    for typed in ["", "12345", "1234567", "abcdef", "123 45", &"1".repeat(500)].repeat(3) {
        page = page.fill("code", typed).submit().await;
        page.shows_refusal("code.malformed");
    }
    let code = app.inbox_of(&ada.email).await.code();
    page.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
}

#[tokio::test]
async fn ten_wrong_codes_end_a_request_and_a_new_one_can_be_made() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let mut page = request_reset(&app.browser(), &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    for tries in 1..10 {
        page = page.fill("code", &different_code(&code)).submit().await;
        page.shows_refusal("code.wrong");
        assert_eq!(page.contains_message("tries-left"), tries >= 7, "after {tries}");
    }
    page = page.fill("code", &different_code(&code)).submit().await;
    page.shows_refusal("code.exhausted");
    assert!(!page.has_button_to(CODE), "no field for a code that can't help");
    app.clock.advance(70);
    let page = page.submit_to(RESEND).await.follow_redirect_to(CODE).await;
    let fresh = app.inbox_of(&ada.email).await.code();
    let page = page.fill("code", &code).submit().await;
    page.shows_refusal("code.earlier");
    let page = page.fill("code", &fresh).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    choose_password(&app, page, NEW).await;
}

#[tokio::test]
async fn the_right_code_does_not_help_after_ten_wrong_ones() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let page = request_reset(&app.browser(), &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    for _ in 0..10 {
        page.clone().fill("code", &different_code(&code)).submit().await;
    }
    page.fill("code", &code).submit().await.shows_refusal("code.exhausted");
}

#[tokio::test]
async fn a_code_lives_ten_minutes() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = request_reset(&browser, &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    app.clock.advance(599);
    assert_eq!(recovery_state(&browser).await, "waiting");
    app.clock.advance(1);
    assert_eq!(recovery_state(&browser).await, "expired");
    let page = page.fill("code", &code).submit().await;
    page.shows_refusal("code.expired");
    let page = page.submit_to(RESEND).await.follow_redirect_to(CODE).await;
    let code = app.inbox_of(&ada.email).await.code();
    page.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
}

#[tokio::test]
async fn a_code_works_in_its_last_second() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let page = request_reset(&app.browser(), &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    app.clock.advance(599);
    page.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
}

#[tokio::test]
async fn an_expired_code_is_not_delivered() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    request_reset(&app.browser(), &ada.email).await;
    app.clock.advance(900);
    assert_eq!(app.inbox_of(&ada.email).await.count(), 0);
}

#[tokio::test]
async fn a_grant_lives_ten_minutes() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = obtain_grant(&app, &browser, &ada.email).await;
    app.clock.advance(599);
    browser.get(NEW_PASSWORD).await.shows(&ada.email);
    app.clock.advance(1);
    let page = page.fill("newPassword", NEW).submit().await.follow_redirect_to(CODE).await;
    page.says("grant-expired-title").does_not_say("code-ended-title");
    assert!(page.links().contains(&"/forgot-password".to_owned()));
    browser.get(NEW_PASSWORD).await.redirects_to(CODE);
    reset_password(&app, &browser, &ada.email, NEW).await;
}

#[tokio::test]
async fn another_message_has_to_wait_longer_each_time() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let mut page = request_reset(&app.browser(), &ada.email).await;
    for (sent, wait) in [(1, 30), (2, 60), (3, 120), (4, 300), (5, 300)] {
        assert_eq!(page.all("#resend-note", "data-seconds"), [wait.to_string()]);
        app.clock.advance(wait - 1);
        let early = page.submit_to(RESEND).await;
        early.shows_refusal("throttled");
        assert_eq!(early.retry_after(), 1);
        assert_eq!(app.inbox_of(&ada.email).await.count(), sent);
        app.clock.advance(1);
        page = page.submit_to(RESEND).await.follow_redirect_to(CODE).await;
        assert_eq!(app.inbox_of(&ada.email).await.count(), sent + 1);
    }
    page.says("advice-title");
}

#[tokio::test]
async fn only_the_newest_code_works() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let page = request_reset(&app.browser(), &ada.email).await;
    let first = app.inbox_of(&ada.email).await.code();
    app.clock.advance(30);
    let page = page.submit_to(RESEND).await.follow_redirect_to(CODE).await;
    let second = app.inbox_of(&ada.email).await.code();
    let page = page.fill("code", &first).submit().await;
    page.shows_refusal("code.earlier");
    page.fill("code", &second).submit().await.follow_redirect_to(NEW_PASSWORD).await;
}

#[tokio::test]
async fn the_count_of_wrong_codes_survives_another_message() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let mut page = request_reset(&app.browser(), &ada.email).await;
    let first = app.inbox_of(&ada.email).await.code();
    for _ in 0..9 {
        page = page.fill("code", &different_code(&first)).submit().await;
    }
    app.clock.advance(30);
    let page = page.submit_to(RESEND).await.follow_redirect_to(CODE).await;
    let second = app.inbox_of(&ada.email).await.code();
    page.fill("code", &different_code(&second)).submit().await.shows_refusal("code.exhausted");
}

#[tokio::test]
async fn requesting_again_at_once_keeps_the_code_that_is_being_delivered() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    request_reset(&browser, &ada.email).await;
    let page = request_reset(&browser, &ada.email).await;
    let inbox = app.inbox_of(&ada.email).await;
    assert_eq!(inbox.count(), 1, "the second message was silenced");
    page.fill("code", &inbox.code()).submit().await.follow_redirect_to(NEW_PASSWORD).await;
}

#[tokio::test]
async fn a_code_delivered_before_a_newer_request_is_outdated() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (first, second) = (app.browser(), app.browser());
    let old = request_reset(&first, &ada.email).await;
    let old_code = app.inbox_of(&ada.email).await.code();
    app.clock.advance(5);
    let page = request_reset(&second, &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    let page = page.fill("code", &old_code).submit().await;
    page.shows_refusal("code.earlier");
    old.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    page.fill("code", &code).submit().await.shows_refusal("code.earlier");
}
