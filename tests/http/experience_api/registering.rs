//! Sign-up: with a verified address or a username, and no account before the last step.

use serde_json::json;

use super::{
    ADA, CustomUi, IDENTIFY, NEW, PROFILE, all_methods_enabled, body, refusal, start, status_and_code,
};
use crate::support::app::TestApp;

const EVE: &str = "eve@example.org";

fn password() -> serde_json::Value {
    json!({ "type": "password", "value": NEW })
}

#[tokio::test]
async fn a_proved_address_becomes_an_account() {
    let (app, _) = start().await;
    let (ui, id) = CustomUi::with_verified_code(&app, "Register", EVE).await;
    assert_eq!(ui.identify(&id).await.status, 201);
    let early = ui.submit().await;
    assert_eq!(status_and_code(&early), refusal(422, "user.missing_profile"));
    assert_eq!(body(&early)["data"]["next"], json!(["POST /api/experience/profile"]));
    assert!(app.user(EVE).await.is_none(), "nothing is made before the last step");
    assert_eq!(
        ui.status_and_code("POST", PROFILE, json!({ "type": "password", "value": "short" })).await,
        refusal(422, "password.rejected")
    );
    ui.call_expecting("POST", PROFILE, password(), 204).await;
    let claims = ui.finish_sign_in(&ui.submit().await).await;
    assert_eq!(claims["sub"], app.user(EVE).await.unwrap().id.as_str());
    assert!(crate::promises::can_sign_in(&app, EVE, NEW).await);
}

#[tokio::test]
async fn an_address_that_is_taken_looks_like_a_free_one() {
    let (app, _) = start().await;
    let mut shapes = Vec::new();
    for address in [ADA, EVE] {
        let ui = CustomUi::with_interaction(&app, "Register").await;
        let id = ui.send_code("Register", address).await;
        shapes.push((id.len(), status_and_code(&ui.identify(&id).await), ui.next_steps().await));
    }
    assert_eq!(shapes[0], shapes[1]);
    assert_eq!(app.inbox_of(ADA).await.count_of("AccountExists"), 1, "its owner hears of it");
    app.may_leave_messages();
}

#[tokio::test]
async fn a_username_needs_no_verification() {
    let (app, _) = start().await;
    let ui = CustomUi::with_interaction(&app, "Register").await;
    assert_eq!(
        ui.status_and_code("POST", PROFILE, password()).await,
        refusal(404, "session.identifier_not_found"),
        "of whom?"
    );
    ui.call_expecting("POST", PROFILE, json!({ "type": "username", "value": "Eve" }), 204).await;
    ui.call_expecting("POST", IDENTIFY, json!({}), 201).await;
    ui.call_expecting("POST", PROFILE, password(), 204).await;
    let state_now = ui.status().await;
    assert_eq!(state_now["profile"], json!({ "username": "Eve", "hasPassword": true }));
    let claims = ui.finish_sign_in(&ui.submit().await).await;
    assert_eq!(claims["sub"], app.user("eve").await.unwrap().id.as_str());
    let ui = CustomUi::with_interaction(&app, "Register").await;
    let answer = ui.status_and_code("POST", PROFILE, json!({ "type": "username", "value": "EVE" })).await;
    assert_eq!(answer, refusal(422, "user.username_already_in_use"));
}

#[tokio::test]
async fn of_two_sign_ups_with_one_username_one_succeeds() {
    let (app, _) = start().await;
    let name = json!({ "type": "username", "value": "eve" });
    let mut screens = Vec::new();
    for _ in 0..2 {
        let ui = CustomUi::with_interaction(&app, "Register").await;
        ui.call_expecting("POST", PROFILE, name.clone(), 204).await;
        ui.call_expecting("POST", PROFILE, password(), 204).await;
        screens.push(ui);
    }
    assert_eq!(screens[0].submit().await.status, 200);
    assert_eq!(status_and_code(&screens[1].submit().await), refusal(422, "user.username_already_in_use"));
}

#[tokio::test]
async fn a_profile_that_sign_up_does_not_accept_is_refused() {
    let mut input = all_methods_enabled();
    input["settings"]["signInExperience"]["signUp"] = json!({ "identifiers": ["email"], "password": false });
    let app = TestApp::with(input).await;
    let ui = CustomUi::with_interaction(&app, "Register").await;
    let told_name = ui.status_and_code("POST", PROFILE, json!({ "type": "username", "value": "eve" })).await;
    assert_eq!(told_name, refusal(422, "user.sign_up_method_not_enabled"));
    let told_nothing = ui.status_and_code("POST", PROFILE, json!({ "type": "username", "value": "" })).await;
    assert_eq!(told_nothing, refusal(400, "guard.invalid_input"));
    let (ui, id) = CustomUi::with_verified_code(&app, "Register", EVE).await;
    assert_eq!(ui.identify(&id).await.status, 201);
    assert_eq!(ui.submit().await.status, 200, "accounts here have no password");
}

#[tokio::test]
async fn a_sign_in_accepts_no_profile() {
    let (app, _) = start().await;
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    let answer = ui.status_and_code("POST", PROFILE, password()).await;
    assert_eq!(answer, refusal(400, "session.invalid_interaction_type"));
}
