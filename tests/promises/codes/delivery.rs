//! The newest code that was *delivered*: what is silenced, on its way, dropped or failed takes no other
//! code's place, and what arrived works even where nobody has written down yet that it was delivered.

use super::{ADA, RECOVERY, SIGN_IN, all_methods_enabled, create_ada};
use crate::support::app::TestApp;
use crate::support::db_dump;

#[tokio::test]
async fn an_undelivered_message_replaces_no_code() {
    for flow in [RECOVERY, SIGN_IN] {
        let app = TestApp::with(all_methods_enabled()).await;
        create_ada(&app).await;
        let owner = flow.start(&app, ADA).await;
        let code = app.inbox_of(ADA).await.code();
        app.clock.advance(60);
        flow.start(&app, ADA).await;
        owner.post(flow.code, &[("code", &code)]).await.redirects_to(flow.onward);
        app.may_leave_messages();
    }
}

/// Another message for the same window, which does not arrive: the code of the first one goes on working, and
/// so does its link.
#[tokio::test]
async fn an_undelivered_resend_replaces_no_code_and_no_link() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    let owner = RECOVERY.start(&app, ADA).await;
    let (code, link) = (app.inbox_of(ADA).await.code(), app.inbox_of(ADA).await.link_path());
    app.clock.advance(60);
    owner.post(super::super::RESEND, &[]).await.redirects_to(super::super::CODE);
    app.browser().get(&link).await.follow_redirects().await.says("link-ready");
    owner.enter_code(&code).await.redirects_to(super::super::RESET);
    app.may_leave_messages();
}

/// The connector took it, and the sender has not written that down: whoever reads it may type it.
#[tokio::test]
async fn a_code_works_as_soon_as_it_is_delivered() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    let owner = RECOVERY.start(&app, ADA).await;
    app.deliver().await;
    app.clock.advance(60);
    RECOVERY.start(&app, ADA).await;
    let newest = app.inbox_of(ADA).await.code();
    db_dump::execute(
        &app,
        "update verification_codes set delivered_at = null where id = (select max(id) from verification_codes)",
    )
    .await;
    owner.enter_code(&newest).await.redirects_to(super::super::RESET);
}

/// What came late is the newest in the inbox, whatever was asked for meanwhile.
#[tokio::test]
async fn the_newest_code_is_the_last_one_delivered() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    let owner = RECOVERY.start(&app, ADA).await;
    let late = app.inbox_of(ADA).await.code();
    app.clock.advance(60);
    RECOVERY.start(&app, ADA).await;
    let prompt = app.inbox_of(ADA).await.code();
    // Its first try failed and the next one came after the other message.
    db_dump::execute(&app, "update verification_codes set delivered_at = delivered_at + 120000 where id = (select min(id) from verification_codes)").await;
    owner.enter_code(&prompt).await.shows_refusal("code.earlier");
    owner.enter_code(&late).await.redirects_to(super::super::RESET);
}
