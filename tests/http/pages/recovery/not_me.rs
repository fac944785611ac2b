//! The dispute link: an attacker changed the password, and its owner reverts it.

use serde_json::json;

use crate::http::pages::steps::{
    CODE, FORGOT_PASSWORD, NEW, NEW_PASSWORD, NOT_ME, OLD, SIGN_IN, choose_password, create_ada,
    is_signed_in, reset_password, sign_in, try_sign_in,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

const DAY: i64 = 24 * 3600;

async fn dispute(browser: &Browser, path: &str) -> Page {
    browser.get(path).await.follow_redirect_to(NOT_ME).await
}

#[tokio::test]
async fn a_dispute_disables_the_password_and_leads_to_a_reset_by_the_other_address() {
    let app = TestApp::start().await;
    let ada = app.new_user("ada@example.org").with_phone("+12025550143").with_password(OLD).make().await;
    let (attacker, owner) = (app.browser(), app.browser());
    reset_password(&app, &attacker, "+12025550143", NEW).await;
    sign_in(&attacker, "+12025550143", NEW).await;
    let page = dispute(&owner, &app.inbox_of(&ada.email).await.not_me_path()).await;
    page.says("not-me-lead").shows("Firefox, Linux");
    page.submit().await.follow_redirect_to(NOT_ME).await.says("not-me-done-title");
    assert!(!is_signed_in(&attacker).await);
    try_sign_in(&attacker, "+12025550143", NEW).await.shows_refusal("credentials.wrong");
    let inbox = app.inbox_of(&ada.email).await;
    assert_eq!(
        inbox.newest().kind,
        "ForgotPassword",
        "the code goes to the address that did not change the password"
    );
    let page = owner
        .get(CODE)
        .await
        .fill("code", &inbox.code())
        .submit()
        .await
        .follow_redirect_to(NEW_PASSWORD)
        .await;
    choose_password(&app, page, "nobody else knows this one").await;
    sign_in(&owner, &ada.email, "nobody else knows this one").await;
}

#[tokio::test]
async fn with_one_address_a_dispute_leads_to_a_reset_by_that_one() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    let owner = app.browser();
    let page = dispute(&owner, &app.inbox_of(&ada.email).await.not_me_path()).await;
    page.submit().await.follow_redirect_to(NOT_ME).await;
    let inbox = app.inbox_of(&ada.email).await;
    let page = owner
        .get(CODE)
        .await
        .fill("code", &inbox.code())
        .submit()
        .await
        .follow_redirect_to(NEW_PASSWORD)
        .await;
    choose_password(&app, page, "nobody else knows this one").await;
}

#[tokio::test]
async fn looking_changes_nothing() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    let path = app.inbox_of(&ada.email).await.not_me_path();
    for _ in 0..10 {
        let scanner = app.browser();
        scanner.raw("HEAD", &path, &[], "").await.redirects_to(NOT_ME);
        dispute(&scanner, &path).await.says("not-me-button");
    }
    sign_in(&app.browser(), &ada.email, NEW).await;
}

#[tokio::test]
async fn the_link_works_once() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    let path = app.inbox_of(&ada.email).await.not_me_path();
    let (owner, other) = (app.browser(), app.browser());
    let late = dispute(&other, &path).await;
    dispute(&owner, &path).await.submit().await.follow_redirect_to(NOT_ME).await;
    let late = late.submit().await;
    late.shows_refusal_text("not-me-used");
    dispute(&app.browser(), &path).await.says("not-me-used");
    app.deliver().await;
    app.may_leave_messages();
}

#[tokio::test]
async fn the_link_lives_ten_days() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    let path = app.inbox_of(&ada.email).await.not_me_path();
    app.clock.advance(10 * DAY - 1);
    let owner = app.browser();
    let page = dispute(&owner, &path).await;
    page.says("not-me-lead");
    app.clock.advance(1);
    let page = page.submit().await;
    page.shows_refusal_text("not-me-expired");
    dispute(&owner, &path).await.says("not-me-expired");
    sign_in(&app.browser(), &ada.email, NEW).await;
}

#[tokio::test]
async fn a_later_password_of_the_owner_is_not_disabled() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    let path = app.inbox_of(&ada.email).await.not_me_path();
    app.clock.advance(3600);
    reset_password(&app, &app.browser(), &ada.email, "chosen by the owner since").await;
    dispute(&app.browser(), &path).await.submit().await.follow_redirect_to(NOT_ME).await;
    app.deliver().await;
    sign_in(&app.browser(), &ada.email, "chosen by the owner since").await;
}

#[tokio::test]
async fn without_a_connector_the_dispute_page_promises_no_code() {
    let methods = json!({ "settings": { "signInExperience": { "forgotPasswordMethods": [] } } });
    let app = TestApp::with(methods).await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    sign_in(&browser, &ada.email, OLD).await;
    let page = browser.get("/account/password").await.fill("currentPassword", OLD).fill("newPassword", NEW);
    page.submit().await.redirects_to("/account");
    let page = dispute(&app.browser(), &app.inbox_of(&ada.email).await.not_me_path()).await;
    let page = page.submit().await.follow_redirect_to(NOT_ME).await;
    page.says("not-me-done-freeze").does_not_say("not-me-done-recover");
    try_sign_in(&app.browser(), &ada.email, NEW).await.shows_refusal("credentials.wrong");
}

#[tokio::test]
async fn an_unknown_dispute_link_says_what_to_do() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = dispute(&browser, &format!("/not-me/{}", "A".repeat(43))).await;
    page.says("not-me-unknown");
    assert!(page.links().contains(&FORGOT_PASSWORD.to_owned()));
    browser.get("/not-me/short").await.says("link-cut-title");
    app.browser().get(NOT_ME).await.redirects_to(SIGN_IN);
}
