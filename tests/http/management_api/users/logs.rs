//! The audit log under the names of this API: each step of a flow has its own key.

use serde_json::{Value, json};

use super::{body, call};
use crate::http::oidc;
use crate::support::app::TestApp;
use crate::support::client::{Client, Tokens};

const PHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.1 Mobile Safari/604";

async fn keys(app: &TestApp, query: &str) -> Vec<String> {
    let page = call(app, "GET", &format!("/api/logs?{query}"), Value::Null).await;
    let entries = body(&page);
    let keys = entries.as_array().unwrap().iter().rev();
    keys.map(|entry| entry["key"].as_str().unwrap().to_owned()).collect()
}

/// A reset with one wrong code, a second between the steps.
async fn reset_password(app: &TestApp) {
    let browser = app.browser().with_header("user-agent", PHONE);
    browser.get("/forgot-password").await.fill("identifier", "ada@example.org").submit().await;
    let code = app.inbox_of("ada@example.org").await.code();
    for typed in [if code == "000000" { "000001" } else { "000000" }, &code] {
        app.clock.advance(1);
        browser.get("/forgot-password/verification-code").await.fill("code", typed).submit().await;
    }
    app.clock.advance(1);
    let page = browser.get("/forgot-password/reset").await;
    page.fill("newPassword", oidc::NEW).submit().await.redirects_to("/forgot-password/done");
    app.deliver().await;
}

#[tokio::test]
async fn every_step_of_a_recovery_has_its_log_key() {
    let (app, _) = oidc::start().await;
    reset_password(&app).await;
    let by_mail = "Interaction.ForgotPassword.Verification.EmailVerificationCode";
    let expected = [
        format!("{by_mail}.Create"),
        format!("{by_mail}.Submit"),
        format!("{by_mail}.Submit"),
        "Interaction.ForgotPassword.Submit".to_owned(),
    ];
    assert_eq!(keys(&app, "logKey=Interaction.ForgotPassword").await, expected);
    assert_eq!(keys(&app, &format!("logKey={by_mail}.Submit")).await.len(), 2);
    assert_eq!(keys(&app, "logKey=password_reset_verify").await.len(), 2);
    let page = call(&app, "GET", "/api/logs?logKey=Interaction.ForgotPassword.Submit", Value::Null).await;
    let parsed = json!({
        "browser": { "name": "Safari", "version": "18.1" }, "os": { "name": "iOS", "version": "18.0" },
        "device": { "type": "mobile", "model": "iPhone" },
    });
    assert_eq!(body(&page)[0]["payload"]["userAgentParsed"], parsed);
}

#[tokio::test]
async fn every_action_of_an_app_has_its_log_key() {
    let (app, ada) = oidc::start().await;
    let shop = Client::of(&app, "shop");
    let tokens = shop.sign_in(&app.browser(), &ada, &[]).await;
    app.clock.advance(1);
    Tokens::of(&shop.refresh(&tokens.refresh, &[]).await);
    assert_eq!(
        keys(&app, "applicationId=shop&logKey=ExchangeTokenBy.").await,
        ["ExchangeTokenBy.AuthorizationCode", "ExchangeTokenBy.RefreshToken"]
    );
    assert_eq!(keys(&app, "logKey=Interaction.End").await.len(), 1);
    app.clock.advance(11);
    shop.refresh(&tokens.refresh, &[]).await;
    assert_eq!(keys(&app, "logKey=RevokeToken").await, ["RevokeToken"]);
}
