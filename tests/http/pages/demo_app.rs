//! The demo app as far as the server goes: which client its script is told to be. What the script does is for a real browser.

use serde_json::json;

use crate::support::app::TestApp;

const DEMO_APP: &str = "/demo-app";

#[tokio::test]
async fn the_demo_app_is_told_who_it_is_and_whom_to_ask() {
    let registered = json!({ "id": "demo-app", "name": "Demo app", "type": "SPA" });
    let app = TestApp::with(json!({ "applications": [registered] })).await;
    let page = app.browser().get(DEMO_APP).await;
    let told = |name: &str| page.all("body", name);
    assert_eq!(told("data-client"), ["demo-app"]);
    assert_eq!(told("data-issuer"), [format!("{}/oidc", app.origin)]);
    assert_eq!(told("data-redirect"), [format!("{}{DEMO_APP}", app.origin)]);
    assert_eq!(page.all("script", "src").len(), 1);
    page.says("demo-app-heading");
}

#[tokio::test]
async fn the_demo_app_says_that_nobody_registered_it() {
    let app = TestApp::start().await;
    let page = app.browser().get(DEMO_APP).await;
    assert_eq!(page.status(), 200);
    page.says("demo-app-unregistered");
    assert!(page.all("script", "src").is_empty(), "there is nothing that it could do");
}
