//! One interaction over both the API and the hosted pages, in either order.

use serde_json::json;

use super::{ADA, CHOOSE, CustomUi, NEW, VERIFY_CODE, code_verification, start};
use crate::promises::can_sign_in;

#[tokio::test]
async fn a_flow_of_the_api_continues_on_the_pages_from_the_code() {
    let (app, _) = start().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    ui.send_code("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    let page = ui.browser.get("/forgot-password/verification-code").await;
    page.shows(ADA);
    let page = page.fill("code", &code).submit().await.follow_redirect_to("/forgot-password/reset").await;
    page.fill("newPassword", NEW).submit().await.follow_redirect_to("/forgot-password/done").await;
    assert!(can_sign_in(&app, ADA, NEW).await);
    app.may_leave_messages();
}

#[tokio::test]
async fn a_flow_verified_by_the_api_continues_on_the_pages() {
    let (app, _) = start().await;
    let (ui, _) = CustomUi::with_verified_code(&app, "ForgotPassword", ADA).await;
    let page = ui.browser.get("/forgot-password/reset").await;
    page.fill("newPassword", NEW).submit().await.follow_redirect_to("/forgot-password/done").await;
    let page = ui.browser.get(super::INTERACTION).await;
    assert_eq!(page.status, 404, "it is over for both");
    assert!(can_sign_in(&app, ADA, NEW).await);
    app.may_leave_messages();
}

#[tokio::test]
async fn a_flow_of_the_pages_continues_in_the_api() {
    let (app, ada) = start().await;
    let ui = CustomUi::open(&app).await;
    let page = ui.browser.get("/forgot-password").await.fill("identifier", ADA).submit().await;
    page.redirects_to("/forgot-password/verification-code");
    let state_now = ui.status().await;
    assert_eq!(state_now["interactionEvent"], "ForgotPassword");
    let id = state_now["verificationRecords"][0]["id"].as_str().unwrap().to_owned();
    let code = app.inbox_of(ADA).await.code();
    ui.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &id, &code), 200).await;
    assert_eq!(ui.identify(&id).await.status, 204);
    assert_eq!(ui.status().await["userId"], ada.id.as_str());
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert_eq!(ui.submit().await.status, 204);
    let page = ui.browser.get("/forgot-password/reset").await;
    assert_eq!(page.status, 303, "the page knows that it is over");
    assert!(can_sign_in(&app, ADA, NEW).await);
    app.may_leave_messages();
}

#[tokio::test]
async fn a_flow_verified_by_a_link_continues_in_the_api() {
    let (app, _) = start().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let record = ui.send_code("ForgotPassword", ADA).await;
    let path = app.inbox_of(ADA).await.link_path();
    let link = "/forgot-password/link";
    ui.browser.get(&path).await.follow_redirect_to(link).await.submit_to(link).await;
    // What the link proved is a record of its own, in place of the one that waited for a code.
    let state_now = ui.status().await;
    let id = state_now["verificationRecords"][0]["id"].as_str().unwrap().to_owned();
    assert_ne!(id, record);
    assert_eq!(ui.identify(&record).await.status, 404);
    assert_eq!(ui.identify(&id).await.status, 204);
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert_eq!(ui.submit().await.status, 204);
    app.may_leave_messages();
}

#[tokio::test]
async fn a_sign_up_of_the_pages_is_completed_in_the_api() {
    let (app, _) = start().await;
    let ui = CustomUi::open(&app).await;
    let page = ui.browser.get("/register").await.fill("identifier", "eve").submit().await;
    page.redirects_to("/register/password");
    ui.call_expecting("POST", super::PROFILE, json!({ "type": "password", "value": NEW }), 204).await;
    assert_eq!(ui.submit().await.status, 200);
    assert!(can_sign_in(&app, "eve", NEW).await);
}

#[tokio::test]
async fn an_address_in_the_api_replaces_a_username_of_the_pages() {
    let (app, _) = start().await;
    let ui = CustomUi::open(&app).await;
    ui.browser.get("/register").await.fill("identifier", "eve").submit().await;
    let id = ui.send_code("Register", "eve@example.org").await;
    let code = app.inbox_of("eve@example.org").await.code();
    ui.call_expecting("POST", VERIFY_CODE, code_verification("eve@example.org", &id, &code), 200).await;
    assert_eq!(ui.identify(&id).await.status, 201);
    ui.call_expecting("POST", super::PROFILE, json!({ "type": "password", "value": NEW }), 204).await;
    assert_eq!(ui.submit().await.status, 200);
    assert!(can_sign_in(&app, "eve@example.org", NEW).await && app.user("eve").await.is_none());
}

#[tokio::test]
async fn a_sign_in_verified_by_the_api_is_completed_on_the_pages() {
    let (app, ada) = start().await;
    for by_password in [false, true] {
        let ui = CustomUi::with_interaction(&app, "SignIn").await;
        if by_password {
            let input = json!({ "identifier": super::email(ADA), "password": super::PASSWORD });
            ui.call_expecting("POST", super::PROVE, input, 200).await;
        } else {
            let id = ui.send_code("SignIn", ADA).await;
            let code = app.inbox_of(ADA).await.code();
            ui.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &id, &code), 200).await;
        }
        let page = ui.browser.get("/sign-in/verification-code").await;
        page.says("code-confirmed-sign-in");
        assert!(ui.browser.cookie("session").is_none(), "a look signs nobody in");
        let left = page.submit_to("/sign-in/verification-code/continue").await.follow_redirects().await;
        let tokens = ui
            .shop
            .exchange_code(&ui.authorization, &ui.shop.authorization_code(&ui.authorization, &left))
            .await;
        assert_eq!(ui.shop.verify_id_token(&tokens).await["sub"], ada.id.as_str());
        app.clock.advance(60);
    }
}
