//! What a code for a forgotten password gives to an app is good for the new password, until it is set, and
//! for nothing else.

use serde_json::{Value, json};

use crate::http::sdk_api::{
    API, NEW, call_ok, call_status, recovery_session, refresh, refresh_ok, sign_in, start, with_session,
};
use crate::http::{api_client, body, send};
use crate::promises::PASSWORD;
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::db_dump;

/// What the app's server hears of a token.
async fn introspect(app: &TestApp, token: &Value) -> Value {
    let client = Client::of(app, "api").with_secret(API);
    let fields = [("token", token.as_str().unwrap())];
    body(&client.post_form("/oidc/token/introspection", &fields).await)
}

/// Everything that an access token of the SDK could be tried at, but for the password.
async fn assert_refused_everywhere(app: &TestApp, session: &Value) {
    let answer = call_status(&with_session(app, session), "revoke-all", json!({})).await;
    assert_eq!(answer, (403, "insufficient_scope".to_owned()));
    let access = session["access_token"].as_str().unwrap();
    assert_eq!(Client::of(app, "shop").get_userinfo(access).await.status, 403);
    let user = api_client(app, access);
    for path in ["/api/my-account", "/api/my-account/sessions", "/api/users", "/api/sign-in-exp"] {
        let status = user.get(path).await.status;
        assert!([401, 403, 404].contains(&status), "{path}: {status}");
    }
    let input = json!({ "password": "another walrus", "verificationRecordId": "x" });
    let page = send(&user, "POST", "/api/my-account/password", &input).await;
    assert_eq!(page.status, 403, "{}", page.html);
    let query = json!({ "query": "{ me { id } }" });
    let page = send(&user, "POST", "/graphql", &query).await;
    assert!(page.status == 401 || !body(&page)["errors"].is_null(), "{}", page.html);
}

#[tokio::test]
async fn a_recovery_session_only_sets_the_password() {
    let app = start(json!({})).await;
    let elsewhere = sign_in(&app, PASSWORD).await;
    let session = recovery_session(&app).await;
    assert_refused_everywhere(&app, &session).await;
    let next = refresh_ok(&app, &session).await;
    assert_refused_everywhere(&app, &next).await;
    refresh_ok(&app, &elsewhere).await;
    call_ok(&with_session(&app, &next), "password/update", json!({ "password": NEW })).await;
    app.may_leave_messages();
}

#[tokio::test]
async fn introspection_reports_a_restricted_session() {
    let app = start(json!({})).await;
    let session = recovery_session(&app).await;
    let next = refresh_ok(&app, &session).await;
    for tokens in [&session, &next] {
        let answer = introspect(&app, &tokens["access_token"]).await;
        assert_eq!(
            (&answer["scope"], &answer["amr"]),
            (&json!("password:update"), &json!(["recovery"])),
            "{answer}"
        );
    }
    call_ok(&with_session(&app, &next), "password/update", json!({ "password": NEW })).await;
    for tokens in [&session, &next] {
        let answer = introspect(&app, &tokens["access_token"]).await;
        assert_eq!(
            (&answer["active"], &answer["scope"], &answer["amr"]),
            (&json!(true), &json!(""), &json!(["otp"]))
        );
    }
    app.may_leave_messages();
}

#[tokio::test]
async fn after_the_password_a_recovery_session_becomes_an_ordinary_one() {
    let app = start(json!({})).await;
    let session = recovery_session(&app).await;
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    let elsewhere = sign_in(&app, NEW).await;
    call_ok(&with_session(&app, &session), "revoke-all", json!({})).await;
    assert_eq!((refresh(&app, &elsewhere).await.0, refresh(&app, &session).await.0), (401, 401));
    app.may_leave_messages();
}

/// Giving it up is all that is left beside the password.
#[tokio::test]
async fn a_recovery_session_can_be_signed_out() {
    let app = start(json!({})).await;
    let elsewhere = sign_in(&app, PASSWORD).await;
    let session = recovery_session(&app).await;
    call_ok(&with_session(&app, &session), "signout", json!({})).await;
    assert_eq!(
        call_status(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await.0,
        401
    );
    refresh_ok(&app, &elsewhere).await;
}

/// The same where the settings want another password of somebody who signed in.
#[tokio::test]
async fn a_password_that_must_be_changed_gives_a_restricted_session() {
    let app = start(json!({ "signInExperience": {
        "passwordCompliance": "require", "passwordPolicy": { "length": { "min": 30 } },
    } }))
    .await;
    let session = sign_in(&app, PASSWORD).await;
    assert_eq!(session["password_required"], true);
    assert_refused_everywhere(&app, &session).await;
    let answer = introspect(&app, &session["access_token"]).await;
    assert_eq!((&answer["scope"], &answer["amr"]), (&json!("password:update"), &json!(["password"])));
    let new = json!({ "password": "nineteen walruses in the library" });
    call_ok(&with_session(&app, &session), "password/update", new).await;
    call_ok(&with_session(&app, &session), "revoke-all", json!({})).await;
    assert_eq!(db_dump::query_number(&app, "select count(*) from sessions").await, 0);
    app.may_leave_messages();
}
