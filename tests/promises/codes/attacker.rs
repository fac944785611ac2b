//! An attacker who requests codes for another's address once a minute locks its owner out of nothing: on the
//! pages, by mail, by phone, in every flow.

use super::super::wrong_code;
use super::{ADA, Flow, PHONE, RECOVERY, SIGN_IN, SIGN_UP, all_methods_enabled, create_ada};
use crate::support::app::TestApp;

/// Longer than the limit of messages to one address needs to be full.
const MINUTES: usize = 11;

/// An attacker asks once a minute, in a new browser each time, and each message arrives.
async fn request_each_minute(app: &TestApp, flow: Flow, identifier: &str) {
    for _ in 0..MINUTES {
        app.clock.advance(60);
        flow.start(app, identifier).await;
        app.deliver().await;
    }
}

async fn assert_owner_gets_in(flow: Flow, identifier: &str, is_known: bool) {
    let app = TestApp::with(all_methods_enabled()).await;
    if is_known {
        create_ada(&app).await;
    }
    request_each_minute(&app, flow, identifier).await;
    let before = app.inbox_of(identifier).await.count();
    let owner = flow.start(&app, identifier).await;
    assert_eq!(app.inbox_of(identifier).await.count(), before, "their own message is silenced");
    let newest = app.inbox_of(identifier).await.code();
    owner.post(flow.code, &[("code", &newest)]).await.redirects_to(flow.onward);
}

#[tokio::test]
async fn the_owner_gets_in_by_the_newest_code_whoever_asked_for_it_by_mail() {
    assert_owner_gets_in(RECOVERY, ADA, true).await;
    assert_owner_gets_in(SIGN_IN, ADA, true).await;
    assert_owner_gets_in(SIGN_UP, "new@example.org", false).await;
}

#[tokio::test]
async fn the_owner_gets_in_by_the_newest_code_whoever_asked_for_it_by_phone() {
    assert_owner_gets_in(RECOVERY, PHONE, true).await;
    assert_owner_gets_in(SIGN_IN, PHONE, true).await;
    assert_owner_gets_in(SIGN_UP, "+12025550177", false).await;
}

/// The window that asked first goes on: with the newest code, and not with the one before it.
#[tokio::test]
async fn an_open_window_accepts_the_newest_code_and_calls_its_own_outdated() {
    for flow in [RECOVERY, SIGN_IN] {
        let app = TestApp::with(all_methods_enabled()).await;
        create_ada(&app).await;
        let owner = flow.start(&app, ADA).await;
        let own = app.inbox_of(ADA).await.code();
        app.clock.advance(60);
        flow.start(&app, ADA).await;
        let newest = app.inbox_of(ADA).await.code();
        let answer = owner.post(flow.code, &[("code", &own)]).await;
        answer.shows_refusal("code.earlier");
        owner.post(flow.code, &[("code", &newest)]).await.redirects_to(flow.onward);
    }
}

/// Whatever the attacker does in their own window, the code that it caused opens the owner's.
#[tokio::test]
async fn an_attackers_cancelled_or_exhausted_request_ends_no_code() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    for gives_up in [true, false] {
        app.clock.advance(3600);
        let attacker = RECOVERY.start(&app, ADA).await;
        let code = app.inbox_of(ADA).await.code();
        let link = app.inbox_of(ADA).await.link_path();
        if gives_up {
            drop(attacker.post("/forgot-password/change-address", &[]).await)
        } else {
            for _ in 0..10 {
                attacker.enter_code(&wrong_code(&code)).await;
            }
        }
        app.browser().get(&link).await.follow_redirects().await.says("link-ready");
        let owner = RECOVERY.start(&app, ADA).await;
        owner.enter_code(&code).await.redirects_to(super::super::RESET);
    }
}

/// The tries of a window are its own, and an earlier code costs one.
#[tokio::test]
async fn an_earlier_code_counts_as_a_failure_of_its_own_request() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    let owner = RECOVERY.start(&app, ADA).await;
    let own = app.inbox_of(ADA).await.code();
    app.clock.advance(60);
    let attacker = RECOVERY.start(&app, ADA).await;
    let newest = app.inbox_of(ADA).await.code();
    for _ in 0..9 {
        owner.enter_code(&own).await.shows_refusal("code.earlier");
    }
    owner.enter_code(&own).await.shows_refusal("code.exhausted");
    owner.enter_code(&newest).await.shows_refusal("code.exhausted");
    attacker.enter_code(&wrong_code(&newest)).await.shows_refusal("code.wrong");
    let again = RECOVERY.start(&app, ADA).await;
    again.enter_code(&newest).await.redirects_to(super::super::RESET);
}

/// A code opens one window, once, whichever of the open ones it is typed into.
#[tokio::test]
async fn a_code_verifies_one_of_all_open_requests() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    let first = RECOVERY.start(&app, ADA).await;
    app.clock.advance(60);
    let second = RECOVERY.start(&app, ADA).await;
    let code = app.inbox_of(ADA).await.code();
    let link = app.inbox_of(ADA).await.link_path();
    first.enter_code(&code).await.redirects_to(super::super::RESET);
    second.enter_code(&code).await.shows_refusal("code.earlier");
    app.browser().get(&link).await.follow_redirects().await.says("refusal-link-used");
}
