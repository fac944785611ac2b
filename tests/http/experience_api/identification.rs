//! Which user a verified record identifies: none without one, never two, and the state of the account only
//! after verification.

use serde_json::json;

use super::{
    ADA, CustomUi, IDENTIFY, VERIFY_CODE, body, code_verification, email, refusal, start, status_and_code,
};
use crate::http::{ROOT, api_client, send, with_keys};
use crate::support::app::TestApp;

#[tokio::test]
async fn identification_needs_a_verified_record() {
    let (app, ada) = start().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let id = ui.send_code("ForgotPassword", ADA).await;
    let page = ui.identify(&id).await;
    assert_eq!(status_and_code(&page), refusal(400, "session.verification_failed"));
    let next = &body(&page)["data"]["next"];
    assert_eq!(next[0], "POST /api/experience/verification/verification-code/verify");
    let code = app.inbox_of(ADA).await.code();
    ui.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &id, &code), 200).await;
    let social = json!({ "verificationId": id, "linkSocialIdentity": false });
    ui.call_expecting("POST", IDENTIFY, social, 204).await;
    assert_eq!(ui.status().await["userId"], ada.id.as_str());
    assert_eq!(ui.next_steps().await, json!(["PUT /api/experience/profile/password"]));
}

#[tokio::test]
async fn a_second_user_is_a_conflict() {
    let (app, ada) = start().await;
    app.new_user("bob@example.org").make().await;
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", ADA).await;
    assert_eq!(ui.identify(&id).await.status, 204);
    let other = ui.send_code("ForgotPassword", "bob@example.org").await;
    let code = app.inbox_of("bob@example.org").await.code();
    ui.call_expecting("POST", VERIFY_CODE, code_verification("bob@example.org", &other, &code), 200).await;
    assert_eq!(status_and_code(&ui.identify(&other).await), refusal(409, "session.identity_conflict"));
    assert_eq!(ui.status().await["userId"], ada.id.as_str());
    assert_eq!(status_and_code(&ui.submit().await), refusal(404, "session.identifier_not_found"));
}

#[tokio::test]
async fn the_state_of_an_account_is_revealed_only_after_verification() {
    let mut input = super::all_methods_enabled();
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    let app = TestApp::with(input).await;
    let root = api_client(&app, ROOT);
    for (address, method, path, expected) in [
        ("ada@example.org", "PATCH", "/is-suspended", refusal(401, "user.suspended")),
        ("bob@example.org", "DELETE", "", refusal(404, "user.user_not_exist")),
    ] {
        let user = app.new_user(address).make().await;
        let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", address).await;
        let path = format!("/api/users/{}{path}", user.id);
        send(&root, method, &path, &json!({ "isSuspended": true })).await;
        let page = ui.identify(&id).await;
        assert_eq!(status_and_code(&page), expected, "{method}");
        if method == "DELETE" {
            assert_eq!(body(&page)["data"]["identifier"], email(address));
        }
        let attacker = CustomUi::with_interaction(&app, "ForgotPassword").await;
        let record = attacker.send_code("ForgotPassword", address).await;
        assert_eq!(
            status_and_code(&attacker.identify(&record).await),
            refusal(400, "session.verification_failed")
        );
    }
    app.may_leave_messages();
}
