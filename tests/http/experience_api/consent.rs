//! Agreeing on a screen of one's own that an app learns who one is.

use serde_json::{Value, json};

use super::{ADA, PASSWORD, body, open, says, send, told};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::{Asked, Client};

const CONSENT: &str = "/api/interaction/consent";

/// Ada is signed in, and the guest wants to learn who she is.
async fn arrives(app: &TestApp) -> (Client, Asked, Browser) {
    let ada = app.person(ADA).with_password(PASSWORD).make().await;
    let (guest, browser) = (Client::of(app, "guest"), app.browser());
    let asked = guest.ask(&[("scope", "openid email")]);
    let page = browser.get(&asked.path).await.walks().await.signs_in(&ada.email, PASSWORD).await;
    assert_eq!(page.path, "/consent?app_id=guest");
    (guest, asked, browser)
}

#[tokio::test]
async fn what_is_asked_is_shown_and_agreed_to() {
    let app = TestApp::with(open()).await;
    let (guest, asked, browser) = arrives(&app).await;
    let page = browser.get(CONSENT).await;
    let shown = body(&page);
    assert_eq!(shown["application"], json!({ "id": "guest", "name": "The guest" }));
    assert_eq!(shown["user"]["primaryEmail"], ADA);
    assert_eq!(shown["missingOIDCScope"], json!(["openid", "email"]));
    let given = json!({ "organizationIds": ["one"] });
    assert_eq!(told(&send(&browser, "POST", CONSENT, &given).await), says(400, "guard.invalid_input"));
    let page = send(&browser, "POST", CONSENT, &json!({ "organizationIds": [] })).await;
    let onward = body(&page)["redirectTo"].as_str().unwrap().to_owned();
    let path = onward.strip_prefix(&app.origin).unwrap();
    let left = browser.get(path).await;
    guest.buys(&asked, &guest.takes(&asked, &left)).await;
    assert_eq!(told(&browser.get(CONSENT).await), says(400, "session.not_found"), "the app has its person");
}

#[tokio::test]
async fn who_does_not_agree_leads_back_too() {
    let app = TestApp::with(open()).await;
    let (guest, asked, browser) = arrives(&app).await;
    let page = send(&browser, "DELETE", CONSENT, &Value::Null).await;
    let onward = body(&page)["redirectTo"].as_str().unwrap().to_owned();
    assert!(onward.starts_with(&guest.redirect), "{onward}");
    assert!(onward.contains("error=access_denied") && onward.contains(&asked.state), "{onward}");
    assert_eq!(told(&browser.get(CONSENT).await), says(400, "session.not_found"));
}

#[tokio::test]
async fn nobody_agrees_who_is_not_here() {
    let app = TestApp::with(open()).await;
    let screen = super::Screen::of(&app).await;
    let nobody = says(404, "session.identifier_not_found");
    assert_eq!(told(&screen.browser.get(CONSENT).await), nobody);
    for method in ["POST", "DELETE"] {
        assert_eq!(screen.told(method, CONSENT, json!({})).await, nobody);
    }
}
