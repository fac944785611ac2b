//! Whom a proof identifies: never without one, never two people, and what became of the account is said to whoever proved it.

use serde_json::json;

use super::{ADA, CHECK, IDENTIFY, Screen, body, email, says, start, told, typed};
use crate::http::{ROOT, machine, send, with_keys};
use crate::support::app::TestApp;

#[tokio::test]
async fn nobody_is_identified_without_a_proof() {
    let (app, ada) = start().await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let id = screen.asks("ForgotPassword", ADA).await;
    let page = screen.identifies(&id).await;
    assert_eq!(told(&page), says(400, "session.verification_failed"));
    let next = &body(&page)["data"]["next"];
    assert_eq!(next[0], "POST /api/experience/verification/verification-code/verify");
    let code = app.inbox_of(ADA).await.code();
    screen.ok("POST", CHECK, typed(ADA, &id, &code), 200).await;
    let social = json!({ "verificationId": id, "linkSocialIdentity": false });
    screen.ok("POST", IDENTIFY, social, 204).await;
    assert_eq!(screen.stands().await["userId"], ada.id.as_str());
    assert_eq!(screen.next().await, json!(["PUT /api/experience/profile/password"]));
}

#[tokio::test]
async fn a_second_person_is_a_conflict() {
    let (app, ada) = start().await;
    app.person("bob@example.org").make().await;
    let (screen, id) = Screen::that_proved(&app, "ForgotPassword", ADA).await;
    assert_eq!(screen.identifies(&id).await.status, 204);
    let other = screen.asks("ForgotPassword", "bob@example.org").await;
    let code = app.inbox_of("bob@example.org").await.code();
    screen.ok("POST", CHECK, typed("bob@example.org", &other, &code), 200).await;
    assert_eq!(told(&screen.identifies(&other).await), says(409, "session.identity_conflict"));
    assert_eq!(screen.stands().await["userId"], ada.id.as_str());
    assert_eq!(told(&screen.submits().await), says(404, "session.identifier_not_found"));
}

#[tokio::test]
async fn what_became_of_an_account_is_said_to_whoever_proved_it() {
    let mut given = super::open();
    given["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    let app = TestApp::with(given).await;
    let root = machine(&app, ROOT);
    for (address, method, path, expected) in [
        ("ada@example.org", "PATCH", "/is-suspended", says(401, "user.suspended")),
        ("bob@example.org", "DELETE", "", says(404, "user.user_not_exist")),
    ] {
        let person = app.person(address).make().await;
        let (screen, id) = Screen::that_proved(&app, "ForgotPassword", address).await;
        let path = format!("/api/users/{}{path}", person.id);
        send(&root, method, &path, &json!({ "isSuspended": true })).await;
        let page = screen.identifies(&id).await;
        assert_eq!(told(&page), expected, "{method}");
        if method == "DELETE" {
            assert_eq!(body(&page)["data"]["identifier"], email(address));
        }
        let stranger = Screen::that_begins(&app, "ForgotPassword").await;
        let asked = stranger.asks("ForgotPassword", address).await;
        assert_eq!(told(&stranger.identifies(&asked).await), says(400, "session.verification_failed"));
    }
    app.may_leave_messages();
}
