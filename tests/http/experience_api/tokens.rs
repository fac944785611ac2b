//! One-time tokens of the operator's own messages, for each of the three events.

use serde_json::json;

use super::{ADA, CHOOSE, CustomUi, NEW, TOKEN, all_methods_enabled, body, email, refusal, status_and_code};
use crate::http::{ROOT, api_client, send, with_keys};
use crate::support::app::TestApp;
use crate::support::page::Page;

async fn start() -> TestApp {
    let mut input = all_methods_enabled();
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    input["settings"]["signInExperience"]["forgotPasswordMethods"] = json!([]);
    let app = TestApp::with(input).await;
    app.new_user(ADA).with_password(super::PASSWORD).make().await;
    app
}

async fn create_token(app: &TestApp, address: &str, event: &str) -> String {
    let input = json!({ "email": address, "context": { "interactionEvent": event } });
    let page = send(&api_client(app, ROOT), "POST", "/api/one-time-tokens", &input).await;
    body(&page)["token"].as_str().unwrap().to_owned()
}

async fn redeem(ui: &CustomUi, address: &str, token: &str) -> Page {
    ui.call("POST", TOKEN, json!({ "identifier": email(address), "token": token })).await
}

#[tokio::test]
async fn a_one_time_token_resets_even_where_recovery_is_off() {
    let app = start().await;
    let token = create_token(&app, ADA, "ForgotPassword").await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let page = redeem(&ui, ADA, &token).await;
    let id = body(&page)["verificationId"].as_str().unwrap().to_owned();
    assert_eq!(ui.status().await["verificationRecords"][0]["type"], "OneTimeToken");
    assert_eq!(ui.identify(&id).await.status, 204);
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert_eq!(ui.submit().await.status, 204);
    assert_eq!(
        status_and_code(
            &redeem(&CustomUi::with_interaction(&app, "ForgotPassword").await, ADA, &token).await
        ),
        refusal(400, "one_time_token.token_consumed")
    );
    app.may_leave_messages();
}

#[tokio::test]
async fn a_one_time_token_signs_in_and_signs_up() {
    let app = start().await;
    for (event, address, status) in [("SignIn", ADA, 204), ("Register", "eve@example.org", 201)] {
        let token = create_token(&app, address, event).await;
        let ui = CustomUi::with_interaction(&app, event).await;
        let page = redeem(&ui, address, &token).await;
        let id = body(&page)["verificationId"].as_str().unwrap().to_owned();
        assert_eq!(ui.identify(&id).await.status, status, "{event}");
        if event == "Register" {
            ui.call_expecting("POST", super::PROFILE, json!({ "type": "password", "value": NEW }), 204).await;
        }
        let user = ui.finish_sign_in(&ui.submit().await).await;
        assert_eq!(user["sub"], app.user(address).await.unwrap().id.as_str());
    }
}

#[tokio::test]
async fn a_one_time_token_is_bound_to_address_purpose_and_time() {
    let app = start().await;
    app.new_user("bob@example.org").make().await;
    let reset = create_token(&app, ADA, "ForgotPassword").await;
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    let unknown = refusal(404, "one_time_token.token_not_found");
    assert_eq!(status_and_code(&redeem(&ui, ADA, &reset).await), unknown, "another purpose");
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    assert_eq!(status_and_code(&redeem(&ui, "bob@example.org", &reset).await), unknown, "another address");
    assert_eq!(status_and_code(&redeem(&ui, ADA, "made up").await), unknown);
    let number = json!({ "identifier": { "type": "phone", "value": "12025550134" }, "token": reset });
    assert_eq!(ui.status_and_code("POST", TOKEN, number).await, refusal(400, "guard.invalid_input"));
    app.clock.advance(601);
    assert_eq!(
        status_and_code(&redeem(&ui, ADA, &reset).await),
        refusal(400, "one_time_token.token_expired")
    );
}
