//! Sign-in by password and by code.

use serde_json::json;

use super::{
    ADA, CustomUi, PASSWORD, PROVE, all_methods_enabled, body, email, refusal, start, status_and_code,
};
use crate::http::{ROOT, api_client, send, with_keys};
use crate::support::app::TestApp;

async fn verify_password(ui: &CustomUi, identifier: serde_json::Value, password: &str) -> String {
    let page = ui.call("POST", PROVE, json!({ "identifier": identifier, "password": password })).await;
    assert_eq!(page.status, 200, "{}", page.html);
    body(&page)["verificationId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_password_leads_back_to_the_app() {
    let (app, ada) = start().await;
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    let id = verify_password(&ui, email("Ada@Example.org"), PASSWORD).await;
    assert_eq!(ui.status().await["verificationRecords"][0]["type"], "Password");
    assert!(ui.browser.cookie("session").is_none(), "not before the last step");
    assert_eq!(ui.identify(&id).await.status, 204);
    assert_eq!(ui.finish_sign_in(&ui.submit().await).await["sub"], ada.id.as_str());
}

#[tokio::test]
async fn a_code_leads_back_to_the_app() {
    let (app, ada) = start().await;
    let (ui, id) = CustomUi::with_verified_code(&app, "SignIn", ADA).await;
    assert_eq!(ui.identify(&id).await.status, 204);
    assert_eq!(ui.next_steps().await, json!(["POST /api/experience/submit"]));
    assert_eq!(ui.finish_sign_in(&ui.submit().await).await["sub"], ada.id.as_str());
    assert_eq!(
        status_and_code(&ui.submit().await),
        refusal(400, "session.not_found"),
        "the app has its person"
    );
}

#[tokio::test]
async fn usernames_and_phone_numbers_sign_in_too() {
    let app = TestApp::with(all_methods_enabled()).await;
    let user = app.new_user(ADA).with_username("ada").with_phone("12025550134").with_password(PASSWORD);
    user.make().await;
    for identifier in
        [json!({ "type": "username", "value": "Ada" }), json!({ "type": "phone", "value": "12025550134" })]
    {
        let ui = CustomUi::with_interaction(&app, "SignIn").await;
        let id = verify_password(&ui, identifier, PASSWORD).await;
        assert_eq!(ui.identify(&id).await.status, 204);
        assert_eq!(ui.submit().await.status, 200);
    }
}

#[tokio::test]
async fn every_failed_sign_in_gets_the_same_answer() {
    let (app, _) = start().await;
    app.new_user("eve@example.org").with_password(PASSWORD).suspended().make().await;
    app.new_user("bob@example.org").make().await;
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    let mut answers = Vec::new();
    for (address, password) in [
        (ADA, "wrong"),
        ("nobody@example.org", PASSWORD),
        ("eve@example.org", PASSWORD),
        ("bob@example.org", PASSWORD),
    ] {
        let input = json!({ "identifier": email(address), "password": password });
        let page = ui.call("POST", PROVE, input).await;
        assert_eq!(status_and_code(&page), refusal(422, "session.invalid_credentials"), "{address}");
        answers.push(page.html);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn too_many_wrong_passwords_block_the_right_one() {
    let mut input = all_methods_enabled();
    input["settings"]["throttle"]["signInFailures"] = json!({ "limit": 2 });
    let app = TestApp::with(input).await;
    app.new_user(ADA).with_password(PASSWORD).make().await;
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    let wrong = json!({ "identifier": email(ADA), "password": "wrong" });
    assert_eq!(
        ui.status_and_code("POST", PROVE, wrong.clone()).await,
        refusal(422, "session.invalid_credentials")
    );
    let blocked = refusal(400, "session.verification_blocked_too_many_attempts");
    assert_eq!(ui.status_and_code("POST", PROVE, wrong).await, blocked, "the failure that closes the lock");
    let right = json!({ "identifier": email(ADA), "password": PASSWORD });
    assert_eq!(ui.status_and_code("POST", PROVE, right).await, blocked);
}

#[tokio::test]
async fn a_password_that_changed_meanwhile_does_not_sign_in() {
    let mut input = all_methods_enabled();
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    let app = TestApp::with(input).await;
    let ada = app.new_user(ADA).with_password(PASSWORD).make().await;
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    let id = verify_password(&ui, email(ADA), PASSWORD).await;
    assert_eq!(ui.identify(&id).await.status, 204);
    let path = format!("/api/users/{}/password", ada.id);
    assert_eq!(
        send(&api_client(&app, ROOT), "PATCH", &path, &json!({ "password": "another one" })).await.status,
        200
    );
    assert_eq!(status_and_code(&ui.submit().await), refusal(404, "session.identifier_not_found"));
    assert!(ui.browser.cookie("session").is_none());
}

#[tokio::test]
async fn a_password_record_is_valid_only_for_sign_in() {
    let (app, _) = start().await;
    for event in ["ForgotPassword", "Register"] {
        let ui = CustomUi::with_interaction(&app, event).await;
        let input = json!({ "identifier": email(ADA), "password": PASSWORD });
        let answer = ui.status_and_code("POST", PROVE, input).await;
        assert_eq!(answer, refusal(400, "session.invalid_interaction_type"), "{event}");
    }
}

#[tokio::test]
async fn a_weak_password_leads_to_the_page_that_says_so() {
    let mut input = all_methods_enabled();
    input["settings"]["signInExperience"]["passwordCompliance"] = "require".into();
    input["settings"]["signInExperience"]["passwordPolicy"] = json!({ "length": { "min": 30 } });
    let app = TestApp::with(input).await;
    app.new_user(ADA).with_password(PASSWORD).make().await;
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    let id = verify_password(&ui, email(ADA), PASSWORD).await;
    ui.identify(&id).await;
    let submitted = ui.submit().await;
    let onward = body(&submitted)["redirectTo"].as_str().unwrap().to_owned();
    assert_eq!(onward, format!("{}/account/password", app.origin));
    assert_eq!(ui.browser.get("/account/password").await.status, 200);
    assert_eq!(ui.browser.get("/account").await.status, 303, "it is good for nothing else");
}
