//! A session that only changes a password stands for the password that was typed a moment before: how long,
//! how often, and for which password.

use serde_json::json;

use super::{SHORT, create_ada, program, settings, sign_in_stopped};
use crate::http::pages::steps::{
    ACCOUNT, ACCOUNT_PASSWORD, NEW, OLD, SIGN_IN, is_signed_in, reset_password, sign_in, try_sign_in,
};
use crate::support::app::TestApp;
use crate::support::people::set_password;

const ANOTHER: &str = "an otter in the observatory";

#[tokio::test]
async fn a_restricted_session_lasts_as_long_as_a_grant() {
    for (ttl, file) in [(600, json!({})), (60, json!({ "settings": { "recovery": { "grantTtl": 60 } } }))] {
        let mut all = settings("require");
        if let Some(recovery) = file.pointer("/settings/recovery") {
            all["settings"]["recovery"] = recovery.clone();
        }
        let app = TestApp::with(all).await;
        let ada = create_ada(&app, SHORT).await;
        let browser = app.browser();
        let page = sign_in_stopped(&browser, &ada).await.fill("newPassword", NEW);
        app.clock.advance(ttl - 1);
        browser.get(ACCOUNT_PASSWORD).await.says("weak-title");
        app.clock.advance(1);
        page.submit().await.redirects_to(SIGN_IN);
        browser.get(SIGN_IN).await.says("session-over");
        browser.get(SIGN_IN).await.does_not_say("session-over");
        browser.get(ACCOUNT_PASSWORD).await.redirects_to(SIGN_IN);
        let page = sign_in_stopped(&browser, &ada).await;
        page.fill("newPassword", NEW).submit().await.follow_redirect_to(ACCOUNT).await;
        app.deliver().await;
    }
}

/// A copy of the cookie from before the change is worth nothing after it, and was worth nothing but the
/// change before.
#[tokio::test]
async fn a_copied_cookie_never_gets_past_the_change() {
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let (browser, attacker) = (app.browser(), app.browser());
    let page = sign_in_stopped(&browser, &ada).await;
    attacker.restore(browser.jar());
    attacker.get(ACCOUNT).await.redirects_to(ACCOUNT_PASSWORD);
    page.fill("newPassword", NEW).submit().await.follow_redirect_to(ACCOUNT).await;
    assert_ne!(browser.cookie("session"), attacker.cookie("session"));
    for path in [ACCOUNT, ACCOUNT_PASSWORD] {
        attacker.get(path).await.redirects_to(SIGN_IN);
    }
    assert!(is_signed_in(&browser).await);
    app.deliver().await;
}

#[tokio::test]
async fn a_restricted_session_changes_the_password_once() {
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    let page = sign_in_stopped(&browser, &ada).await;
    let jar = browser.jar();
    page.clone().fill("newPassword", NEW).submit().await.redirects_to(ACCOUNT);
    browser.restore(jar);
    page.fill("newPassword", ANOTHER).submit().await.redirects_to(SIGN_IN);
    sign_in(&app.browser(), &ada.email, NEW).await;
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
}

#[tokio::test]
async fn a_restricted_session_changes_the_password_once_even_in_parallel() {
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    let page = sign_in_stopped(&browser, &ada).await;
    let (one, two) = (page.clone().fill("newPassword", NEW), page.fill("newPassword", ANOTHER));
    let (one, two) = tokio::join!(one.submit(), two.submit());
    let mut seen = [one.location().to_owned(), two.location().to_owned()];
    seen.sort();
    assert_eq!(seen, [ACCOUNT, SIGN_IN]);
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
}

#[tokio::test]
async fn a_second_tab_requires_the_current_password_after_the_first_changed_it() {
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    let first = sign_in_stopped(&browser, &ada).await;
    let second = browser.get(ACCOUNT_PASSWORD).await;
    first.fill("newPassword", NEW).submit().await.redirects_to(ACCOUNT);
    let late = second.fill("newPassword", ANOTHER).submit().await;
    late.shows_refusal("password.current").says("password-change-title");
    assert!(late.forms().iter().any(|form| form.has("currentPassword")));
    sign_in(&app.browser(), &ada.email, NEW).await;
    app.deliver().await;
}

/// Whoever knew the old password must not undo the reset by which its owner got rid of it.
#[tokio::test]
async fn a_reset_ends_a_restricted_session_even_where_sessions_stay() {
    let mut file = settings("require");
    file["settings"]["afterPasswordChange"] = json!({ "revoke": "none" });
    let app = TestApp::with(file).await;
    let ada = create_ada(&app, SHORT).await;
    let attacker = app.browser();
    let page = sign_in_stopped(&attacker, &ada).await.fill("newPassword", ANOTHER);
    app.clock.advance(1);
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    page.submit().await.redirects_to(SIGN_IN);
    attacker.get(ACCOUNT_PASSWORD).await.redirects_to(SIGN_IN);
    sign_in(&app.browser(), &ada.email, NEW).await;
}

/// A password that an administrator sets is another one too, and may be as weak.
#[tokio::test]
async fn a_restricted_session_does_not_outlive_a_new_password() {
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    let page = sign_in_stopped(&browser, &ada).await.fill("newPassword", ANOTHER);
    app.clock.advance(1);
    set_password(&app, &ada.id, "otter").await;
    page.submit().await.redirects_to(SIGN_IN);
    try_sign_in(&app.browser(), &ada.email, "otter").await.redirects_to(ACCOUNT_PASSWORD);
}

#[tokio::test]
async fn a_restricted_session_ends_with_the_account() {
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    let page = sign_in_stopped(&browser, &ada).await.fill("newPassword", NEW);
    crate::support::db_dump::execute(&app, "update users set is_suspended = true").await;
    page.submit().await.redirects_to(SIGN_IN);
    browser.get(ACCOUNT_PASSWORD).await.redirects_to(SIGN_IN);
}

/// The usual session is no such proof: somebody at an open laptop still needs the password.
#[tokio::test]
async fn an_ordinary_session_is_not_restricted() {
    let app = program("require").await;
    let ada = create_ada(&app, OLD).await;
    let browser = app.browser();
    sign_in(&browser, &ada.email, OLD).await;
    let page = browser.get(ACCOUNT_PASSWORD).await;
    let bare = [("csrf".to_owned(), page.value("csrf")), ("newPassword".to_owned(), NEW.to_owned())];
    browser.post(ACCOUNT_PASSWORD, &bare).await.shows_refusal("password.current");
    assert!(is_signed_in(&browser).await);
}
