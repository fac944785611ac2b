//! Signing in and out.

use serde_json::json;

use super::steps::{
    ACCOUNT, DONE, NEW, OLD, SIGN_IN, create_ada, is_signed_in, obtain_grant, reset_password, sign_in,
    try_sign_in,
};
use crate::support::app::TestApp;

#[tokio::test]
async fn every_identifier_of_a_user_signs_in() {
    let app = TestApp::start().await;
    let ada = app.new_user("ada@example.org").with_phone("+12025550143").with_username("Ada_L");
    ada.with_password(OLD).make().await;
    for name in ["ada@example.org", " ADA@Example.ORG ", "+1 202 555 0143", "0012025550143", "ada_l", "ADA_L"]
    {
        sign_in(&app.browser(), name, OLD).await.shows("ada@example.org");
    }
}

#[tokio::test]
async fn every_failed_sign_in_gets_the_same_page() {
    let app = TestApp::start().await;
    create_ada(&app).await;
    app.new_user("eve@example.org").with_password(OLD).suspended().make().await;
    app.new_user("bob@example.org").make().await;
    let tries = [
        ("ada@example.org", "wrong"),
        ("ada@example.org", ""),
        ("nobody@example.org", OLD),
        ("eve@example.org", OLD),
        ("bob@example.org", ""),
        ("not an identifier", OLD),
        ("", ""),
    ];
    for (identifier, password) in tries {
        let page = try_sign_in(&app.browser(), identifier, password).await;
        page.shows_refusal("credentials.wrong");
        assert_eq!(
            (page.value("identifier"), page.value("password")),
            (identifier.to_owned(), String::new())
        );
    }
}

#[tokio::test]
async fn failures_lock_out_known_and_unknown_alike_and_a_reset_unlocks() {
    let app = TestApp::with(low_lockout_limit()).await;
    let ada = create_ada(&app).await;
    for identifier in [ada.email.as_str(), "nobody@example.org"] {
        let page = app.browser().get(SIGN_IN).await.fill("identifier", identifier).fill("password", "wrong");
        for _ in 0..39 {
            page.submit().await.shows_refusal("credentials.wrong");
        }
        // The failure that closes the lock is itself answered as locked.
        for _ in 0..2 {
            let locked = page.submit().await;
            locked.shows_refusal("throttled");
            assert_eq!(locked.retry_after(), 3600, "{identifier}");
        }
    }
    try_sign_in(&app.browser(), &ada.email, OLD).await.shows_refusal("throttled");
    reset_password(&app, &app.browser(), &ada.email, NEW).await;
    sign_in(&app.browser(), &ada.email, NEW).await;
}

/// Before there are so many failures in a row that the password waits for a reset, as it comes.
fn low_lockout_limit() -> serde_json::Value {
    json!({ "settings": { "throttle": { "signInFailures": { "limit": 40 } } } })
}

#[tokio::test]
async fn a_lockout_expires() {
    let app = TestApp::with(low_lockout_limit()).await;
    let ada = create_ada(&app).await;
    let page = app.browser().get(SIGN_IN).await.fill("identifier", &ada.email).fill("password", "wrong");
    for _ in 0..40 {
        page.submit().await;
    }
    app.clock.advance(3599);
    try_sign_in(&app.browser(), &ada.email, OLD).await.shows_refusal("throttled");
    app.clock.advance(1);
    sign_in(&app.browser(), &ada.email, OLD).await;
}

#[tokio::test]
async fn a_success_clears_earlier_failures() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let page = app.browser().get(SIGN_IN).await.fill("identifier", &ada.email).fill("password", "wrong");
    for _ in 0..99 {
        page.submit().await.shows_refusal("credentials.wrong");
    }
    sign_in(&app.browser(), &ada.email, OLD).await;
    page.submit().await.shows_refusal("credentials.wrong");
    sign_in(&app.browser(), &ada.email, OLD).await;
}

#[tokio::test]
async fn a_foreign_digest_signs_in_and_is_rehashed() {
    let app = TestApp::start().await;
    let digest = app.run(|_| async { bcrypt::hash(OLD, 4).unwrap() }).await;
    let eve = app.new_user("eve@example.org").with_digest(&digest).make().await;
    try_sign_in(&app.browser(), &eve.email, "wrong").await.shows_refusal("credentials.wrong");
    let digest_now = async || app.user("eve@example.org").await.unwrap().password_digest.unwrap();
    assert_eq!(digest_now().await, digest);
    sign_in(&app.browser(), &eve.email, OLD).await;
    assert!(digest_now().await.starts_with("$argon2id$"), "{}", digest_now().await);
    sign_in(&app.browser(), &eve.email, OLD).await;
}

#[tokio::test]
async fn a_bootstrap_password_is_not_restored_at_the_next_start() {
    let digest = bcrypt::hash(OLD, 4).unwrap();
    let eve = json!({
        "id": "eve", "primaryEmail": "eve@example.org",
        "passwordDigest": digest, "passwordAlgorithm": "Bcrypt",
    });
    let app = TestApp::with(json!({ "users": [eve] })).await;
    sign_in(&app.browser(), "eve@example.org", OLD).await;
    reset_password(&app, &app.browser(), "eve@example.org", NEW).await;
    let next = app.second_instance().await;
    try_sign_in(&next.browser(), "eve@example.org", OLD).await.shows_refusal("credentials.wrong");
    sign_in(&next.browser(), "eve@example.org", NEW).await;
}

#[tokio::test]
async fn who_is_signed_in_is_sent_to_their_account() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    browser.get("/").await.redirects_to(SIGN_IN);
    sign_in(&browser, &ada.email, OLD).await;
    browser.get("/").await.redirects_to(ACCOUNT);
    browser.get(SIGN_IN).await.redirects_to(ACCOUNT);
}

#[tokio::test]
async fn signing_out_ends_the_session_itself() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = sign_in(&browser, &ada.email, OLD).await;
    let stored = browser.jar();
    let left = page.submit_to("/sign-out").await;
    left.redirects_to(SIGN_IN);
    assert_eq!(left.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(browser.cookie("session"), None);
    browser.get(SIGN_IN).await.says("notice-signed-out");
    browser.restore(stored);
    assert!(!is_signed_in(&browser).await, "a kept cookie is worth nothing");
}

#[tokio::test]
async fn a_presented_session_id_is_never_adopted() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (browser, other) = (app.browser(), app.browser());
    browser.set_cookie("session", "chosen-by-somebody-else");
    sign_in(&browser, &ada.email, OLD).await;
    let first = browser.cookie("session").unwrap();
    assert_ne!(first, "chosen-by-somebody-else");
    other.restore(browser.jar());
    sign_in(&browser, &ada.email, OLD).await;
    assert_ne!(browser.cookie("session").unwrap(), first);
    assert!(!is_signed_in(&other).await, "the session before ended");
}

#[tokio::test]
async fn a_session_ends_after_two_idle_weeks_or_thirty_days() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (quiet, busy) = (app.browser(), app.browser());
    sign_in(&quiet, &ada.email, OLD).await;
    sign_in(&busy, &ada.email, OLD).await;
    for _ in 0..4 {
        app.clock.advance(7 * 24 * 3600);
        assert!(is_signed_in(&busy).await);
    }
    assert!(!is_signed_in(&quiet).await);
    app.clock.advance(2 * 24 * 3600);
    assert!(!is_signed_in(&busy).await);
}

#[tokio::test]
async fn suspending_a_user_ends_their_session_at_once() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    sign_in(&browser, &ada.email, OLD).await;
    suspend(&app).await;
    assert!(!is_signed_in(&browser).await);
}

async fn suspend(app: &TestApp) {
    crate::support::db_dump::execute(app, "update users set is_suspended = true").await;
}

/// Whoever signs in with the old password while its owner resets it must not be left inside.
#[tokio::test]
async fn a_sign_in_at_the_moment_of_a_reset_does_not_outlive_it() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let (mut old, mut new) = (OLD, NEW);
    for _ in 0..10 {
        app.clock.advance(3600);
        let attacker = app.browser();
        let entering = attacker.get(SIGN_IN).await.fill("identifier", &ada.email).fill("password", old);
        let choosing = obtain_grant(&app, &app.browser(), &ada.email).await.fill("newPassword", new);
        tokio::join!(entering.submit(), async {
            choosing.submit().await.redirects_to(DONE);
        });
        assert!(!is_signed_in(&attacker).await);
        (old, new) = (new, old);
    }
    app.deliver().await;
}
