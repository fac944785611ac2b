//! Starting an interaction: only for a pending app request, only for flows that are offered, and without
//! earlier records.

use serde_json::{Value, json};

use super::{
    ADA, BEGIN, CHOOSE, CustomUi, IDENTIFY, INTERACTION, PROFILE, PROVE, SEND, SUBMIT, SWITCH, TOKEN,
    VERIFY_CODE, all_methods_enabled, body, code_request, code_verification, refusal, start, status_and_code,
};
use crate::support::app::TestApp;

fn calls() -> Vec<(&'static str, &'static str, Value)> {
    let identifier = json!({ "type": "email", "value": ADA });
    vec![
        ("GET", INTERACTION, Value::Null),
        ("PUT", SWITCH, json!({ "interactionEvent": "Register" })),
        ("POST", SEND, code_request("ForgotPassword", ADA)),
        ("POST", VERIFY_CODE, code_verification(ADA, "none", "123456")),
        ("POST", PROVE, json!({ "identifier": identifier, "password": "x" })),
        ("POST", TOKEN, json!({ "identifier": identifier, "token": "x" })),
        ("POST", IDENTIFY, json!({ "verificationId": "none" })),
        ("PUT", CHOOSE, json!({ "password": "x" })),
        ("POST", PROFILE, json!({ "type": "password", "value": "x" })),
        ("POST", SUBMIT, Value::Null),
    ]
}

#[tokio::test]
async fn without_a_started_interaction_every_call_is_refused() {
    let (app, _) = start().await;
    let ui = CustomUi::open(&app).await;
    for (method, path, input) in calls() {
        let page = ui.call(method, path, input).await;
        assert_eq!(status_and_code(&page), refusal(404, "session.interaction_not_found"), "{method} {path}");
    }
}

#[tokio::test]
async fn an_expired_authorization_request_counts_as_none() {
    let (app, _) = start().await;
    let ui = CustomUi::open(&app).await;
    app.clock.advance(3601);
    let page = ui.call("PUT", BEGIN, json!({ "interactionEvent": "SignIn" })).await;
    assert_eq!(status_and_code(&page), refusal(400, "session.not_found"));
}

#[tokio::test]
async fn a_flow_that_is_not_offered_can_not_be_started() {
    let mut input = all_methods_enabled();
    input["settings"]["signInExperience"]["signInMode"] = "SignIn".into();
    let app = TestApp::with(input).await;
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    let register = json!({ "interactionEvent": "Register" });
    assert_eq!(ui.status_and_code("PUT", BEGIN, register.clone()).await, refusal(403, "auth.forbidden"));
    assert_eq!(ui.status_and_code("PUT", SWITCH, register).await, refusal(403, "auth.forbidden"));
    assert_eq!(ui.status().await["interactionEvent"], "SignIn", "nothing was lost");
}

#[tokio::test]
async fn starting_again_discards_verified_records() {
    let (app, _) = start().await;
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", ADA).await;
    assert_eq!(ui.identify(&id).await.status, 204);
    ui.call_expecting(
        "PUT",
        BEGIN,
        json!({ "interactionEvent": "ForgotPassword", "captchaToken": "x" }),
        204,
    )
    .await;
    let state_now = ui.status().await;
    assert_eq!((&state_now["verificationRecords"], state_now.get("userId")), (&json!([]), None));
    assert_eq!(
        status_and_code(&ui.identify(&id).await),
        refusal(404, "session.verification_session_not_found")
    );
}

#[tokio::test]
async fn only_sign_in_and_register_can_be_switched() {
    let (app, _) = start().await;
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    let to = |event: &str| json!({ "interactionEvent": event });
    ui.call_expecting("PUT", SWITCH, to("Register"), 204).await;
    assert_eq!(ui.status().await["interactionEvent"], "Register");
    let no = refusal(400, "session.not_supported_for_forgot_password");
    assert_eq!(ui.status_and_code("PUT", SWITCH, to("ForgotPassword")).await, no);
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    assert_eq!(ui.status_and_code("PUT", SWITCH, to("SignIn")).await, no);
    ui.call_expecting("PUT", SWITCH, to("ForgotPassword"), 204).await;
}

/// Method, address and body of calls that can't be read, and how what is said of each begins.
fn unreadable() -> Vec<(&'static str, &'static str, Value, &'static str)> {
    let identifier = json!({ "type": "email", "value": ADA });
    vec![
        ("PUT", BEGIN, json!({}), "interactionEvent: missing"),
        ("PUT", BEGIN, json!({ "interactionEvent": null }), "interactionEvent: expected"),
        ("PUT", BEGIN, json!({ "interactionEvent": "Reset" }), "interactionEvent: expected one of"),
        ("PUT", BEGIN, json!({ "interactionEvent": "SignIn", "captcha": "x" }), "captcha: unknown"),
        ("PUT", BEGIN, json!(["SignIn"]), ""),
        ("POST", SEND, json!({ "interactionEvent": "ForgotPassword" }), "identifier: missing"),
        ("POST", SEND, code_request("ForgotPassword", "ada"), "identifier.value: expected an e-mail address"),
        (
            "POST",
            SEND,
            code_request("ForgotPassword", &format!("{}@example.org", "a".repeat(300))),
            "identifier.value",
        ),
        ("POST", SEND, code_request("SignIn", ADA), "interactionEvent: ForgotPassword is under way"),
        (
            "POST",
            SEND,
            json!({ "identifier": { "type": "phone", "value": "12-x" }, "interactionEvent": "ForgotPassword" }),
            "identifier.value: expected a phone number",
        ),
        (
            "POST",
            SEND,
            json!({ "identifier": { "type": "username", "value": "ada" }, "interactionEvent": "ForgotPassword" }),
            "identifier.type: expected email or phone",
        ),
        ("POST", VERIFY_CODE, json!({ "identifier": identifier, "verificationId": "x" }), "code: missing"),
        (
            "POST",
            VERIFY_CODE,
            json!({ "identifier": identifier, "verificationId": 7, "code": "1" }),
            "verificationId",
        ),
        ("POST", IDENTIFY, json!({}), "verificationId: missing"),
        ("PUT", CHOOSE, json!({ "password": 12 }), "password: expected text"),
    ]
}

#[tokio::test]
async fn unreadable_bodies_are_refused_by_field() {
    let (app, _) = start().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    for (method, path, input, details) in unreadable() {
        let page = ui.call(method, path, input.clone()).await;
        assert_eq!(status_and_code(&page), refusal(400, "guard.invalid_input"), "{path} {input}");
        let answer = body(&page)["details"].as_str().unwrap().to_owned();
        assert!(answer.starts_with(details), "{path} {input}: {answer}");
    }
}

#[tokio::test]
async fn cross_site_posts_are_refused_in_json() {
    let (app, _) = start().await;
    let ui = CustomUi::open(&app).await;
    let foreign = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    for header in foreign {
        let elsewhere = ui.browser.clone().without_fetch_metadata().with_header(header.0, header.1);
        let page = super::send(&elsewhere, "PUT", BEGIN, &json!({ "interactionEvent": "SignIn" })).await;
        assert_eq!(status_and_code(&page), refusal(403, "auth.forbidden"), "{header:?}");
    }
    let page = ui.browser.raw("PUT", BEGIN, &[("content-type", "text/plain")], "{}").await;
    assert_eq!(
        status_and_code(&page),
        refusal(415, "request.not_json"),
        "a form of another site can send nothing else"
    );
}
