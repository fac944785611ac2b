//! The whole body of each event.

use serde_json::{Value, json};

use super::{accepting_receiver, create_webhook, deliver, parse, start};
use crate::http::oidc::{self, PASSWORD};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::people::set_password;

const ALL: [&str; 9] = [
    "PostRegister",
    "PostSignIn",
    "PostResetPassword",
    "User.Created",
    "User.Data.Updated",
    "User.Deleted",
    "User.SuspensionStatus.Updated",
    "Identifier.Lockout",
    "Message.RateLimited",
];

/// The person as every body says them.
fn user(id: &str, email: &str) -> Value {
    json!({
        "id": id, "username": null, "primaryEmail": email, "primaryPhone": null, "name": null, "avatar": null, "customData": {},
        "identities": {}, "lastSignInAt": null, "createdAt": 1_700_000_000_000_i64, "updatedAt": 1_700_000_000_000_i64,
        "profile": {}, "applicationId": null, "cimdClientId": null, "isSuspended": false,
    })
}

/// What a receiver of everything heard, without ids that differ from run to run.
async fn deliveries_of(app: &TestApp, doing: impl AsyncFnOnce(&TestApp)) -> Vec<Value> {
    let receiver = accepting_receiver().await;
    let webhook = create_webhook(app, &receiver.url, &ALL).await;
    doing(app).await;
    deliver(app, &webhook).await;
    let mut answer: Vec<Value> = receiver.requests().iter().map(parse).collect();
    for body in &mut answer {
        assert_eq!(body["hookId"], webhook["id"]);
        body["hookId"] = "…".into();
        if body.get("sessionId").is_some() {
            assert!(body["sessionId"].as_str().unwrap().len() >= 12);
            body["sessionId"] = "…".into();
        }
    }
    answer
}

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";

#[tokio::test]
async fn a_reset_event_has_its_user_and_app() {
    let app = start().await;
    let ada = oidc::create_user(&app, "ada@example.org").await;
    let answer = deliveries_of(&app, async |app| {
        let browser = app.browser().with_header("user-agent", BROWSER);
        let authorization =
            Client::of(app, "shop").authorization_request(&[("first_screen", "reset_password")]);
        let page = browser.get(&authorization.path).await.follow_redirects().await;
        page.fill("identifier", "ada@example.org").submit().await;
        let code = app.inbox_of("ada@example.org").await.code();
        let page = browser.get("/forgot-password/verification-code").await.fill("code", &code).submit().await;
        page.redirects_to("/forgot-password/reset");
        let page = browser.get("/forgot-password/reset").await;
        page.fill("newPassword", oidc::NEW).submit().await.redirects_to("/forgot-password/done");
        app.deliver().await;
    })
    .await;
    let application = json!({ "id": "shop", "type": "SPA", "name": "The shop", "description": null });
    let reset = json!({
        "event": "PostResetPassword", "interactionEvent": "ForgotPassword", "createdAt": "2023-11-14T22:13:20.000Z",
        "sessionId": "…", "userAgent": BROWSER, "userId": ada.id, "userIp": "127.0.0.1", "user": user(&ada.id, "ada@example.org"),
        "application": application, "hookId": "…",
    });
    let updated = json!({
        "event": "User.Data.Updated", "interactionEvent": "ForgotPassword", "createdAt": "2023-11-14T22:13:20.000Z",
        "sessionId": "…", "userAgent": BROWSER, "ip": "127.0.0.1", "applicationId": "shop", "data": user(&ada.id, "ada@example.org"),
        "application": application, "hookId": "…",
    });
    assert_eq!(answer, [reset, updated]);
}

#[tokio::test]
async fn sign_up_and_sign_in_events_are_sent() {
    let app = start().await;
    let answer = deliveries_of(&app, async |app| {
        let browser = app.browser();
        let page = browser.get("/register").await.fill("identifier", "ben@example.org").submit().await;
        page.redirects_to("/register/verification-code");
        let code = app.inbox_of("ben@example.org").await.code();
        let page = browser.get("/register/verification-code").await.fill("code", &code).submit().await;
        page.redirects_to("/register/password");
        browser
            .get("/register/password")
            .await
            .fill("newPassword", oidc::NEW)
            .submit()
            .await
            .redirects_to("/account");
        let page = app.browser().get("/sign-in").await.fill("identifier", "ben@example.org");
        page.fill("password", oidc::NEW).submit().await.redirects_to("/account");
    })
    .await;
    let names: Vec<_> = answer
        .iter()
        .map(|body| (body["event"].as_str().unwrap(), body["interactionEvent"].as_str()))
        .collect();
    let expected = [
        ("PostRegister", Some("Register")),
        ("User.Created", Some("Register")),
        ("PostSignIn", Some("SignIn")),
    ];
    assert_eq!(names, expected);
    assert_eq!(answer[0]["user"]["primaryEmail"], "ben@example.org");
    assert_eq!(answer[1]["data"]["id"], answer[0]["userId"]);
    assert_eq!(answer[2]["user"]["lastSignInAt"], 1_700_000_000_000_i64);
}

#[tokio::test]
async fn a_password_set_by_an_administrator_is_a_user_data_event() {
    let app = start().await;
    let ada = oidc::create_user(&app, "ada@example.org").await;
    let answer = deliveries_of(&app, async |app| set_password(app, &ada.id, PASSWORD).await).await;
    let expected = json!({
        "event": "User.Data.Updated", "createdAt": "2023-11-14T22:13:20.000Z", "userAgent": "", "ip": "",
        "data": user(&ada.id, "ada@example.org"), "hookId": "…",
    });
    assert_eq!(answer, [expected]);
}

#[tokio::test]
async fn a_lockout_event_is_sent_once_for_known_and_unknown() {
    let mut input = oidc::settings_with_apps();
    input["settings"]["webhooks"] = json!({ "allowPrivateAddresses": true });
    input["settings"]["throttle"]["signInFailures"] = json!({ "limit": 2, "window": 60, "lock": 60 });
    let app = TestApp::with(input).await;
    oidc::create_user(&app, "ada@example.org").await;
    let answer = deliveries_of(&app, async |app| {
        for email in ["ada@example.org", "nobody@example.org"] {
            for _ in 0..4 {
                let page = app.browser().get("/sign-in").await.fill("identifier", email);
                page.fill("password", "not this one").submit().await;
            }
            app.clock.advance(1);
        }
    })
    .await;
    let lock = |value: &str, second: u8| {
        json!({
            "event": "Identifier.Lockout", "createdAt": format!("2023-11-14T22:13:2{second}.000Z"), "userAgent": answer[0]["userAgent"], "ip": "127.0.0.1",
            "type": "email", "value": value, "hookId": "…",
        })
    };
    assert_eq!(answer, [lock("ada@example.org", 0), lock("nobody@example.org", 1)]);
}

#[tokio::test]
async fn a_rate_limit_event_is_sent_for_known_and_unknown() {
    let mut input = oidc::settings_with_apps();
    input["settings"]["webhooks"] = json!({ "allowPrivateAddresses": true });
    input["settings"]["throttle"]["sendsPerAddress"] = json!({ "limit": 1, "window": 600 });
    let app = TestApp::with(input).await;
    oidc::create_user(&app, "ada@example.org").await;
    let answer = deliveries_of(&app, async |app| {
        for email in ["ada@example.org", "nobody@example.org"] {
            for _ in 0..2 {
                app.browser().get("/forgot-password").await.fill("identifier", email).submit().await;
            }
            app.clock.advance(1);
        }
        app.deliver().await;
    })
    .await;
    let limit = |recipient: &str, second: u8| {
        json!({
            "event": "Message.RateLimited", "interactionEvent": "ForgotPassword", "createdAt": format!("2023-11-14T22:13:2{second}.000Z"),
            "userAgent": answer[0]["userAgent"], "ip": "127.0.0.1", "action": "ForgotPassword", "recipient": recipient, "hookId": "…",
        })
    };
    assert_eq!(answer, [limit("ada@example.org", 0), limit("nobody@example.org", 1)]);
}

#[tokio::test]
async fn only_subscribed_events_are_sent() {
    let app = start().await;
    oidc::create_user(&app, "ada@example.org").await;
    let receiver = accepting_receiver().await;
    let (deaf, off) = (
        create_webhook(&app, &receiver.url, &["User.Deleted"]).await,
        create_webhook(&app, &receiver.url, &["PostSignIn"]).await,
    );
    let path = format!("/api/hooks/{}", off["id"].as_str().unwrap());
    super::call(&app, "PATCH", &path, json!({ "enabled": false })).await;
    let page = app.browser().get("/sign-in").await.fill("identifier", "ada@example.org");
    page.fill("password", PASSWORD).submit().await.redirects_to("/account");
    assert_eq!((deliver(&app, &deaf).await, deliver(&app, &off).await), (0, 0));
    assert!(receiver.requests().is_empty());
}
