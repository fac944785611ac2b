//! The audit log, by every filter of the contract.

use serde_json::{Value, json};

use super::{ADA, SIGN_IN, data, error_of, login_client, result_code, root_client, start};
use crate::support::app::TestApp;

const LOG: &str = "query($filter: AuthLogFilter, $limit: Int, $offset: Int) {
  authLog(filter: $filter, limit: $limit, offset: $offset) { hasMore entries { type success personId createdAt errorCode } } }";

async fn find_entries(app: &TestApp, filter: Value) -> Vec<Value> {
    let page = data(&root_client(app), LOG, json!({ "filter": filter })).await["authLog"].clone();
    page["entries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_filter_narrows_the_audit_log() {
    let app = start().await;
    let ada = app.user(ADA).await.unwrap().id.0;
    for password in ["wrong", crate::http::oidc::PASSWORD] {
        result_code(&login_client(&app), SIGN_IN, json!({ "email": ADA, "password": password })).await;
        app.clock.advance(60);
    }
    let configure =
        "mutation { configure(config: { login: { revealUserExists: false } }) { ok error { code } } }";
    assert_eq!(result_code(&root_client(&app), configure, json!({})).await, "ok");
    let all = find_entries(&app, json!({})).await;
    assert_eq!(
        all.iter().map(|entry| entry["type"].as_str().unwrap()).collect::<Vec<_>>(),
        ["tenant_config_change", "login", "login"]
    );
    for (filter, count) in [
        (json!({ "types": ["login"] }), 2),
        (json!({ "types": ["login", "tenant_config_change"] }), 3),
        (json!({ "success": false }), 1),
        (json!({ "success": true }), 2),
        (json!({ "success": true, "types": ["login"] }), 1),
        (json!({ "invokedByIdentityId": "root" }), 1),
        (json!({ "invokedByIdentityId": "login" }), 2),
        (json!({ "invokedByIdentityId": "nobody" }), 0),
        (json!({ "personId": ada }), 2),
        (json!({ "targetPersonId": ada, "success": false }), 1),
        (json!({ "personId": ada, "targetPersonId": "somebody" }), 0),
        (json!({ "createdAfter": "2023-11-14T22:14:20.000Z" }), 2),
        (json!({ "createdBefore": "2023-11-14T22:14:20.000Z" }), 1),
    ] {
        assert_eq!(find_entries(&app, filter.clone()).await.len(), count, "{filter}");
    }
    let typed = json!({ "filter": { "personInputIdentifier": ADA } });
    assert_eq!(error_of(&root_client(&app), LOG, typed).await, (400, "UserInputError".to_owned()));
    let page = data(&root_client(&app), LOG, json!({ "limit": 1, "offset": 1 })).await["authLog"].clone();
    assert_eq!((&page["hasMore"], &page["entries"][0]["type"]), (&json!(true), &json!("login")));
}
