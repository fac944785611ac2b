//! The Experience API accepts the token when an interaction starts, and it counts for the messages of that
//! interaction.

use serde_json::{Value, json};

use super::{ADA, settings, solve, start};
use crate::http::body;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::Client;

/// A screen that an app waits behind.
async fn ui(app: &TestApp) -> Browser {
    let ui = app.browser();
    ui.get(&Client::of(app, "shop").authorization_request(&[]).path).await.follow_redirects().await;
    ui
}

/// The status and the code of what is answered.
async fn call(ui: &Browser, method: &str, path: &str, input: Value) -> (u16, String) {
    let page = ui.raw(method, path, &[("content-type", "application/json")], input.to_string()).await;
    let code = if page.html.is_empty() {
        String::new()
    } else {
        body(&page)["code"].as_str().unwrap_or("").to_owned()
    };
    (page.status, code)
}

async fn begin(ui: &Browser, token: Option<&str>) -> (u16, String) {
    let mut input = json!({ "interactionEvent": "ForgotPassword" });
    if let Some(token) = token {
        input["captchaToken"] = json!(token);
    }
    call(ui, "PUT", "/api/experience", input).await
}

/// Asks for a code to reset a password with.
async fn send_code(ui: &Browser) -> (u16, String) {
    send_code_for(ui, "ForgotPassword").await
}

async fn send_code_for(ui: &Browser, event: &str) -> (u16, String) {
    let wanted = json!({ "interactionEvent": event, "identifier": { "type": "email", "value": ADA } });
    call(ui, "POST", "/api/experience/verification/verification-code", wanted).await
}

#[tokio::test]
async fn an_interaction_needs_one_captcha() {
    let app = start(json!({})).await;
    let ui = ui(&app).await;
    assert_eq!(begin(&ui, None).await.0, 204);
    assert_eq!(send_code(&ui).await, (422, "session.captcha_required".to_owned()));
    assert_eq!(begin(&ui, Some("nonsense")).await, (422, "session.captcha_failed".to_owned()));
    assert_eq!(begin(&ui, Some(&solve(&app).await)).await.0, 204);
    let mut answer = Vec::new();
    for _ in 0..6 {
        answer.push(send_code(&ui).await);
    }
    assert!(answer[..5].iter().all(|(status, _)| *status == 200), "{answer:?}");
    assert_eq!(answer[5], (422, "session.captcha_failed".to_owned()), "a proof is shared by nobody for long");
    app.clock.advance(700);
    begin(&ui, Some(&solve(&app).await)).await;
    app.clock.advance(601);
    assert_eq!(send_code(&ui).await, (422, "session.captcha_failed".to_owned()));
    app.may_leave_messages();
}

/// A network that is quiet when an interaction begins may not be when it sends, so what is shown is looked at
/// all the same.
#[tokio::test]
async fn an_invalid_token_is_ignored_where_no_captcha_is_required() {
    let app = start(json!({ "after": 1 })).await;
    let ui = ui(&app).await;
    assert_eq!(begin(&ui, Some("nonsense")).await, (422, "session.captcha_failed".to_owned()));
    assert_eq!(begin(&ui, Some("")).await.0, 204, "nothing is shown");
    assert_eq!(send_code(&ui).await.0, 200);
    assert_eq!(send_code(&ui).await, (422, "session.captcha_required".to_owned()));
    assert_eq!(begin(&ui, Some(&solve(&app).await)).await.0, 204);
    assert_eq!(send_code(&ui).await.0, 200);
    app.may_leave_messages();
}

/// What was shown for one deed is not good for another, nor is what nobody looked at.
#[tokio::test]
async fn a_captcha_is_valid_for_one_action() {
    for (protect, token) in [(json!({}), true), (json!({ "signUp": false }), false)] {
        let app = start(json!({ "protect": protect })).await;
        let ui = ui(&app).await;
        let token = if token { solve(&app).await } else { "nonsense".to_owned() };
        let registers = json!({ "interactionEvent": "Register", "captchaToken": token });
        assert_eq!(call(&ui, "PUT", "/api/experience", registers).await.0, 204);
        let turns = json!({ "interactionEvent": "SignIn" });
        assert_eq!(call(&ui, "PUT", "/api/experience/interaction-event", turns).await.0, 204);
        let wanted = (422, "session.captcha_required".to_owned());
        assert_eq!(send_code_for(&ui, "SignIn").await, wanted, "{protect}");
    }
}

/// An account with a name sends nothing, and is asked about when it is made.
#[tokio::test]
async fn a_username_does_not_bypass_the_captcha() {
    let mut all = settings(json!({ "provider": "altcha" }));
    all["settings"]["signInExperience"]["signUp"] =
        json!({ "identifiers": ["username"], "password": true, "verify": false });
    let app = TestApp::with(all).await;
    let ui = ui(&app).await;
    let made = async |token: Option<String>| {
        let mut begins = json!({ "interactionEvent": "Register" });
        begins["captchaToken"] = token.into();
        assert_eq!(call(&ui, "PUT", "/api/experience", begins).await.0, 204);
        for (kind, value) in [("username", "nova"), ("password", "a walrus in the library")] {
            let input = json!({ "type": kind, "value": value });
            assert_eq!(call(&ui, "POST", "/api/experience/profile", input).await.0, 204, "{kind}");
        }
        call(&ui, "POST", "/api/experience/identification", json!({})).await;
        call(&ui, "POST", "/api/experience/submit", json!({})).await
    };
    assert_eq!(made(None).await, (422, "session.captcha_required".to_owned()));
    assert_eq!(made(Some(solve(&app).await)).await.0, 200);
}

/// A screen of somebody's own learns what to draw, and never the secret.
#[tokio::test]
async fn the_public_settings_say_which_captcha_to_show() {
    let answer = async |captcha: Value| {
        let page = TestApp::with(settings(captcha)).await.browser().get("/api/.well-known/sign-in-exp").await;
        body(&page)["captchaConfig"].clone()
    };
    assert_eq!(answer(json!(null)).await, json!(null));
    let ours = answer(json!({ "provider": "altcha" })).await;
    assert_eq!(ours["type"], "Altcha");
    assert!(ours["challengeUrl"].as_str().unwrap().ends_with("/captcha/challenge"), "{ours}");
    let theirs = answer(json!({ "provider": "turnstile", "siteKey": "0x4AAA", "secret": "s" })).await;
    assert_eq!(theirs, json!({ "type": "Turnstile", "siteKey": "0x4AAA" }));
}
