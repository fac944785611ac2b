//! Passwords that were fine once: what somebody meets who signs in with one that today's policy would not
//! take. Here is who is left alone and who is told; who must change it first is in `required`.

mod proof;
mod required;

use std::collections::HashSet;

use rekey_core::audit;
use scraper::{Html, Selector};
use serde_json::{Value, json};

use crate::http::pages::steps::{
    ACCOUNT, ACCOUNT_PASSWORD, NEW, OLD, SIGN_IN, is_signed_in, sign_in, try_sign_in,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;
use crate::support::people::TestUser;

/// Shorter than today's policy wants; administrators may set it.
const SHORT: &str = "walrus";
/// On every list of leaked passwords.
const LEAKED: &str = "password123";

fn settings(setting: &str) -> Value {
    json!({ "settings": { "signInExperience": { "passwordCompliance": setting } } })
}

async fn program(setting: &str) -> TestApp {
    TestApp::with(settings(setting)).await
}

/// Ada, whose password is from another time.
async fn create_ada(app: &TestApp, password: &str) -> TestUser {
    app.new_user("ada@example.org").with_password(password).make().await
}

/// Signs in and is sent to the password's page.
async fn sign_in_stopped(browser: &Browser, user: &TestUser) -> Page {
    let page =
        try_sign_in(browser, &user.email, &user.password).await.follow_redirect_to(ACCOUNT_PASSWORD).await;
    page.says("weak-title").says("weak-lead");
    page
}

/// What the audit log says of weak passwords: result and person, oldest first.
async fn audit_entries(app: &TestApp) -> Vec<(String, Option<String>)> {
    let rows = app.run(|program| async move { audit::newest(&program.core, 100).await.unwrap() }).await;
    let rows = rows.into_iter().rev().filter(|row| row.event == "password_compliance");
    rows.map(|row| (row.result, row.user_id)).collect()
}

/// The reasons in a list of the page.
fn reasons(page: &Page, list: &str) -> Vec<String> {
    let (html, items) = (Html::parse_document(&page.html), Selector::parse(&format!("{list} li")).unwrap());
    html.select(&items).map(|item| item.text().collect()).collect()
}

#[tokio::test]
async fn without_the_setting_no_password_is_checked_at_sign_in() {
    for app in [TestApp::start().await, program("off").await] {
        let ada = create_ada(&app, SHORT).await;
        sign_in(&app.browser(), &ada.email, SHORT).await.does_not_say("weak-lead");
        assert_eq!(audit_entries(&app).await, []);
    }
}

#[tokio::test]
async fn a_compliant_password_causes_no_notification() {
    for setting in ["notify", "require"] {
        let app = program(setting).await;
        let ada = create_ada(&app, OLD).await;
        let browser = app.browser();
        sign_in(&browser, &ada.email, OLD).await;
        browser.get(ACCOUNT_PASSWORD).await.says("password-change-title").does_not_say("weak-lead");
        assert_eq!(audit_entries(&app).await, []);
    }
}

#[tokio::test]
async fn a_notified_user_may_continue() {
    let app = program("notify").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    let page = sign_in_stopped(&browser, &ada).await;
    page.says("password-rejected-too-short").says("weak-advised").says("not-now");
    assert!(page.links().contains(&ACCOUNT.to_owned()), "{:?}", page.links());
    browser.get(ACCOUNT_PASSWORD).await.says("weak-title").says("password-rejected-too-short");
    browser.get(ACCOUNT).await.says("account-title");
    browser.get(ACCOUNT_PASSWORD).await.does_not_say("weak-title").says("password-change-title");
    assert_eq!(audit_entries(&app).await, [("notified".to_owned(), Some(ada.id.clone()))]);
    // The next sign-in says so again.
    sign_in_stopped(&app.browser(), &ada).await;
}

#[tokio::test]
async fn a_notified_user_may_change_the_password_at_once() {
    let app = program("notify").await;
    let ada = create_ada(&app, LEAKED).await;
    let (current, other) = (app.browser(), app.browser());
    sign_in_stopped(&other, &ada).await;
    let page = sign_in_stopped(&current, &ada).await;
    page.says("password-rejected-pwned");
    page.clone()
        .fill("currentPassword", "wrong")
        .fill("newPassword", NEW)
        .submit()
        .await
        .shows_refusal("password.current");
    let page = page.fill("currentPassword", LEAKED).fill("newPassword", NEW).submit().await;
    page.follow_redirect_to(ACCOUNT).await.says("notice-password-changed");
    current.get(ACCOUNT_PASSWORD).await.does_not_say("weak-title");
    assert!(!is_signed_in(&other).await);
    sign_in(&app.browser(), &ada.email, NEW).await;
    app.deliver().await;
}

#[tokio::test]
async fn a_refused_new_password_is_all_that_the_page_lists() {
    let app = program("notify").await;
    let ada = create_ada(&app, SHORT).await;
    let page = sign_in_stopped(&app.browser(), &ada).await;
    let page = page.fill("currentPassword", SHORT).fill("newPassword", LEAKED).submit().await;
    page.shows_refusal("password.rejected").says("weak-title").says("not-now");
    assert_eq!((reasons(&page, ".advice").len(), reasons(&page, "#newPassword-note").len()), (0, 1));
}

#[tokio::test]
async fn what_was_wrong_is_forgotten_with_the_session() {
    let app = program("notify").await;
    let ada = create_ada(&app, SHORT).await;
    let eve = app.new_user("eve@example.org").with_password(OLD).make().await;
    let browser = app.browser();
    sign_in_stopped(&browser, &ada).await;
    let stored = browser.jar();
    let page = try_sign_in(&browser, &eve.email, OLD).await;
    page.follow_redirect_to(ACCOUNT).await;
    browser.get(ACCOUNT_PASSWORD).await.does_not_say("weak-title");
    browser.restore(stored);
    sign_in_stopped(&browser, &ada).await;
    browser.get(ACCOUNT).await.submit_to("/sign-out").await.redirects_to(SIGN_IN);
    browser.get(SIGN_IN).await.says("notice-signed-out").does_not_say("weak-title");
}

#[tokio::test]
async fn the_original_target_is_kept_until_afterwards() {
    let app = program("notify").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    browser.get(ACCOUNT_PASSWORD).await.redirects_to(SIGN_IN);
    let page = sign_in_stopped(&browser, &ada).await;
    assert!(page.links().contains(&ACCOUNT.to_owned()), "the same page again would be a circle");
}

#[tokio::test]
async fn a_wrong_password_reveals_no_weakness() {
    let mut seen = HashSet::new();
    for setting in ["off", "notify", "require"] {
        let app = program(setting).await;
        let ada = create_ada(&app, SHORT).await;
        app.new_user("eve@example.org").with_password(SHORT).suspended().make().await;
        for (identifier, password) in
            [(ada.email.as_str(), LEAKED), (&ada.email, ""), ("eve@example.org", SHORT)]
        {
            let browser = app.browser();
            let page = try_sign_in(&browser, identifier, password).await;
            page.shows_refusal("credentials.wrong");
            assert_eq!(browser.cookie("session"), None);
            seen.insert(page.text());
        }
        assert_eq!(audit_entries(&app).await, []);
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[tokio::test]
async fn users_who_can_not_change_it_are_not_notified() {
    for center in [json!({ "enabled": false }), json!({ "fields": { "password": "ReadOnly" } })] {
        for setting in ["notify", "require"] {
            let mut file = settings(setting);
            file["settings"]["accountCenter"] = center.clone();
            let app = TestApp::with(file).await;
            let ada = create_ada(&app, SHORT).await;
            sign_in(&app.browser(), &ada.email, SHORT).await;
            assert_eq!(audit_entries(&app).await, []);
        }
    }
}

/// The judgement is the one that a new password gets, in its words and its order.
#[tokio::test]
async fn the_reasons_are_those_that_a_new_password_gets() {
    let mut file = settings("notify");
    file["settings"]["signInExperience"]["passwordPolicy"] = json!({
        "length": { "min": 10, "max": 20 }, "characterTypes": { "min": 3 }, "rejects": { "words": ["kitten"] },
    });
    let app = TestApp::with(file).await;
    for (number, password) in [
        "a",
        LEAKED,
        "aaaaaaaaaaaa",
        "abcdefgh1234",
        "kitten",
        "ada-ada-ada",
        "ünïcode",
        "Tr0ub4dor&3 and so much more",
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("ada{number}@example.org");
        let user =
            app.new_user(&email).with_username(&format!("ada{number}")).with_password(password).make().await;
        let page = sign_in_stopped(&app.browser(), &user).await;
        let refused =
            page.clone().fill("currentPassword", password).fill("newPassword", password).submit().await;
        refused.shows_refusal("password.rejected");
        let advice = reasons(&page, ".advice");
        assert!(!advice.is_empty(), "{password}");
        assert_eq!(advice, reasons(&refused, "#newPassword-note"), "{password}");
    }
}

#[tokio::test]
async fn weak_passwords_are_counted_in_the_audit_log() {
    let app = program("notify").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    sign_in_stopped(&browser, &ada).await;
    let counted = "rekey_events_total{event=\"password_compliance\",result=\"notified\"} 1";
    assert!(app.admin().await.get("/metrics").await.html.contains(counted));
}
