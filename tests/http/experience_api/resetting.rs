//! A password reset: in the order of the contract and in no other, and its effects.

use serde_json::json;

use super::{
    ADA, BEGIN, CHOOSE, CustomUi, NEW, PASSWORD, SUBMIT, VERIFY_CODE, body, code_verification, refusal,
    start, status_and_code,
};
use crate::promises::can_sign_in;

#[tokio::test]
async fn the_documented_sequence_sets_a_new_password() {
    let (app, ada) = start().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let id = ui.send_code("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    ui.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &id, &code), 200).await;
    assert_eq!(ui.identify(&id).await.status, 204);
    let early = ui.submit().await;
    assert_eq!(status_and_code(&early), refusal(422, "user.new_password_required_in_profile"));
    assert_eq!(body(&early)["data"]["next"], json!(["PUT /api/experience/profile/password"]));
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert!(can_sign_in(&app, ADA, PASSWORD).await, "nothing is written before the last step");
    assert_eq!(ui.next_steps().await, json!(["POST /api/experience/submit"]));
    let done = ui.submit().await;
    assert_eq!((done.status, done.html.as_str()), (204, ""));
    assert!(ui.browser.cookie("session").is_none(), "nobody is signed in by it");
    assert!(!can_sign_in(&app, ADA, PASSWORD).await && can_sign_in(&app, ADA, NEW).await);
    assert_eq!(app.inbox_of(ADA).await.count_of("PasswordChanged"), 1);
    assert_eq!(
        status_and_code(&ui.submit().await),
        refusal(404, "session.interaction_not_found"),
        "only once"
    );
    ui.call_expecting("PUT", BEGIN, json!({ "interactionEvent": "SignIn" }), 204).await;
    let identifier = json!({ "type": "email", "value": ADA });
    let proved = ui
        .call_expecting("POST", super::PROVE, json!({ "identifier": identifier, "password": NEW }), 200)
        .await;
    let proved: serde_json::Value = serde_json::from_str(&proved).unwrap();
    ui.identify(proved["verificationId"].as_str().unwrap()).await;
    assert_eq!(ui.finish_sign_in(&ui.submit().await).await["sub"], ada.id.as_str(), "the shop still waited");
}

#[tokio::test]
async fn no_step_can_be_skipped() {
    let (app, _) = start().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let choose = || ui.status_and_code("PUT", CHOOSE, json!({ "password": NEW }));
    let unknown = refusal(404, "session.identifier_not_found");
    assert_eq!((choose().await, status_and_code(&ui.submit().await)), (unknown.clone(), unknown.clone()));
    let id = ui.send_code("ForgotPassword", ADA).await;
    assert_eq!((choose().await, status_and_code(&ui.submit().await)), (unknown.clone(), unknown.clone()));
    let code = app.inbox_of(ADA).await.code();
    ui.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &id, &code), 200).await;
    assert_eq!((choose().await, status_and_code(&ui.submit().await)), (unknown.clone(), unknown));
    assert!(can_sign_in(&app, ADA, PASSWORD).await);
}

#[tokio::test]
async fn weak_and_unchanged_passwords_are_refused_with_reasons() {
    let (app, _) = start().await;
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", ADA).await;
    ui.identify(&id).await;
    let page = ui.call("PUT", CHOOSE, json!({ "password": "short" })).await;
    assert_eq!(status_and_code(&page), refusal(422, "password.rejected"));
    assert_eq!(body(&page)["data"][0]["code"], "password_rejected.too_short");
    let told_same = ui.status_and_code("PUT", CHOOSE, json!({ "password": PASSWORD })).await;
    assert_eq!(told_same, refusal(422, "user.same_password"));
    assert_eq!(status_and_code(&ui.submit().await), refusal(422, "user.new_password_required_in_profile"));
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert_eq!(ui.submit().await.status, 204);
    app.may_leave_messages();
}

#[tokio::test]
async fn an_expired_grant_is_reported_with_a_remedy() {
    let (app, _) = start().await;
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", ADA).await;
    ui.identify(&id).await;
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    app.clock.advance(601);
    let page = ui.submit().await;
    assert_eq!(status_and_code(&page), refusal(404, "session.identifier_not_found"));
    assert_eq!(body(&page)["data"]["next"][0], "POST /api/experience/verification/verification-code");
    assert!(can_sign_in(&app, ADA, PASSWORD).await);
}

#[tokio::test]
async fn a_password_chosen_for_another_record_is_not_saved() {
    let (app, _) = start().await;
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", ADA).await;
    ui.identify(&id).await;
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    let attacker = ui.browser.jar();
    assert_eq!(ui.submit().await.status, 204);
    ui.browser.restore(attacker);
    let replayed = ui.browser.raw("POST", SUBMIT, &[], Vec::new()).await;
    assert_eq!(
        status_and_code(&replayed),
        refusal(404, "session.identifier_not_found"),
        "an old cookie opens nothing"
    );
    app.may_leave_messages();
}

#[tokio::test]
async fn only_a_forgotten_password_is_set_this_way() {
    let (app, _) = start().await;
    for event in ["SignIn", "Register"] {
        let ui = CustomUi::with_interaction(&app, event).await;
        let answer = ui.status_and_code("PUT", CHOOSE, json!({ "password": NEW })).await;
        assert_eq!(answer, refusal(400, "session.invalid_interaction_type"), "{event}");
    }
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let answer =
        ui.status_and_code("POST", super::PROFILE, json!({ "type": "password", "value": NEW })).await;
    assert_eq!(answer, refusal(400, "session.not_supported_for_forgot_password"));
}
