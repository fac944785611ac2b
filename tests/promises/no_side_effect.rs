//! no_side_effect: asking for a reset changes nothing for the account: its row, its password, its sessions
//! stay.

use serde_json::json;

use super::{
    CODE, CookieClient, LINK, PASSWORD, RESEND, can_sign_in, create_user, request_code, without_throttles,
    wrong_code,
};
use crate::support::app::TestApp;
use crate::support::db_dump;

#[tokio::test]
async fn no_side_effect() {
    let app = TestApp::with(without_throttles()).await;
    let ada = create_user(&app, "ada@example.org").await;
    let owner = CookieClient::new(&app).await;
    let fields = [("identifier", ada.email.as_str()), ("password", PASSWORD)];
    owner.post("/sign-in", &fields).await.redirects_to("/account");
    let before = db_dump::all(&app).await;

    let (attacker, code) = request_code(&app, &ada.email).await;
    attacker.enter_code(&wrong_code(&code)).await.shows_refusal("code.wrong");
    app.clock.advance(31);
    attacker.post(RESEND, &[]).await.redirects_to(CODE);
    for _ in 0..10 {
        attacker.enter_code(&wrong_code(&code)).await;
    }
    let scanner = CookieClient::new(&app).await;
    scanner.browser.get(&app.inbox_of(&ada.email).await.link_path()).await.redirects_to(LINK);
    scanner.browser.get(LINK).await;
    attacker.post("/forgot-password/change-address", &[]).await;

    let after = db_dump::all(&app).await;
    for table in ["users", "sessions", "repudiations"] {
        assert_eq!(before[table], after[table], "{table}");
    }
    assert_eq!(owner.browser.get("/account").await.status, 200, "the session lives");
    assert!(can_sign_in(&app, &ada.email, PASSWORD).await, "the old password signs in");
}

/// The right code alone is no change either.
#[tokio::test]
async fn a_verified_code_changes_nothing_yet() {
    let app = TestApp::with(without_throttles()).await;
    let ada = create_user(&app, "ada@example.org").await;
    let before = db_dump::all(&app).await;
    let client = super::obtain_grant(&app, &ada.email).await;
    client.choose_password("short").await.shows_refusal("password.rejected");
    let after = db_dump::all(&app).await;
    assert_eq!(before["users"], after["users"]);
    assert!(can_sign_in(&app, &ada.email, PASSWORD).await);
}

/// What an attacker spends on recovery is not taken from sign-in, and the other way round (FP-4, AU-2).
#[tokio::test]
async fn a_spent_recovery_does_not_lock_the_account() {
    let app = TestApp::start().await;
    let ada = create_user(&app, "ada@example.org").await;
    for _ in 0..11 {
        let (client, code) = request_code(&app, &ada.email).await;
        for _ in 0..10 {
            client.enter_code(&wrong_code(&code)).await;
        }
        app.clock.advance(61);
    }
    assert!(can_sign_in(&app, &ada.email, PASSWORD).await);
}

/// The lock of an hour closes before there are a hundred failures in a row, and before the network has too
/// many: those are other promises.
#[tokio::test]
async fn a_locked_sign_in_leaves_recovery_open() {
    let early = json!({ "settings": { "throttle": { "signInFailures": { "limit": 40 } } } });
    let app = TestApp::with(early).await;
    let ada = create_user(&app, "ada@example.org").await;
    let client = CookieClient::new(&app).await;
    let wrong = [("identifier", ada.email.as_str()), ("password", "not the password")];
    while client.post("/sign-in", &wrong).await.status != 429 {}
    assert!(!can_sign_in(&app, &ada.email, PASSWORD).await, "locked");
    super::obtain_grant(&app, &ada.email)
        .await
        .choose_password("a much better phrase")
        .await
        .redirects_to("/forgot-password/done");
    assert!(can_sign_in(&app, &ada.email, "a much better phrase").await, "a reset unlocks");
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
}
