//! Who must change the password before they go on: the page that they can't get past, and what it lets them
//! do.

use serde_json::json;

use super::{LEAKED, SHORT, audit_entries, create_ada, program, settings, sign_in_stopped};
use crate::http::pages::steps::{
    ACCOUNT, ACCOUNT_PASSWORD, NEW, OLD, SIGN_IN, is_signed_in, sign_in, try_sign_in,
};
use crate::support::app::TestApp;
use crate::support::page::Page;

const SIGN_OUT: &str = "/sign-out";

fn asks_for_current(page: &Page) -> bool {
    page.forms().iter().any(|form| form.has("currentPassword"))
}

#[tokio::test]
async fn a_restricted_session_reaches_only_the_new_password_page() {
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    let page = sign_in_stopped(&browser, &ada).await;
    page.says("password-rejected-too-short").says("weak-required").does_not_say("not-now");
    assert!(!asks_for_current(&page), "it was typed a moment ago");
    assert_eq!(page.links().iter().filter(|link| link.starts_with(ACCOUNT)).count(), 0, "{:?}", page.links());
    for path in [ACCOUNT, "/", "/.well-known/change-password"] {
        assert_ne!(browser.get(path).await.status(), 200, "{path}");
    }
    browser.get(ACCOUNT).await.redirects_to(ACCOUNT_PASSWORD);
    let page = page.fill("newPassword", NEW).submit().await.follow_redirect_to(ACCOUNT).await;
    page.says("notice-password-changed").shows("Firefox, Linux");
    assert_eq!(audit_entries(&app).await, [("required".to_owned(), Some(ada.id.clone()))]);
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
    try_sign_in(&app.browser(), &ada.email, SHORT).await.shows_refusal("credentials.wrong");
    sign_in(&app.browser(), &ada.email, NEW).await;
}

#[tokio::test]
async fn a_refused_new_password_keeps_the_session_restricted() {
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    let page = sign_in_stopped(&browser, &ada).await;
    for (new, why) in [(LEAKED, "password-rejected-pwned"), (SHORT, "password-rejected-too-short")] {
        let page = page.clone().fill("newPassword", new).submit().await;
        page.shows_refusal("password.rejected").says(why).says("weak-title").says("weak-required");
        assert!(!asks_for_current(&page));
        browser.get(ACCOUNT).await.redirects_to(ACCOUNT_PASSWORD);
    }
    browser.get(ACCOUNT_PASSWORD).await.says("password-rejected-too-short");
    page.fill("newPassword", NEW).submit().await.redirects_to(ACCOUNT);
    app.deliver().await;
}

#[tokio::test]
async fn a_restricted_session_ends_no_other_and_is_not_listed() {
    let app = program("require").await;
    let ada = create_ada(&app, OLD).await;
    let (full, bound) = (app.browser(), app.browser());
    sign_in(&full, &ada.email, OLD).await;
    make_weak(&app).await;
    let page = sign_in_stopped(&bound, &ada).await;
    let csrf = [("csrf".to_owned(), page.value("csrf"))];
    for path in ["/account/sessions/end-others", "/account/sessions/end-all", "/account/sessions/none/end"] {
        bound.post(path, &csrf).await.redirects_to(ACCOUNT_PASSWORD);
    }
    let page = full.get(ACCOUNT).await;
    assert!(!page.has_button_to("/account/sessions/end-others"), "only this one is listed");
    // Whoever is really here can end it, though.
    full.post("/account/sessions/end-others", &[("csrf".to_owned(), page.value("csrf"))])
        .await
        .redirects_to(ACCOUNT);
    bound.get(ACCOUNT_PASSWORD).await.redirects_to(SIGN_IN);
    assert!(is_signed_in(&full).await);
}

/// The operator raises the least length: a password that was fine is not any more.
async fn make_weak(app: &TestApp) {
    change_settings(app, |settings| settings.sign_in_experience.password_policy.length.min = 30).await;
}

async fn change_settings(
    app: &TestApp,
    change: impl FnOnce(&mut rekey_core::settings::Settings) + Send + 'static,
) {
    app.run(|program| async move {
        let mut snapshot = (*program.core.snapshot()).clone();
        change(&mut snapshot.settings);
        rekey_core::snapshot::apply_snapshot(&program.core, snapshot);
    })
    .await;
}

#[tokio::test]
async fn signing_out_is_always_possible() {
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    let page = sign_in_stopped(&browser, &ada).await;
    let stored = browser.jar();
    page.submit_to(SIGN_OUT).await.redirects_to(SIGN_IN);
    assert_eq!(browser.cookie("session"), None);
    browser.get(SIGN_IN).await.says("notice-signed-out");
    browser.restore(stored);
    browser.get(ACCOUNT_PASSWORD).await.redirects_to(SIGN_IN);
}

#[tokio::test]
async fn the_sign_in_page_stays_open_for_somebody_else() {
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let eve = app.new_user("eve@example.org").with_password(OLD).make().await;
    let browser = app.browser();
    sign_in_stopped(&browser, &ada).await;
    let stored = browser.jar();
    browser.get(SIGN_IN).await.says("sign-in-title");
    let page = sign_in(&browser, &eve.email, OLD).await;
    page.shows(&eve.email);
    browser.get(ACCOUNT_PASSWORD).await.does_not_say("weak-title");
    browser.restore(stored);
    browser.get(ACCOUNT_PASSWORD).await.redirects_to(SIGN_IN);
}

#[tokio::test]
async fn the_change_ends_other_sessions_and_lifts_the_restriction() {
    let app = program("require").await;
    let ada = create_ada(&app, OLD).await;
    let (current, other) = (app.browser(), app.browser());
    sign_in(&other, &ada.email, OLD).await;
    make_weak(&app).await;
    let page = sign_in_stopped(&current, &ada).await;
    let new = "a walrus in the library of Alexandria";
    page.fill("newPassword", new).submit().await.follow_redirect_to(ACCOUNT).await;
    assert!(!is_signed_in(&other).await);
    app.clock.advance(13 * 24 * 3600);
    assert!(is_signed_in(&current).await, "not for ten minutes only");
    app.deliver().await;
}

#[tokio::test]
async fn the_change_signs_out_everybody_or_nobody_where_the_operator_says_so() {
    for (revoke, lands, keeps) in [("all", SIGN_IN, false), ("none", ACCOUNT, true)] {
        let mut file = settings("require");
        file["settings"]["afterPasswordChange"] = json!({ "revoke": revoke });
        let app = TestApp::with(file).await;
        let ada = create_ada(&app, OLD).await;
        let (current, other) = (app.browser(), app.browser());
        sign_in(&other, &ada.email, OLD).await;
        make_weak(&app).await;
        let page = sign_in_stopped(&current, &ada).await;
        assert_eq!(page.contains_message("password-everywhere"), revoke == "all");
        assert!(!page.contains_message("password-others"));
        let page = page.fill("newPassword", "a walrus in the library of Alexandria").submit().await;
        page.follow_redirect_to(lands).await.says("notice-password-changed");
        assert_eq!((is_signed_in(&current).await, is_signed_in(&other).await), (keeps, keeps), "{revoke}");
        app.deliver().await;
    }
}

/// Changed settings let nobody off who was told to change; where nobody may change any more, signing in is
/// not restricted.
#[tokio::test]
async fn changed_settings_neither_lift_the_restriction_nor_lock_users_out() {
    use rekey_core::settings::PasswordCompliance;
    let app = program("require").await;
    let ada = create_ada(&app, SHORT).await;
    let browser = app.browser();
    sign_in_stopped(&browser, &ada).await;
    change_settings(&app, |settings| {
        settings.sign_in_experience.password_compliance = PasswordCompliance::Off
    })
    .await;
    browser.get(ACCOUNT).await.redirects_to(ACCOUNT_PASSWORD);
    change_settings(&app, |settings| settings.account_center.enabled = false).await;
    browser.get(ACCOUNT_PASSWORD).await.redirects_to(SIGN_IN);
    sign_in(&browser, &ada.email, SHORT).await;
}
