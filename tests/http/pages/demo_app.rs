//! The demo app on the server's side: which client its script is. What the script does is tested in a
//! browser.

use serde_json::json;

use crate::support::app::TestApp;

const DEMO_APP: &str = "/demo-app";

#[tokio::test]
async fn the_demo_app_gets_its_client_id_and_issuer() {
    let registered = json!({ "id": "demo-app", "name": "Demo app", "type": "SPA" });
    let app = TestApp::with(json!({ "applications": [registered] })).await;
    let page = app.browser().get(DEMO_APP).await;
    let answer = |name: &str| page.all("body", name);
    assert_eq!(answer("data-client"), ["demo-app"]);
    assert_eq!(answer("data-issuer"), [format!("{}/oidc", app.origin)]);
    assert_eq!(answer("data-redirect"), [format!("{}{DEMO_APP}", app.origin)]);
    assert_eq!(page.all("script", "src").len(), 1);
    page.says("demo-app-heading");
}

#[tokio::test]
async fn an_unregistered_demo_app_says_so() {
    let app = TestApp::start().await;
    let page = app.browser().get(DEMO_APP).await;
    assert_eq!(page.status(), 200);
    page.says("demo-app-unregistered");
    assert!(page.all("script", "src").is_empty(), "there is nothing that it could do");
}
