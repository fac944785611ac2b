//! Sign-in, sign-out and session tokens.

use serde_json::json;

use super::{
    ADA, PASSWORD, SIGN_IN, api_client, data, error_of, execute, login_client, payload, result_code,
    root_client, sign_in, start, start_with,
};

const OUT: &str = "mutation($all: Boolean) { signOut(all: $all) { ok error { code } logoutUrl } }";
const ISSUE: &str = "mutation($email: String, $personId: String, $expiration: Int) {
  createSessionToken(email: $email, personId: $personId, expiration: $expiration) {
    ok error { code } result { token person { email } } } }";

#[tokio::test]
async fn a_right_password_returns_a_session() {
    let app = start().await;
    let user = api_client(&app, &sign_in(&app, PASSWORD).await);
    let query = "{ me { id roles apiKey { id } permissions { canCreateProject } projects { project { slug } }
        person { email name otpEnabled emailOtpEnabled emailVerified passwordlessEnabled identityProviders { id }
            identity { person { email } } }
        sessions { id isCurrent createdAt expiresAt } } }";
    let me = data(&user, query, json!({})).await["me"].clone();
    assert_eq!((&me["roles"], &me["apiKey"]), (&json!(["person"]), &json!(null)));
    assert_eq!(me["person"]["identity"]["person"]["email"], ADA);
    assert_eq!((&me["person"]["emailVerified"], &me["person"]["otpEnabled"]), (&json!(true), &json!(false)));
    assert_eq!(me["sessions"][0]["isCurrent"], true);
    assert_eq!(me["sessions"][0]["createdAt"], "2023-11-14T22:13:20.000Z");
}

#[tokio::test]
async fn every_failed_sign_in_is_invalid_credentials() {
    let app = start().await;
    app.new_user("exile@example.org").with_password(PASSWORD).suspended().make().await;
    app.new_user("blank@example.org").make().await;
    for (email, password) in [
        (ADA, "wrong"),
        (ADA, ""),
        ("ghost@example.org", PASSWORD),
        ("exile@example.org", PASSWORD),
        ("blank@example.org", ""),
        ("nonsense", PASSWORD),
    ] {
        let answer =
            result_code(&login_client(&app), SIGN_IN, json!({ "email": email, "password": password })).await;
        assert_eq!(answer, "INVALID_CREDENTIALS", "{email}");
    }
}

#[tokio::test]
async fn too_many_failures_are_throttled() {
    let app =
        start_with(json!({ "throttle": { "signInFailures": { "limit": 3, "window": 60, "lock": 90 } } }))
            .await;
    let wrong = json!({ "email": ADA, "password": "wrong" });
    for _ in 0..2 {
        assert_eq!(result_code(&login_client(&app), SIGN_IN, wrong.clone()).await, "INVALID_CREDENTIALS");
    }
    for password in ["wrong", PASSWORD] {
        let answer =
            payload(&login_client(&app), SIGN_IN, json!({ "email": ADA, "password": password })).await;
        let error = json!({ "code": "RATE_LIMIT_EXCEEDED", "retryAfter": 90 });
        assert_eq!(answer["error"], error, "{password}");
    }
}

#[tokio::test]
async fn a_session_can_be_made_shorter() {
    let app = start().await;
    let input = |minutes: i64| json!({ "email": ADA, "password": PASSWORD, "expiration": minutes });
    let token =
        payload(&login_client(&app), SIGN_IN, input(5)).await["result"]["token"].as_str().unwrap().to_owned();
    app.clock.advance(299);
    assert_eq!(execute(&api_client(&app, &token), "{ me { id } }", json!({})).await.status, 200);
    app.clock.advance(1);
    assert_eq!(execute(&api_client(&app, &token), "{ me { id } }", json!({})).await.status, 401);
    assert_eq!(error_of(&login_client(&app), SIGN_IN, input(0)).await, (200, "UserInputError".to_owned()));
}

#[tokio::test]
async fn signing_out_ends_this_session_or_all() {
    let app = start().await;
    let [one, two, three] =
        [sign_in(&app, PASSWORD).await, sign_in(&app, PASSWORD).await, sign_in(&app, PASSWORD).await];
    let lives =
        async |token: &str| execute(&api_client(&app, token), "{ me { id } }", json!({})).await.status == 200;
    assert_eq!(result_code(&api_client(&app, &one), OUT, json!({})).await, "ok");
    assert!(!lives(&one).await && lives(&two).await && lives(&three).await);
    assert_eq!(result_code(&api_client(&app, &two), OUT, json!({ "all": true })).await, "ok");
    assert!(!lives(&two).await && !lives(&three).await);
    assert_eq!(result_code(&login_client(&app), OUT, json!({})).await, "NOT_A_PERSON");
}

#[tokio::test]
async fn an_operator_makes_sessions() {
    let app = start().await;
    let exile = app.new_user("exile@example.org").suspended().make().await;
    let made = payload(&root_client(&app), ISSUE, json!({ "email": ADA, "expiration": 1 })).await;
    let token = made["result"]["token"].as_str().unwrap();
    let me = data(&api_client(&app, token), "{ me { id person { email } } }", json!({})).await;
    assert_eq!(me["me"]["person"]["email"], ADA);
    app.clock.advance(60);
    assert_eq!(execute(&api_client(&app, token), "{ me { id } }", json!({})).await.status, 401);
    let id = me["me"]["id"].clone();
    for (input, answer) in [
        (json!({ "personId": id }), "ok"),
        (json!({ "personId": "nobody" }), "UNKNOWN_PERSON_ID"),
        (json!({ "email": "ghost@example.org" }), "UNKNOWN_EMAIL"),
        (json!({ "personId": exile.id }), "PERSON_DISABLED"),
    ] {
        assert_eq!(result_code(&root_client(&app), ISSUE, input).await, answer);
    }
    assert_eq!(error_of(&root_client(&app), ISSUE, json!({})).await.1, "UserInputError");
}

/// Where the settings want another password first, the session does nothing else.
#[tokio::test]
async fn a_restricted_session_only_changes_the_password() {
    let strict = json!({ "signInExperience": {
        "passwordCompliance": "require", "passwordPolicy": { "length": { "min": 30 } },
    } });
    let app = start_with(strict).await;
    let token = sign_in(&app, PASSWORD).await;
    assert_eq!(
        error_of(&api_client(&app, &token), "{ me { id } }", json!({})).await,
        (400, "ForbiddenError".to_owned())
    );
    let change = "mutation($new: String!) { changeMyPassword(currentPassword: \"\", newPassword: $new) { ok error { code } } }";
    let new = json!({ "new": "nineteen walruses in the library" });
    assert_eq!(result_code(&api_client(&app, &token), change, new).await, "ok");
    assert_eq!(execute(&api_client(&app, &token), "{ me { id } }", json!({})).await.status, 200);
    app.may_leave_messages();
}
