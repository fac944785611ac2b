//! Verification codes: the same answer for every address, and the order in which a verification reports
//! errors.

use serde_json::json;

use super::{
    ADA, CustomUi, IDENTIFY, SEND, VERIFY_CODE, all_methods_enabled, body, code_request, code_verification,
    email, refusal, start, status_and_code,
};
use crate::promises::wrong_code;
use crate::support::app::TestApp;

#[tokio::test]
async fn known_and_unknown_people_get_the_same_answers() {
    let (app, _) = start().await;
    app.new_user("eve@example.org").suspended().make().await;
    let mut shapes = Vec::new();
    for address in [ADA, "nobody@example.org", "eve@example.org"] {
        let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
        let page = ui.call("POST", SEND, code_request("ForgotPassword", address)).await;
        let id = body(&page)["verificationId"].as_str().unwrap().to_owned();
        let check = ui.call("POST", VERIFY_CODE, code_verification(address, &id, "000000")).await;
        shapes.push((
            page.status,
            page.html.len(),
            status_and_code(&check),
            check.html.len(),
            ui.next_steps().await,
        ));
    }
    assert!(shapes.windows(2).all(|pair| pair[0] == pair[1]), "{shapes:?}");
    assert_eq!(shapes[0].2, refusal(400, "verification_code.code_mismatch"));
    app.may_leave_messages();
}

#[tokio::test]
async fn a_verification_reports_errors_in_the_order_of_the_contract() {
    let (app, _) = start().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let id = ui.send_code("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    let check = |body| ui.status_and_code("POST", VERIFY_CODE, body);
    let bad = |code| refusal(400, code);
    assert_eq!(
        check(code_verification(ADA, "another", &code)).await,
        refusal(404, "session.verification_session_not_found")
    );
    assert_eq!(
        check(code_verification("bob@example.org", &id, &code)).await,
        bad("verification_code.email_mismatch")
    );
    let number = json!({ "type": "phone", "value": "12025550134" });
    let of_a_number = json!({ "identifier": number, "verificationId": id, "code": code });
    assert_eq!(check(of_a_number).await, bad("verification_code.phone_mismatch"));
    for typed_code in ["", "12345", "abcdef", &wrong_code(&code)] {
        assert_eq!(
            check(code_verification(ADA, &id, typed_code)).await,
            bad("verification_code.code_mismatch")
        );
    }
    app.clock.advance(601);
    assert_eq!(check(code_verification(ADA, &id, &code)).await, bad("verification_code.expired"));
    assert_eq!(
        check(code_verification("bob@example.org", &id, &code)).await,
        bad("verification_code.email_mismatch"),
        "the address before the time"
    );
}

#[tokio::test]
async fn an_exhausted_code_is_refused_and_a_right_one_used_once() {
    let (app, _) = start().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let id = ui.send_code("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    for _ in 0..9 {
        let answer =
            ui.status_and_code("POST", VERIFY_CODE, code_verification(ADA, &id, &wrong_code(&code))).await;
        assert_eq!(answer, refusal(400, "verification_code.code_mismatch"));
    }
    let answer =
        ui.status_and_code("POST", VERIFY_CODE, code_verification(ADA, &id, &wrong_code(&code))).await;
    assert_eq!(answer, refusal(400, "verification_code.exceed_max_try"));
    let answer = ui.status_and_code("POST", VERIFY_CODE, code_verification(ADA, &id, &code)).await;
    assert_eq!(answer, refusal(400, "verification_code.exceed_max_try"), "the right one is too late");
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", ADA).await;
    let answer = ui.status_and_code("POST", VERIFY_CODE, code_verification(ADA, &id, "123456")).await;
    assert_eq!(answer, refusal(400, "verification_code.not_found"));
}

#[tokio::test]
async fn another_message_replaces_the_first() {
    let (app, _) = start().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let first = ui.send_code("ForgotPassword", ADA).await;
    let old = app.inbox_of(ADA).await.code();
    app.clock.advance(60);
    let second = ui.send_code("ForgotPassword", ADA).await;
    let new = app.inbox_of(ADA).await.code();
    let answer = ui.status_and_code("POST", VERIFY_CODE, code_verification(ADA, &first, &old)).await;
    assert_eq!(answer, refusal(404, "session.verification_session_not_found"));
    let answer = ui.status_and_code("POST", VERIFY_CODE, code_verification(ADA, &second, &old)).await;
    assert_eq!(answer, refusal(400, "verification_code.code_mismatch"), "a code of the earlier message");
    ui.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &second, &new), 200).await;
    let state_now = ui.status().await;
    let expected = json!([{
        "id": second, "type": "EmailVerificationCode", "identifier": email(ADA), "templateType": "ForgotPassword",
        "verified": true,
    }]);
    assert_eq!(state_now["verificationRecords"], expected);
    assert_eq!(state_now["next"], json!(["POST /api/experience/identification"]));
}

#[tokio::test]
async fn a_throttled_account_refuses_every_verification() {
    let mut input = all_methods_enabled();
    input["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": 2, "window": 3600 });
    let app = TestApp::with(input).await;
    app.new_user(ADA).make().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let id = ui.send_code("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    for _ in 0..2 {
        ui.status_and_code("POST", VERIFY_CODE, code_verification(ADA, &id, &wrong_code(&code))).await;
    }
    let page = ui.call("POST", VERIFY_CODE, code_verification(ADA, &id, &code)).await;
    assert_eq!(status_and_code(&page), refusal(400, "session.verification_blocked_too_many_attempts"));
    assert!(page.retry_after() > 0);
}

#[tokio::test]
async fn too_many_messages_from_one_network_are_refused_openly() {
    let mut input = all_methods_enabled();
    input["settings"]["throttle"]["requestsPerIp"] = json!({ "limit": 2, "window": 3600 });
    let app = TestApp::with(input).await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    for _ in 0..2 {
        ui.send_code("ForgotPassword", "nobody@example.org").await;
    }
    let page = ui.call("POST", SEND, code_request("ForgotPassword", ADA)).await;
    assert_eq!(status_and_code(&page), refusal(429, "request.message_rate_limited"));
    assert!(page.retry_after() > 0);
    assert_eq!(ui.status().await["verificationRecords"][0]["identifier"]["value"], "nobody@example.org");
}

#[tokio::test]
async fn an_unavailable_channel_is_reported() {
    let mut input = all_methods_enabled();
    input["connectors"] = json!([{ "id": "mail", "connectorId": "inbox", "type": "Email", "config": {} }]);
    let app = TestApp::with(input).await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let number = json!({ "type": "phone", "value": "12025550134" });
    let by_phone = json!({ "identifier": number, "interactionEvent": "ForgotPassword" });
    assert_eq!(ui.status_and_code("POST", SEND, by_phone.clone()).await, refusal(501, "connector.not_found"));
    let mut input = all_methods_enabled();
    input["settings"]["signInExperience"]["forgotPasswordMethods"] = json!(["EmailVerificationCode"]);
    input["settings"]["signInExperience"]["signIn"]["methods"] = json!([{ "identifier": "email" }]);
    let app = TestApp::with(input).await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let unfit = |code| refusal(422, code);
    let answer = ui.status_and_code("POST", SEND, by_phone).await;
    assert_eq!(answer, unfit("session.not_supported_for_forgot_password"));
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    let answer = ui.status_and_code("POST", SEND, code_request("SignIn", ADA)).await;
    assert!(
        [refusal(403, "auth.forbidden"), unfit("user.sign_in_method_not_enabled")].contains(&answer),
        "{answer:?}"
    );
    let ui = CustomUi::with_interaction(&app, "Register").await;
    let by_phone = json!({ "identifier": number, "interactionEvent": "Register" });
    assert_eq!(ui.status_and_code("POST", SEND, by_phone).await, unfit("user.sign_up_method_not_enabled"));
}

#[tokio::test]
async fn a_code_of_one_browser_is_invalid_in_another() {
    let (app, _) = start().await;
    let (mine, theirs) = (
        CustomUi::with_interaction(&app, "ForgotPassword").await,
        CustomUi::with_interaction(&app, "ForgotPassword").await,
    );
    let id = mine.send_code("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    let answer = theirs.status_and_code("POST", VERIFY_CODE, code_verification(ADA, &id, &code)).await;
    assert_eq!(answer, refusal(404, "session.verification_session_not_found"));
    let answer = theirs.status_and_code("POST", IDENTIFY, json!({ "verificationId": id })).await;
    assert_eq!(answer, refusal(404, "session.verification_session_not_found"));
}
