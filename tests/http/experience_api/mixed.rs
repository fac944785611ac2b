//! One interaction over both the API and the hosted pages, in either order.

use serde_json::json;

use super::{ADA, CHOOSE, CustomUi, NEW, VERIFY_CODE, code_verification, start};
use crate::promises::can_sign_in;

#[tokio::test]
async fn a_flow_of_the_api_continues_on_the_pages_from_the_code() {
    let (app, _) = start().await;
    let screen = CustomUi::with_interaction(&app, "ForgotPassword").await;
    screen.send_code("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    let page = screen.browser.get("/forgot-password/verification-code").await;
    page.shows(ADA);
    let page = page.fill("code", &code).submit().await.follow_redirect_to("/forgot-password/reset").await;
    page.fill("newPassword", NEW).submit().await.follow_redirect_to("/forgot-password/done").await;
    assert!(can_sign_in(&app, ADA, NEW).await);
    app.may_leave_messages();
}

#[tokio::test]
async fn a_flow_verified_by_the_api_continues_on_the_pages() {
    let (app, _) = start().await;
    let (screen, _) = CustomUi::with_verified_code(&app, "ForgotPassword", ADA).await;
    let page = screen.browser.get("/forgot-password/reset").await;
    page.fill("newPassword", NEW).submit().await.follow_redirect_to("/forgot-password/done").await;
    let page = screen.browser.get(super::INTERACTION).await;
    assert_eq!(page.status, 404, "it is over for both");
    assert!(can_sign_in(&app, ADA, NEW).await);
    app.may_leave_messages();
}

#[tokio::test]
async fn a_flow_of_the_pages_continues_in_the_api() {
    let (app, ada) = start().await;
    let screen = CustomUi::open(&app).await;
    let page = screen.browser.get("/forgot-password").await.fill("identifier", ADA).submit().await;
    page.redirects_to("/forgot-password/verification-code");
    let state_now = screen.status().await;
    assert_eq!(state_now["interactionEvent"], "ForgotPassword");
    let id = state_now["verificationRecords"][0]["id"].as_str().unwrap().to_owned();
    let code = app.inbox_of(ADA).await.code();
    screen.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &id, &code), 200).await;
    assert_eq!(screen.identify(&id).await.status, 204);
    assert_eq!(screen.status().await["userId"], ada.id.as_str());
    screen.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert_eq!(screen.submit().await.status, 204);
    let page = screen.browser.get("/forgot-password/reset").await;
    assert_eq!(page.status, 303, "the page knows that it is over");
    assert!(can_sign_in(&app, ADA, NEW).await);
    app.may_leave_messages();
}

#[tokio::test]
async fn a_flow_verified_by_a_link_continues_in_the_api() {
    let (app, _) = start().await;
    let screen = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let record = screen.send_code("ForgotPassword", ADA).await;
    let path = app.inbox_of(ADA).await.link_path();
    let link = "/forgot-password/link";
    screen.browser.get(&path).await.follow_redirect_to(link).await.submit_to(link).await;
    // What the link proved is a record of its own, in place of the one that waited for a code.
    let state_now = screen.status().await;
    let id = state_now["verificationRecords"][0]["id"].as_str().unwrap().to_owned();
    assert_ne!(id, record);
    assert_eq!(screen.identify(&record).await.status, 404);
    assert_eq!(screen.identify(&id).await.status, 204);
    screen.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert_eq!(screen.submit().await.status, 204);
    app.may_leave_messages();
}

#[tokio::test]
async fn a_sign_up_of_the_pages_is_completed_in_the_api() {
    let (app, _) = start().await;
    let screen = CustomUi::open(&app).await;
    let page = screen.browser.get("/register").await.fill("identifier", "eve").submit().await;
    page.redirects_to("/register/password");
    screen.call_expecting("POST", super::PROFILE, json!({ "type": "password", "value": NEW }), 204).await;
    assert_eq!(screen.submit().await.status, 200);
    assert!(can_sign_in(&app, "eve", NEW).await);
}

#[tokio::test]
async fn an_address_in_the_api_replaces_a_username_of_the_pages() {
    let (app, _) = start().await;
    let screen = CustomUi::open(&app).await;
    screen.browser.get("/register").await.fill("identifier", "eve").submit().await;
    let id = screen.send_code("Register", "eve@example.org").await;
    let code = app.inbox_of("eve@example.org").await.code();
    screen.call_expecting("POST", VERIFY_CODE, code_verification("eve@example.org", &id, &code), 200).await;
    assert_eq!(screen.identify(&id).await.status, 201);
    screen.call_expecting("POST", super::PROFILE, json!({ "type": "password", "value": NEW }), 204).await;
    assert_eq!(screen.submit().await.status, 200);
    assert!(can_sign_in(&app, "eve@example.org", NEW).await && app.user("eve").await.is_none());
}

#[tokio::test]
async fn a_sign_in_verified_by_the_api_is_completed_on_the_pages() {
    let (app, ada) = start().await;
    for by_password in [false, true] {
        let screen = CustomUi::with_interaction(&app, "SignIn").await;
        if by_password {
            let input = json!({ "identifier": super::email(ADA), "password": super::PASSWORD });
            screen.call_expecting("POST", super::PROVE, input, 200).await;
        } else {
            let id = screen.send_code("SignIn", ADA).await;
            let code = app.inbox_of(ADA).await.code();
            screen.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &id, &code), 200).await;
        }
        let page = screen.browser.get("/sign-in/verification-code").await;
        page.says("code-confirmed-sign-in");
        assert!(screen.browser.cookie("session").is_none(), "a look signs nobody in");
        let left = page.submit_to("/sign-in/verification-code/continue").await.follow_redirects().await;
        let tokens = screen
            .shop
            .exchange_code(
                &screen.authorization,
                &screen.shop.authorization_code(&screen.authorization, &left),
            )
            .await;
        assert_eq!(screen.shop.verify_id_token(&tokens).await["sub"], ada.id.as_str());
        app.clock.advance(60);
    }
}
