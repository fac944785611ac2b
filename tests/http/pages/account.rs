//! The signed-in person's own pages: where they are signed in, and changing the password.

use serde_json::json;

use super::steps::{
    ACCOUNT, ACCOUNT_PASSWORD, NEW, OLD, SIGN_IN, create_ada, is_signed_in, reset_password, sign_in,
    try_sign_in,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::db_dump;
use crate::support::page::Page;

const END_OTHERS: &str = "/account/sessions/end-others";
const END_ALL: &str = "/account/sessions/end-all";
const IPHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Mobile Safari/604";

async fn change_password(browser: &Browser, current: Option<&str>, new: &str) -> Page {
    let mut page = browser.get(ACCOUNT_PASSWORD).await.fill("newPassword", new);
    if let Some(current) = current {
        page = page.fill("currentPassword", current);
    }
    page.submit().await
}

#[tokio::test]
async fn every_device_is_listed_and_each_can_be_signed_out() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (laptop, phone) = (app.browser(), app.browser().with_header("user-agent", IPHONE));
    sign_in(&phone, &ada.email, OLD).await;
    let page = sign_in(&laptop, &ada.email, OLD).await;
    page.shows("Firefox, Linux").shows("Safari, iPhone").shows("127.0.0.1").says("session-current");
    let ends: Vec<String> =
        page.forms().into_iter().map(|form| form.action).filter(|to| to.ends_with("/end")).collect();
    assert_eq!(ends.len(), 1, "the other one; this one has its own button");
    let page = page.submit_to(&ends[0]).await.follow_redirect_to(ACCOUNT).await;
    page.says("notice-session-ended");
    assert!(!page.text().contains("iPhone") && !page.has_button_to(END_OTHERS));
    assert!(!is_signed_in(&phone).await && is_signed_in(&laptop).await);
    laptop.get(ACCOUNT).await.does_not_say("notice-session-ended");
}

#[tokio::test]
async fn all_others_can_be_signed_out_at_once() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (current, one, two) = (app.browser(), app.browser(), app.browser());
    for browser in [&one, &two, &current] {
        sign_in(browser, &ada.email, OLD).await;
    }
    let page = current.get(ACCOUNT).await.submit_to(END_OTHERS).await.follow_redirect_to(ACCOUNT).await;
    page.says("notice-others-ended");
    assert!(is_signed_in(&current).await && !is_signed_in(&one).await && !is_signed_in(&two).await);
}

#[tokio::test]
async fn all_devices_can_be_signed_out_including_this_one() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (current, other) = (app.browser(), app.browser());
    sign_in(&other, &ada.email, OLD).await;
    let page = sign_in(&current, &ada.email, OLD).await;
    let page = page.submit_to(END_ALL).await.follow_redirect_to(SIGN_IN).await;
    page.says("notice-everywhere-ended");
    assert!(!is_signed_in(&current).await && !is_signed_in(&other).await);
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let eve = app.new_user("eve@example.org").with_password(OLD).make().await;
    let (one, two, evil) = (app.browser(), app.browser(), app.browser());
    sign_in(&one, &ada.email, OLD).await;
    let page = sign_in(&two, &ada.email, OLD).await;
    let forms = page.forms();
    let path = &forms.iter().find(|form| form.action.ends_with("/end")).unwrap().action;
    let csrf = sign_in(&evil, &eve.email, OLD).await.value("csrf");
    evil.post(path, &[("csrf".to_owned(), csrf)]).await.shows_error(404, "not-found");
    assert!(is_signed_in(&one).await);
}

#[tokio::test]
async fn changing_the_password_needs_the_current_one() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    sign_in(&browser, &ada.email, OLD).await;
    change_password(&browser, Some("wrong"), NEW).await.shows_refusal("password.current");
    change_password(&browser, Some(""), NEW).await.shows_refusal("password.current");
    let page = browser.get(ACCOUNT_PASSWORD).await;
    let bare = [("csrf".to_owned(), page.value("csrf")), ("newPassword".to_owned(), NEW.to_owned())];
    browser.post(ACCOUNT_PASSWORD, &bare).await.shows_refusal("password.current");
    let page = change_password(&browser, Some(OLD), "password123").await;
    page.shows_refusal("password.rejected").says("password-rejected-pwned");
    let page = change_password(&browser, Some(OLD), NEW).await.follow_redirect_to(ACCOUNT).await;
    page.says("notice-password-changed");
    try_sign_in(&app.browser(), &ada.email, OLD).await.shows_refusal("credentials.wrong");
    sign_in(&app.browser(), &ada.email, NEW).await;
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
}

#[tokio::test]
async fn a_first_password_needs_none() {
    let app = TestApp::with(json!({ "settings": { "afterPasswordChange": { "revoke": "none" } } })).await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    sign_in(&browser, &ada.email, OLD).await;
    remove_password(&app, &ada.id).await;
    let page = browser.get(ACCOUNT_PASSWORD).await;
    page.says("password-first-title");
    assert!(!page.forms().iter().any(|form| form.has("currentPassword")));
    change_password(&browser, None, NEW).await.follow_redirect_to(ACCOUNT).await;
    sign_in(&app.browser(), &ada.email, NEW).await;
    app.deliver().await;
}

/// No page takes a password away yet; an import might.
async fn remove_password(app: &TestApp, id: &str) {
    let (store, id) = (app.database.store.clone(), id.to_owned());
    app.run(|_| async move {
        let mut tx = store.write().await.unwrap();
        let sql = "update users set password_digest = null where id = $1";
        tx.run(sql, rekey_core::args![id]).await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_change_signs_out_the_others_and_gives_this_one_a_new_token() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (current, copied, other) = (app.browser(), app.browser(), app.browser());
    sign_in(&other, &ada.email, OLD).await;
    sign_in(&current, &ada.email, OLD).await;
    copied.restore(current.jar());
    change_password(&current, Some(OLD), NEW).await.follow_redirect_to(ACCOUNT).await;
    assert_ne!(current.cookie("session"), copied.cookie("session"));
    assert!(is_signed_in(&current).await && !is_signed_in(&copied).await && !is_signed_in(&other).await);
    app.deliver().await;
}

#[tokio::test]
async fn a_change_signs_out_everybody_where_the_operator_says_so() {
    let app = TestApp::with(json!({ "settings": { "afterPasswordChange": { "revoke": "all" } } })).await;
    let ada = create_ada(&app).await;
    let (current, other) = (app.browser(), app.browser());
    sign_in(&other, &ada.email, OLD).await;
    sign_in(&current, &ada.email, OLD).await;
    let page = change_password(&current, Some(OLD), NEW).await.follow_redirect_to(SIGN_IN).await;
    page.says("notice-password-changed");
    assert!(!is_signed_in(&current).await && !is_signed_in(&other).await);
    app.deliver().await;
}

#[tokio::test]
async fn a_change_signs_out_nobody_where_the_operator_says_so() {
    let app = TestApp::with(json!({ "settings": { "afterPasswordChange": { "revoke": "none" } } })).await;
    let ada = create_ada(&app).await;
    let (current, other) = (app.browser(), app.browser());
    sign_in(&other, &ada.email, OLD).await;
    sign_in(&current, &ada.email, OLD).await;
    change_password(&current, Some(OLD), NEW).await.follow_redirect_to(ACCOUNT).await;
    assert!(is_signed_in(&current).await && is_signed_in(&other).await);
    app.deliver().await;
}

#[tokio::test]
async fn a_reset_elsewhere_ends_the_page_that_was_open_here() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let current = app.browser();
    sign_in(&current, &ada.email, OLD).await;
    let page = current
        .get(ACCOUNT_PASSWORD)
        .await
        .fill("currentPassword", OLD)
        .fill("newPassword", "from an old tab");
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    page.submit().await.redirects_to(SIGN_IN);
    sign_in(&app.browser(), &ada.email, NEW).await;
}

#[tokio::test]
async fn the_account_page_is_for_people_who_are_signed_in() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    browser.get(ACCOUNT_PASSWORD).await.redirects_to(SIGN_IN);
    let page = browser.get(SIGN_IN).await.fill("identifier", &ada.email).fill("password", OLD).submit().await;
    page.follow_redirect_to(ACCOUNT_PASSWORD).await.says("password-change-title");
}

/// An open laptop is no place to guess: a wrong current password counts like a failed sign-in, for the same
/// lock.
#[tokio::test]
async fn wrong_current_passwords_count_for_the_sign_in_lockout() {
    let lock = serde_json::json!({ "settings": { "throttle": { "signInFailures": { "limit": 40 } } } });
    let app = TestApp::with(lock).await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    sign_in(&browser, &ada.email, OLD).await;
    let page = browser.get(ACCOUNT_PASSWORD).await.fill("currentPassword", "wrong").fill("newPassword", NEW);
    for _ in 0..39 {
        page.submit().await.shows_refusal("password.current");
    }
    assert_eq!(page.submit().await.shows_refusal("throttled").retry_after(), 3600);
    change_password(&browser, Some(OLD), NEW).await.shows_refusal("throttled");
    try_sign_in(&app.browser(), &ada.email, OLD).await.shows_refusal("throttled");
    let locks = "select count(*) from audit_log where event = 'identifier_lockout'";
    assert_eq!(db_dump::query_number(&app, locks).await, 1);
    assert!(is_signed_in(&browser).await, "who is inside stays inside");
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    sign_in(&app.browser(), &ada.email, NEW).await;
}
