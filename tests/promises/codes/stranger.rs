//! Somebody who asks for another's address once a minute takes nothing from them: on the pages, by mail and by phone, in every journey.

use super::super::wrong;
use super::{ADA, Journey, PHONE, RECOVERY, SIGN_IN, SIGN_UP, ada, everywhere};
use crate::support::app::TestApp;

/// Longer than the limit of messages to one address needs to be full.
const MINUTES: usize = 11;

/// A stranger asks once a minute, in a new browser each time, and each message arrives.
async fn asks_each_minute(app: &TestApp, journey: Journey, identifier: &str) {
    for _ in 0..MINUTES {
        app.clock.advance(60);
        journey.begins(app, identifier).await;
        app.deliver().await;
    }
}

async fn owner_gets_in(journey: Journey, identifier: &str, is_known: bool) {
    let app = TestApp::with(everywhere()).await;
    if is_known {
        ada(&app).await;
    }
    asks_each_minute(&app, journey, identifier).await;
    let before = app.inbox_of(identifier).await.count();
    let owner = journey.begins(&app, identifier).await;
    assert_eq!(app.inbox_of(identifier).await.count(), before, "their own message is silenced");
    let newest = app.inbox_of(identifier).await.code();
    owner.post(journey.code, &[("code", &newest)]).await.redirects_to(journey.onward);
}

#[tokio::test]
async fn the_owner_gets_in_by_the_newest_code_whoever_asked_for_it_by_mail() {
    owner_gets_in(RECOVERY, ADA, true).await;
    owner_gets_in(SIGN_IN, ADA, true).await;
    owner_gets_in(SIGN_UP, "new@example.org", false).await;
}

#[tokio::test]
async fn the_owner_gets_in_by_the_newest_code_whoever_asked_for_it_by_phone() {
    owner_gets_in(RECOVERY, PHONE, true).await;
    owner_gets_in(SIGN_IN, PHONE, true).await;
    owner_gets_in(SIGN_UP, "+12025550177", false).await;
}

/// The window that asked first goes on: with the newest code, and not with the one before it.
#[tokio::test]
async fn an_open_window_takes_the_newest_code_and_says_that_its_own_is_earlier() {
    for journey in [RECOVERY, SIGN_IN] {
        let app = TestApp::with(everywhere()).await;
        ada(&app).await;
        let owner = journey.begins(&app, ADA).await;
        let own = app.inbox_of(ADA).await.code();
        app.clock.advance(60);
        journey.begins(&app, ADA).await;
        let newest = app.inbox_of(ADA).await.code();
        let answer = owner.post(journey.code, &[("code", &own)]).await;
        answer.refused("code.earlier");
        owner.post(journey.code, &[("code", &newest)]).await.redirects_to(journey.onward);
    }
}

/// Whatever the stranger does in their own window, the code that it caused opens the owner's.
#[tokio::test]
async fn a_strangers_window_that_gave_up_or_guessed_takes_no_code_away() {
    let app = TestApp::with(everywhere()).await;
    ada(&app).await;
    for gives_up in [true, false] {
        app.clock.advance(3600);
        let stranger = RECOVERY.begins(&app, ADA).await;
        let code = app.inbox_of(ADA).await.code();
        let link = app.inbox_of(ADA).await.link_path();
        if gives_up {
            drop(stranger.post("/forgot-password/change-address", &[]).await)
        } else {
            for _ in 0..10 {
                stranger.code(&wrong(&code)).await;
            }
        }
        app.browser().get(&link).await.walks().await.says("link-ready");
        let owner = RECOVERY.begins(&app, ADA).await;
        owner.code(&code).await.redirects_to(super::super::RESET);
    }
}

/// The tries of a window are its own, and an earlier code costs one.
#[tokio::test]
async fn an_earlier_code_is_a_failure_and_tries_stay_with_their_window() {
    let app = TestApp::with(everywhere()).await;
    ada(&app).await;
    let owner = RECOVERY.begins(&app, ADA).await;
    let own = app.inbox_of(ADA).await.code();
    app.clock.advance(60);
    let stranger = RECOVERY.begins(&app, ADA).await;
    let newest = app.inbox_of(ADA).await.code();
    for _ in 0..9 {
        owner.code(&own).await.refused("code.earlier");
    }
    owner.code(&own).await.refused("code.exhausted");
    owner.code(&newest).await.refused("code.exhausted");
    stranger.code(&wrong(&newest)).await.refused("code.wrong");
    let again = RECOVERY.begins(&app, ADA).await;
    again.code(&newest).await.redirects_to(super::super::RESET);
}

/// A code opens one window, once, whichever of the open ones it is typed into.
#[tokio::test]
async fn a_code_opens_one_of_all_open_windows() {
    let app = TestApp::with(everywhere()).await;
    ada(&app).await;
    let first = RECOVERY.begins(&app, ADA).await;
    app.clock.advance(60);
    let second = RECOVERY.begins(&app, ADA).await;
    let code = app.inbox_of(ADA).await.code();
    let link = app.inbox_of(ADA).await.link_path();
    first.code(&code).await.redirects_to(super::super::RESET);
    second.code(&code).await.refused("code.earlier");
    app.browser().get(&link).await.walks().await.says("refusal-link-used");
}
