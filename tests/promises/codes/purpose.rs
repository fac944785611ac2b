//! A code belongs to one address and one purpose: it is compared with no other, and no purpose uses up the
//! messages of another.

use super::{ADA, Flow, PHONE, RECOVERY, SIGN_IN, all_methods_enabled, create_ada};
use crate::support::app::TestApp;

/// A browser that asked, and the code that went to it.
async fn request_code(app: &TestApp, flow: Flow, identifier: &str) -> (super::CookieClient, String) {
    app.clock.advance(60);
    let client = flow.start(app, identifier).await;
    let code = app.inbox_of(identifier).await.code();
    (client, code)
}

/// "From an earlier message" would say that the guess is a live code of something else.
#[tokio::test]
async fn a_code_of_another_purpose_is_a_wrong_one() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    let (resets, to_reset) = request_code(&app, RECOVERY, ADA).await;
    let (enters, to_enter) = request_code(&app, SIGN_IN, ADA).await;
    resets.enter_code(&to_enter).await.shows_refusal("code.wrong");
    enters.post(SIGN_IN.code, &[("code", &to_reset)]).await.shows_refusal("code.wrong");
    resets.enter_code(&to_reset).await.redirects_to(RECOVERY.onward);
    enters.post(SIGN_IN.code, &[("code", &to_enter)]).await.redirects_to(SIGN_IN.onward);
}

#[tokio::test]
async fn a_code_of_another_address_of_the_same_user_is_wrong() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    let (by_mail, mailed) = request_code(&app, RECOVERY, ADA).await;
    let (by_phone, texted) = request_code(&app, RECOVERY, PHONE).await;
    by_mail.enter_code(&texted).await.shows_refusal("code.wrong");
    by_phone.enter_code(&mailed).await.shows_refusal("code.wrong");
    by_phone.enter_code(&texted).await.redirects_to(RECOVERY.onward);
}

/// Messages for another purpose fill the limit of the address; whoever asks for their own gets one that works
/// all the same.
#[tokio::test]
async fn messages_of_one_purpose_do_not_throttle_another() {
    for identifier in [ADA, PHONE] {
        let app = TestApp::with(all_methods_enabled()).await;
        create_ada(&app).await;
        for _ in 0..11 {
            app.clock.advance(60);
            RECOVERY.start(&app, identifier).await;
            app.deliver().await;
        }
        let owner = SIGN_IN.start(&app, identifier).await;
        let inbox = app.inbox_of(identifier).await;
        assert_eq!(inbox.count_of("SignIn"), 1, "one that works is always to be had");
        for _ in 0..3 {
            SIGN_IN.start(&app, identifier).await;
        }
        let inbox = app.inbox_of(identifier).await;
        assert_eq!(inbox.count_of("SignIn"), 1, "and no more than that");
        owner.post(SIGN_IN.code, &[("code", &inbox.code())]).await.redirects_to(SIGN_IN.onward);
    }
}
