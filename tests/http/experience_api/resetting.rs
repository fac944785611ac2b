//! A forgotten password, all the way: in the order of the contract and in no other, and what follows from it.

use serde_json::json;

use super::{ADA, BEGIN, CHECK, CHOOSE, NEW, PASSWORD, SUBMIT, Screen, body, says, start, told, typed};
use crate::promises::signs_in;

#[tokio::test]
async fn the_sequence_of_the_contract_sets_a_new_password() {
    let (app, ada) = start().await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let id = screen.asks("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    screen.ok("POST", CHECK, typed(ADA, &id, &code), 200).await;
    assert_eq!(screen.identifies(&id).await.status, 204);
    let early = screen.submits().await;
    assert_eq!(told(&early), says(422, "user.new_password_required_in_profile"));
    assert_eq!(body(&early)["data"]["next"], json!(["PUT /api/experience/profile/password"]));
    screen.ok("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert!(signs_in(&app, ADA, PASSWORD).await, "nothing is written before the last step");
    assert_eq!(screen.next().await, json!(["POST /api/experience/submit"]));
    let done = screen.submits().await;
    assert_eq!((done.status, done.html.as_str()), (204, ""));
    assert!(screen.browser.cookie("session").is_none(), "nobody is signed in by it");
    assert!(!signs_in(&app, ADA, PASSWORD).await && signs_in(&app, ADA, NEW).await);
    assert_eq!(app.inbox_of(ADA).await.count_of("PasswordChanged"), 1);
    assert_eq!(told(&screen.submits().await), says(404, "session.interaction_not_found"), "only once");
    screen.ok("PUT", BEGIN, json!({ "interactionEvent": "SignIn" }), 204).await;
    let identifier = json!({ "type": "email", "value": ADA });
    let proved =
        screen.ok("POST", super::PROVE, json!({ "identifier": identifier, "password": NEW }), 200).await;
    let proved: serde_json::Value = serde_json::from_str(&proved).unwrap();
    screen.identifies(proved["verificationId"].as_str().unwrap()).await;
    assert_eq!(
        screen.gets_back(&screen.submits().await).await["sub"],
        ada.id.as_str(),
        "the shop still waited"
    );
}

#[tokio::test]
async fn no_step_can_be_left_out() {
    let (app, _) = start().await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let choose = || screen.told("PUT", CHOOSE, json!({ "password": NEW }));
    let unknown = says(404, "session.identifier_not_found");
    assert_eq!((choose().await, told(&screen.submits().await)), (unknown.clone(), unknown.clone()));
    let id = screen.asks("ForgotPassword", ADA).await;
    assert_eq!((choose().await, told(&screen.submits().await)), (unknown.clone(), unknown.clone()));
    let code = app.inbox_of(ADA).await.code();
    screen.ok("POST", CHECK, typed(ADA, &id, &code), 200).await;
    assert_eq!((choose().await, told(&screen.submits().await)), (unknown.clone(), unknown));
    assert!(signs_in(&app, ADA, PASSWORD).await);
}

#[tokio::test]
async fn a_weak_password_and_the_same_one_are_refused_with_reasons() {
    let (app, _) = start().await;
    let (screen, id) = Screen::that_proved(&app, "ForgotPassword", ADA).await;
    screen.identifies(&id).await;
    let page = screen.call("PUT", CHOOSE, json!({ "password": "short" })).await;
    assert_eq!(told(&page), says(422, "password.rejected"));
    assert_eq!(body(&page)["data"][0]["code"], "password_rejected.too_short");
    let told_same = screen.told("PUT", CHOOSE, json!({ "password": PASSWORD })).await;
    assert_eq!(told_same, says(422, "user.same_password"));
    assert_eq!(told(&screen.submits().await), says(422, "user.new_password_required_in_profile"));
    screen.ok("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert_eq!(screen.submits().await.status, 204);
    app.may_leave_messages();
}

#[tokio::test]
async fn a_grant_that_is_over_says_so_and_what_to_do() {
    let (app, _) = start().await;
    let (screen, id) = Screen::that_proved(&app, "ForgotPassword", ADA).await;
    screen.identifies(&id).await;
    screen.ok("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    app.clock.advance(601);
    let page = screen.submits().await;
    assert_eq!(told(&page), says(404, "session.identifier_not_found"));
    assert_eq!(body(&page)["data"]["next"][0], "POST /api/experience/verification/verification-code");
    assert!(signs_in(&app, ADA, PASSWORD).await);
}

#[tokio::test]
async fn a_password_that_was_chosen_for_another_proof_is_not_saved() {
    let (app, _) = start().await;
    let (screen, id) = Screen::that_proved(&app, "ForgotPassword", ADA).await;
    screen.identifies(&id).await;
    screen.ok("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    let thief = screen.browser.jar();
    assert_eq!(screen.submits().await.status, 204);
    screen.browser.restore(thief);
    let replayed = screen.browser.raw("POST", SUBMIT, &[], Vec::new()).await;
    assert_eq!(told(&replayed), says(404, "session.identifier_not_found"), "an old cookie opens nothing");
    app.may_leave_messages();
}

#[tokio::test]
async fn only_a_forgotten_password_is_set_this_way() {
    let (app, _) = start().await;
    for event in ["SignIn", "Register"] {
        let screen = Screen::that_begins(&app, event).await;
        let told = screen.told("PUT", CHOOSE, json!({ "password": NEW })).await;
        assert_eq!(told, says(400, "session.invalid_interaction_type"), "{event}");
    }
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let told = screen.told("POST", super::PROFILE, json!({ "type": "password", "value": NEW })).await;
    assert_eq!(told, says(400, "session.not_supported_for_forgot_password"));
}
