//! Codes: the same answer whoever has the address, and the order in which a check says what is wrong.

use serde_json::json;

use super::{ADA, CHECK, IDENTIFY, SEND, Screen, body, email, open, says, start, told, typed, wanted};
use crate::promises::wrong;
use crate::support::app::TestApp;

#[tokio::test]
async fn known_and_unknown_people_get_the_same_answers() {
    let (app, _) = start().await;
    app.person("eve@example.org").suspended().make().await;
    let mut shapes = Vec::new();
    for address in [ADA, "nobody@example.org", "eve@example.org"] {
        let screen = Screen::that_begins(&app, "ForgotPassword").await;
        let page = screen.call("POST", SEND, wanted("ForgotPassword", address)).await;
        let id = body(&page)["verificationId"].as_str().unwrap().to_owned();
        let check = screen.call("POST", CHECK, typed(address, &id, "000000")).await;
        shapes.push((page.status, page.html.len(), told(&check), check.html.len(), screen.next().await));
    }
    assert!(shapes.windows(2).all(|pair| pair[0] == pair[1]), "{shapes:?}");
    assert_eq!(shapes[0].2, says(400, "verification_code.code_mismatch"));
    app.may_leave_messages();
}

#[tokio::test]
async fn a_check_says_what_is_wrong_in_the_order_of_the_contract() {
    let (app, _) = start().await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let id = screen.asks("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    let check = |body| screen.told("POST", CHECK, body);
    let bad = |code| says(400, code);
    assert_eq!(
        check(typed(ADA, "another", &code)).await,
        says(404, "session.verification_session_not_found")
    );
    assert_eq!(check(typed("bob@example.org", &id, &code)).await, bad("verification_code.email_mismatch"));
    let number = json!({ "type": "phone", "value": "12025550134" });
    let of_a_number = json!({ "identifier": number, "verificationId": id, "code": code });
    assert_eq!(check(of_a_number).await, bad("verification_code.phone_mismatch"));
    for typed_code in ["", "12345", "abcdef", &wrong(&code)] {
        assert_eq!(check(typed(ADA, &id, typed_code)).await, bad("verification_code.code_mismatch"));
    }
    app.clock.advance(601);
    assert_eq!(check(typed(ADA, &id, &code)).await, bad("verification_code.expired"));
    assert_eq!(
        check(typed("bob@example.org", &id, &code)).await,
        bad("verification_code.email_mismatch"),
        "the address before the time"
    );
}

#[tokio::test]
async fn a_used_up_code_is_over_and_a_right_one_is_used_once() {
    let (app, _) = start().await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let id = screen.asks("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    for _ in 0..9 {
        let told = screen.told("POST", CHECK, typed(ADA, &id, &wrong(&code))).await;
        assert_eq!(told, says(400, "verification_code.code_mismatch"));
    }
    let told = screen.told("POST", CHECK, typed(ADA, &id, &wrong(&code))).await;
    assert_eq!(told, says(400, "verification_code.exceed_max_try"));
    let told = screen.told("POST", CHECK, typed(ADA, &id, &code)).await;
    assert_eq!(told, says(400, "verification_code.exceed_max_try"), "the right one is too late");
    let (screen, id) = Screen::that_proved(&app, "ForgotPassword", ADA).await;
    let told = screen.told("POST", CHECK, typed(ADA, &id, "123456")).await;
    assert_eq!(told, says(400, "verification_code.not_found"));
}

#[tokio::test]
async fn another_message_takes_the_place_of_the_first() {
    let (app, _) = start().await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let first = screen.asks("ForgotPassword", ADA).await;
    let old = app.inbox_of(ADA).await.code();
    app.clock.advance(60);
    let second = screen.asks("ForgotPassword", ADA).await;
    let new = app.inbox_of(ADA).await.code();
    let told = screen.told("POST", CHECK, typed(ADA, &first, &old)).await;
    assert_eq!(told, says(404, "session.verification_session_not_found"));
    let told = screen.told("POST", CHECK, typed(ADA, &second, &old)).await;
    assert_eq!(told, says(400, "verification_code.code_mismatch"), "a code of the earlier message");
    screen.ok("POST", CHECK, typed(ADA, &second, &new), 200).await;
    let stands = screen.stands().await;
    let expected = json!([{
        "id": second, "type": "EmailVerificationCode", "identifier": email(ADA), "templateType": "ForgotPassword",
        "verified": true,
    }]);
    assert_eq!(stands["verificationRecords"], expected);
    assert_eq!(stands["next"], json!(["POST /api/experience/identification"]));
}

#[tokio::test]
async fn an_account_that_waits_blocks_every_check() {
    let mut given = open();
    given["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": 2, "window": 3600 });
    let app = TestApp::with(given).await;
    app.person(ADA).make().await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let id = screen.asks("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    for _ in 0..2 {
        screen.told("POST", CHECK, typed(ADA, &id, &wrong(&code))).await;
    }
    let page = screen.call("POST", CHECK, typed(ADA, &id, &code)).await;
    assert_eq!(told(&page), says(400, "session.verification_blocked_too_many_attempts"));
    assert!(page.retry_after() > 0);
}

#[tokio::test]
async fn too_many_messages_from_one_network_are_refused_openly() {
    let mut given = open();
    given["settings"]["throttle"]["requestsPerIp"] = json!({ "limit": 2, "window": 3600 });
    let app = TestApp::with(given).await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    for _ in 0..2 {
        screen.asks("ForgotPassword", "nobody@example.org").await;
    }
    let page = screen.call("POST", SEND, wanted("ForgotPassword", ADA)).await;
    assert_eq!(told(&page), says(429, "request.message_rate_limited"));
    assert!(page.retry_after() > 0);
    assert_eq!(screen.stands().await["verificationRecords"][0]["identifier"]["value"], "nobody@example.org");
}

#[tokio::test]
async fn a_channel_that_is_not_there_or_not_offered_is_said() {
    let mut given = open();
    given["connectors"] = json!([{ "id": "mail", "connectorId": "inbox", "type": "Email", "config": {} }]);
    let app = TestApp::with(given).await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let number = json!({ "type": "phone", "value": "12025550134" });
    let by_phone = json!({ "identifier": number, "interactionEvent": "ForgotPassword" });
    assert_eq!(screen.told("POST", SEND, by_phone.clone()).await, says(501, "connector.not_found"));
    let mut given = open();
    given["settings"]["signInExperience"]["forgotPasswordMethods"] = json!(["EmailVerificationCode"]);
    given["settings"]["signInExperience"]["signIn"]["methods"] = json!([{ "identifier": "email" }]);
    let app = TestApp::with(given).await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let unfit = |code| says(422, code);
    let told = screen.told("POST", SEND, by_phone).await;
    assert_eq!(told, unfit("session.not_supported_for_forgot_password"));
    let screen = Screen::that_begins(&app, "SignIn").await;
    let told = screen.told("POST", SEND, wanted("SignIn", ADA)).await;
    assert!(
        [says(403, "auth.forbidden"), unfit("user.sign_in_method_not_enabled")].contains(&told),
        "{told:?}"
    );
    let screen = Screen::that_begins(&app, "Register").await;
    let by_phone = json!({ "identifier": number, "interactionEvent": "Register" });
    assert_eq!(screen.told("POST", SEND, by_phone).await, unfit("user.sign_up_method_not_enabled"));
}

#[tokio::test]
async fn a_code_of_one_browser_is_worth_nothing_in_another() {
    let (app, _) = start().await;
    let (mine, theirs) = (
        Screen::that_begins(&app, "ForgotPassword").await,
        Screen::that_begins(&app, "ForgotPassword").await,
    );
    let id = mine.asks("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    let told = theirs.told("POST", CHECK, typed(ADA, &id, &code)).await;
    assert_eq!(told, says(404, "session.verification_session_not_found"));
    let told = theirs.told("POST", IDENTIFY, json!({ "verificationId": id })).await;
    assert_eq!(told, says(404, "session.verification_session_not_found"));
}
