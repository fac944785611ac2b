//! Making an account: with a proved address or with a name, and nothing is made before the last step.

use serde_json::json;

use super::{ADA, IDENTIFY, NEW, PROFILE, Screen, body, open, says, start, told};
use crate::support::app::TestApp;

const EVE: &str = "eve@example.org";

fn password() -> serde_json::Value {
    json!({ "type": "password", "value": NEW })
}

#[tokio::test]
async fn a_proved_address_becomes_an_account() {
    let (app, _) = start().await;
    let (screen, id) = Screen::that_proved(&app, "Register", EVE).await;
    assert_eq!(screen.identifies(&id).await.status, 201);
    let early = screen.submits().await;
    assert_eq!(told(&early), says(422, "user.missing_profile"));
    assert_eq!(body(&early)["data"]["next"], json!(["POST /api/experience/profile"]));
    assert!(app.user(EVE).await.is_none(), "nothing is made before the last step");
    assert_eq!(
        screen.told("POST", PROFILE, json!({ "type": "password", "value": "short" })).await,
        says(422, "password.rejected")
    );
    screen.ok("POST", PROFILE, password(), 204).await;
    let claims = screen.gets_back(&screen.submits().await).await;
    assert_eq!(claims["sub"], app.user(EVE).await.unwrap().id.as_str());
    assert!(crate::promises::signs_in(&app, EVE, NEW).await);
}

#[tokio::test]
async fn an_address_that_is_taken_looks_like_a_free_one() {
    let (app, _) = start().await;
    let mut shapes = Vec::new();
    for address in [ADA, EVE] {
        let screen = Screen::that_begins(&app, "Register").await;
        let id = screen.asks("Register", address).await;
        shapes.push((id.len(), told(&screen.identifies(&id).await), screen.next().await));
    }
    assert_eq!(shapes[0], shapes[1]);
    assert_eq!(app.inbox_of(ADA).await.count_of("AccountExists"), 1, "its owner hears of it");
    app.may_leave_messages();
}

#[tokio::test]
async fn a_name_needs_no_proof() {
    let (app, _) = start().await;
    let screen = Screen::that_begins(&app, "Register").await;
    assert_eq!(
        screen.told("POST", PROFILE, password()).await,
        says(404, "session.identifier_not_found"),
        "of whom?"
    );
    screen.ok("POST", PROFILE, json!({ "type": "username", "value": "Eve" }), 204).await;
    screen.ok("POST", IDENTIFY, json!({}), 201).await;
    screen.ok("POST", PROFILE, password(), 204).await;
    let stands = screen.stands().await;
    assert_eq!(stands["profile"], json!({ "username": "Eve", "hasPassword": true }));
    let claims = screen.gets_back(&screen.submits().await).await;
    assert_eq!(claims["sub"], app.user("eve").await.unwrap().id.as_str());
    let screen = Screen::that_begins(&app, "Register").await;
    let told = screen.told("POST", PROFILE, json!({ "type": "username", "value": "EVE" })).await;
    assert_eq!(told, says(422, "user.username_already_in_use"));
}

#[tokio::test]
async fn of_two_who_claim_one_name_one_wins() {
    let (app, _) = start().await;
    let name = json!({ "type": "username", "value": "eve" });
    let mut screens = Vec::new();
    for _ in 0..2 {
        let screen = Screen::that_begins(&app, "Register").await;
        screen.ok("POST", PROFILE, name.clone(), 204).await;
        screen.ok("POST", PROFILE, password(), 204).await;
        screens.push(screen);
    }
    assert_eq!(screens[0].submits().await.status, 200);
    assert_eq!(told(&screens[1].submits().await), says(422, "user.username_already_in_use"));
}

#[tokio::test]
async fn what_no_account_is_made_with_is_refused() {
    let mut given = open();
    given["settings"]["signInExperience"]["signUp"] = json!({ "identifiers": ["email"], "password": false });
    let app = TestApp::with(given).await;
    let screen = Screen::that_begins(&app, "Register").await;
    let told_name = screen.told("POST", PROFILE, json!({ "type": "username", "value": "eve" })).await;
    assert_eq!(told_name, says(422, "user.sign_up_method_not_enabled"));
    let told_nothing = screen.told("POST", PROFILE, json!({ "type": "username", "value": "" })).await;
    assert_eq!(told_nothing, says(400, "guard.invalid_input"));
    let (screen, id) = Screen::that_proved(&app, "Register", EVE).await;
    assert_eq!(screen.identifies(&id).await.status, 201);
    assert_eq!(screen.submits().await.status, 200, "accounts here have no password");
}

#[tokio::test]
async fn signing_in_has_no_profile() {
    let (app, _) = start().await;
    let screen = Screen::that_begins(&app, "SignIn").await;
    let told = screen.told("POST", PROFILE, password()).await;
    assert_eq!(told, says(400, "session.invalid_interaction_type"));
}
