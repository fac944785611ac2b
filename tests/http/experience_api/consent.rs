//! Consent to a third-party app in a custom user interface.

use serde_json::{Value, json};

use super::{ADA, PASSWORD, all_methods_enabled, body, refusal, send, status_and_code};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::{AuthorizationRequest, Client};

const CONSENT: &str = "/api/interaction/consent";

/// Ada is signed in, and the guest wants to learn who she is.
async fn arrive_at_consent(app: &TestApp) -> (Client, AuthorizationRequest, Browser) {
    let ada = app.new_user(ADA).with_password(PASSWORD).make().await;
    let (guest, browser) = (Client::of(app, "guest"), app.browser());
    let authorization = guest.authorization_request(&[("scope", "openid email")]);
    let page =
        browser.get(&authorization.path).await.follow_redirects().await.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(page.path, "/consent?app_id=guest");
    (guest, authorization, browser)
}

#[tokio::test]
async fn a_consent_is_shown_and_given() {
    let app = TestApp::with(all_methods_enabled()).await;
    let (guest, authorization, browser) = arrive_at_consent(&app).await;
    let page = browser.get(CONSENT).await;
    let shown = body(&page);
    assert_eq!(shown["application"], json!({ "id": "guest", "name": "The guest" }));
    assert_eq!(shown["user"]["primaryEmail"], ADA);
    assert_eq!(shown["missingOIDCScope"], json!(["openid", "email"]));
    let input = json!({ "organizationIds": ["one"] });
    assert_eq!(
        status_and_code(&send(&browser, "POST", CONSENT, &input).await),
        refusal(400, "guard.invalid_input")
    );
    let page = send(&browser, "POST", CONSENT, &json!({ "organizationIds": [] })).await;
    let onward = body(&page)["redirectTo"].as_str().unwrap().to_owned();
    let path = onward.strip_prefix(&app.origin).unwrap();
    let left = browser.get(path).await;
    guest.exchange_code(&authorization, &guest.authorization_code(&authorization, &left)).await;
    assert_eq!(
        status_and_code(&browser.get(CONSENT).await),
        refusal(400, "session.not_found"),
        "the app has its person"
    );
}

#[tokio::test]
async fn a_denied_consent_leads_back_too() {
    let app = TestApp::with(all_methods_enabled()).await;
    let (guest, authorization, browser) = arrive_at_consent(&app).await;
    let page = send(&browser, "DELETE", CONSENT, &Value::Null).await;
    let onward = body(&page)["redirectTo"].as_str().unwrap().to_owned();
    assert!(onward.starts_with(&guest.redirect), "{onward}");
    assert!(onward.contains("error=access_denied") && onward.contains(&authorization.state), "{onward}");
    assert_eq!(status_and_code(&browser.get(CONSENT).await), refusal(400, "session.not_found"));
}

#[tokio::test]
async fn a_consent_needs_a_signed_in_user() {
    let app = TestApp::with(all_methods_enabled()).await;
    let ui = super::CustomUi::open(&app).await;
    let nobody = refusal(404, "session.identifier_not_found");
    assert_eq!(status_and_code(&ui.browser.get(CONSENT).await), nobody);
    for method in ["POST", "DELETE"] {
        assert_eq!(ui.status_and_code(method, CONSENT, json!({})).await, nobody);
    }
}
