//! Getting back in: by code, by SMS, with a first password, and what a new password does to everything else.

use serde_json::json;

use crate::http::pages::steps::{
    ACCOUNT, CHANGE_ADDRESS, CODE, DONE, FORGOT_PASSWORD, NEW, NEW_PASSWORD, OLD, SIGN_IN, choose_password,
    create_ada, is_signed_in, obtain_grant, request_reset, reset_password, sign_in, try_sign_in,
};
use crate::support::app::TestApp;

#[tokio::test]
async fn a_forgotten_password_is_reset_with_the_code() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = browser.get(FORGOT_PASSWORD).await.fill("identifier", &ada.email).submit().await;
    let page = page.follow_redirect_to(CODE).await;
    page.says("code-title-email").shows(&ada.email);
    let code = app.inbox_of(&ada.email).await.code();
    let page = page.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    page.shows(&ada.email);
    let page = page.fill("newPassword", NEW).submit().await.follow_redirect_to(DONE).await;
    page.says("done-works").says("done-notified");
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
}

#[tokio::test]
async fn the_sign_in_form_carries_what_was_typed_into_recovery_and_back() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = browser.get(SIGN_IN).await.fill("identifier", &ada.email).fill("password", "what was it");
    let page = page.submit_to("/forgot-password/start").await.follow_redirect_to(FORGOT_PASSWORD).await;
    assert_eq!(page.value("identifier"), ada.email);
    let page = page.submit().await.follow_redirect_to(CODE).await;
    let code = app.inbox_of(&ada.email).await.code();
    let page = page.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    let done = choose_password(&app, page, NEW).await;
    assert!(done.links().contains(&"/sign-in?first_screen=sign_in".to_owned()), "{:?}", done.links());
    let page = browser.get("/sign-in?first_screen=sign_in").await;
    assert_eq!((page.value("identifier"), page.value("password")), (ada.email.clone(), String::new()));
}

#[tokio::test]
async fn the_old_password_is_refused_afterwards_and_the_new_one_works() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    reset_password(&app, &browser, &ada.email, NEW).await;
    try_sign_in(&browser, &ada.email, &ada.password).await.shows_refusal("credentials.wrong");
    sign_in(&browser, &ada.email, NEW).await;
}

#[tokio::test]
async fn asking_changes_nothing_until_a_new_password_is_saved() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (signed_in, browser) = (app.browser(), app.browser());
    sign_in(&signed_in, &ada.email, OLD).await;
    obtain_grant(&app, &browser, &ada.email).await;
    assert!(is_signed_in(&signed_in).await);
    sign_in(&app.browser(), &ada.email, OLD).await;
}

#[tokio::test]
async fn somebody_with_a_phone_gets_in_by_sms() {
    let app = TestApp::start().await;
    let ada = app.new_user("ada@example.org").with_phone("+12025550143").with_password(OLD).make().await;
    let browser = app.browser();
    let phone = ada.phone.clone().unwrap();
    let page = request_reset(&browser, "+1 (202) 555-0143").await;
    page.says("code-title-phone").shows(&phone);
    let inbox = app.inbox_of(&phone).await;
    assert_eq!(app.inbox_of(&ada.email).await.count(), 0, "the mail address hears nothing yet");
    let page = page.fill("code", &inbox.code()).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    choose_password(&app, page, NEW).await.shows(&phone);
    sign_in(&browser, &phone, NEW).await;
}

#[tokio::test]
async fn every_verified_address_is_notified_with_its_own_dispute_link() {
    let app = TestApp::start().await;
    let ada = app.new_user("ada@example.org").with_phone("+12025550143").with_password(OLD).make().await;
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    let (mail, sms) = (app.inbox_of(&ada.email).await, app.inbox_of("+12025550143").await);
    assert_eq!((mail.count_of("PasswordChanged"), sms.count_of("PasswordChanged")), (1, 1));
    assert_ne!(mail.not_me_path(), sms.not_me_path());
    assert!(mail.not_me_path().starts_with("/not-me/"), "{}", mail.not_me_path());
}

#[tokio::test]
async fn a_notice_speaks_its_readers_language() {
    let app = TestApp::start().await;
    let ada = app.new_user("ada@example.org").with_locale("de").make().await;
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    let inbox = app.inbox_of(&ada.email).await;
    assert_eq!(inbox.newest_of("ForgotPassword").locale, "en", "as the page that asked");
    assert_eq!(inbox.newest_of("PasswordChanged").locale, "de");
}

#[tokio::test]
async fn somebody_without_a_password_sets_a_first_one() {
    let app = TestApp::start().await;
    let eve = app.new_user("eve@example.org").make().await;
    let browser = app.browser();
    try_sign_in(&browser, &eve.email, "").await.shows_refusal("credentials.wrong");
    reset_password(&app, &browser, &eve.email, NEW).await;
    sign_in(&browser, &eve.email, NEW).await;
    assert_eq!(app.inbox_of(&eve.email).await.count_of("PasswordChanged"), 1);
}

#[tokio::test]
async fn unknown_and_suspended_users_get_no_message() {
    let app = TestApp::start().await;
    app.new_user("eve@example.org").with_password(OLD).suspended().make().await;
    for identifier in ["nobody@example.org", "eve@example.org", "+12025550199"] {
        let page = request_reset(&app.browser(), identifier).await;
        page.fill("code", "123456").submit().await.shows_refusal("code.wrong");
        assert_eq!(app.inbox_of(identifier).await.count(), 0, "{identifier}");
    }
}

#[tokio::test]
async fn the_address_can_be_corrected_without_retyping() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = request_reset(&browser, "ada@example.orh").await;
    let page = page.submit_to(CHANGE_ADDRESS).await.follow_redirect_to(FORGOT_PASSWORD).await;
    assert_eq!(page.value("identifier"), "ada@example.orh");
    browser.get(CODE).await.redirects_to(FORGOT_PASSWORD);
    reset_password(&app, &browser, &ada.email, NEW).await;
}

#[tokio::test]
async fn an_invalid_address_is_refused_and_stays_in_the_form() {
    let app = TestApp::start().await;
    for typed in ["", "ada", "ada@", "@example.org", "12", "a b@example.org"] {
        let page = app.browser().get(FORGOT_PASSWORD).await.fill("identifier", typed).submit().await;
        page.shows_refusal("identifier.malformed");
        assert_eq!(page.value("identifier"), typed);
    }
}

#[tokio::test]
async fn a_weak_password_does_not_consume_the_grant() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let mut page = obtain_grant(&app, &app.browser(), &ada.email).await;
    let weak = [
        ("", "password-rejected-too-short"),
        ("short", "password-rejected-too-short"),
        ("password123", "password-rejected-pwned"),
        ("zzzzzzzzzzzz", "password-rejected-restricted-repetition"),
    ];
    for (password, reason) in weak {
        page = page.fill("newPassword", password).submit().await;
        page.shows_refusal("password.rejected").says(reason).shows(&ada.email);
        assert_eq!(page.value("newPassword"), "", "a password is never sent back");
    }
    choose_password(&app, page, NEW).await;
}

#[tokio::test]
async fn the_success_page_survives_only_a_reload() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    browser.get(DONE).await.redirects_to(SIGN_IN);
    reset_password(&app, &browser, &ada.email, NEW).await;
    browser.get(DONE).await.says("done-title");
    sign_in(&browser, &ada.email, NEW).await;
}

#[tokio::test]
async fn other_devices_are_signed_out_and_the_page_says_how_many() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (laptop, phone) = (app.browser(), app.browser());
    sign_in(&laptop, &ada.email, OLD).await;
    sign_in(&phone, &ada.email, OLD).await;
    reset_password(&app, &app.browser(), &ada.email, NEW).await.shows("2 devices were signed out.");
    assert!(!is_signed_in(&laptop).await && !is_signed_in(&phone).await);
    laptop.get(ACCOUNT).await.redirects_to(SIGN_IN);
}

#[tokio::test]
async fn devices_stay_signed_in_where_the_operator_says_so() {
    let app = TestApp::with(json!({ "settings": { "afterPasswordChange": { "revoke": "none" } } })).await;
    let ada = create_ada(&app).await;
    let laptop = app.browser();
    sign_in(&laptop, &ada.email, OLD).await;
    reset_password(&app, &app.browser(), &ada.email, NEW).await.shows("No other device was signed in.");
    assert!(is_signed_in(&laptop).await);
}

#[tokio::test]
async fn a_reset_that_begins_on_one_instance_ends_on_another() {
    let first = TestApp::start().await;
    let ada = create_ada(&first).await;
    let second = first.second_instance().await;
    let (browser, there) = (first.browser(), second.browser());
    request_reset(&browser, &ada.email).await;
    let code = second.inbox_of(&ada.email).await.code();
    there.restore(browser.jar());
    let page =
        there.get(CODE).await.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    choose_password(&second, page, NEW).await;
    sign_in(&browser, &ada.email, NEW).await;
}
