//! The same over the interfaces of apps: somebody who asks once a minute takes nothing from the owner, and a
//! code of an app's own screens is that app's.

use serde_json::{Value, json};

use super::super::PASSWORD;
use super::{PHONE, RECOVERY, SIGN_IN, create_ada};
use crate::http::experience_api::{CustomUi, SEND, VERIFY_CODE, all_methods_enabled};
use crate::http::graphql::{self, REQUEST_RESET};
use crate::http::{body, sdk_api, with_keys};
use crate::support::app::TestApp;

const ADA: &str = super::ADA;
const MINUTES: usize = 11;

/// Every limit as it comes but that of the network.
fn with_default_limits(mut input: Value) -> Value {
    input["settings"]["throttle"] = json!({ "requestsPerIp": { "limit": 0 } });
    input
}

fn identifier(value: &str) -> Value {
    let kind = if value.starts_with('+') { "phone" } else { "email" };
    let value = value.trim_start_matches('+');
    json!({ "type": kind, "value": value })
}

async fn send_code(ui: &CustomUi, event: &str, value: &str) -> String {
    let input = json!({ "identifier": identifier(value), "interactionEvent": event });
    let page = ui.call("POST", SEND, input).await;
    assert_eq!(page.status, 200, "{}", page.html);
    body(&page)["verificationId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_owner_gets_in_over_the_experience_api() {
    for (event, value) in [
        ("ForgotPassword", ADA),
        ("ForgotPassword", PHONE),
        ("SignIn", ADA),
        ("SignIn", PHONE),
        ("Register", "new@example.org"),
    ] {
        let app = TestApp::with(with_default_limits(all_methods_enabled())).await;
        create_ada(&app).await;
        for _ in 0..MINUTES {
            app.clock.advance(60);
            let attacker = CustomUi::with_interaction(&app, event).await;
            send_code(&attacker, event, value).await;
            app.deliver().await;
        }
        let owner = CustomUi::with_interaction(&app, event).await;
        let id = send_code(&owner, event, value).await;
        let code = app.inbox_of(value).await.code();
        let input = json!({ "identifier": identifier(value), "verificationId": id, "code": code });
        owner.call_expecting("POST", VERIFY_CODE, input, 200).await;
    }
}

async fn with_shop() -> TestApp {
    let mut input = sdk_api::with_apps(json!({}));
    input["settings"] = super::all_methods_enabled()["settings"].clone();
    let app = TestApp::with(input).await;
    app.new_user(ADA).with_password(PASSWORD).make().await;
    app
}

async fn request_from_shop(app: &TestApp, call: &str) {
    sdk_api::call_ok(&sdk_api::shop_page(app), call, json!({ "email": ADA })).await;
}

fn code_proof(code: &str, kind: &str) -> Value {
    json!({ "email": ADA, "token": code, "type": kind })
}

#[tokio::test]
async fn the_owner_gets_in_over_the_sdk_api() {
    for (call, kind) in [("password/request-reset", "recovery"), ("otp/send", "email")] {
        let app = with_shop().await;
        for _ in 0..MINUTES {
            app.clock.advance(60);
            request_from_shop(&app, call).await;
            app.deliver().await;
            for _ in 0..3 {
                sdk_api::call_status(&sdk_api::shop_page(&app), "otp/verify", code_proof("000000", kind))
                    .await;
            }
        }
        request_from_shop(&app, call).await;
        let code = app.inbox_of(ADA).await.code();
        sdk_api::call_ok(&sdk_api::shop_page(&app), "otp/verify", code_proof(&code, kind)).await;
    }
}

/// Whoever asks on our pages does not silence an app, whose people can only use its own codes.
#[tokio::test]
async fn messages_of_the_pages_do_not_throttle_an_app() {
    let app = with_shop().await;
    for _ in 0..MINUTES {
        app.clock.advance(60);
        RECOVERY.start(&app, ADA).await;
        app.deliver().await;
    }
    let before = app.inbox_of(ADA).await.count();
    for _ in 0..3 {
        request_from_shop(&app, "password/request-reset").await;
    }
    assert_eq!(app.inbox_of(ADA).await.count(), before + 1, "one that works is always to be had");
    let code = app.inbox_of(ADA).await.code();
    sdk_api::call_ok(&sdk_api::shop_page(&app), "otp/verify", code_proof(&code, "recovery")).await;
}

/// The session goes to the app, so only a code that names it opens it; our pages take the app's code, too.
#[tokio::test]
async fn an_app_accepts_only_its_own_codes_and_the_pages_accept_any() {
    let app = with_shop().await;
    request_from_shop(&app, "otp/send").await;
    let of_the_app = app.inbox_of(ADA).await.code();
    app.clock.advance(60);
    let client = SIGN_IN.start(&app, ADA).await;
    let of_the_page = app.inbox_of(ADA).await.code();
    let answer =
        sdk_api::call_status(&sdk_api::shop_page(&app), "otp/verify", code_proof(&of_the_page, "email"))
            .await;
    assert_eq!(answer.1, "invalid_otp", "a code of the page opens no app");
    app.clock.advance(60);
    request_from_shop(&app, "otp/send").await;
    let newest = app.inbox_of(ADA).await.code();
    assert_ne!(newest, of_the_app);
    client.post(SIGN_IN.code, &[("code", &newest)]).await.redirects_to(SIGN_IN.onward);
}

#[tokio::test]
async fn the_owner_gets_in_over_graphql() {
    let mut input = with_keys(json!({}));
    input["settings"]["throttle"]["requestsPerIp"] = json!({ "limit": 0 });
    let app = TestApp::with(input).await;
    app.new_user(ADA).with_password(PASSWORD).make().await;
    for _ in 0..MINUTES {
        app.clock.advance(60);
        RECOVERY.start(&app, ADA).await.post("/forgot-password/change-address", &[]).await;
        app.deliver().await;
    }
    assert_eq!(
        graphql::result_code(&graphql::login_client(&app), REQUEST_RESET, json!({ "email": ADA })).await,
        "ok"
    );
    let link = app.inbox_of(ADA).await.link_path();
    let token = link.rsplit('/').next().unwrap();
    assert_eq!(graphql::reset_password(&app, token, graphql::NEW).await, "ok");
    app.may_leave_messages();
}
