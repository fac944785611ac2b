//! The settings by the names of this API.

use serde_json::json;

use super::{ASK, data, login, root, said, start, thrown};
use crate::faces::{body, machine};

const SHOW: &str = "{ configuration {
  password { minLength requireUppercase requireSpecial pattern checkBlacklist checkHibp }
  login { baseBackoff maxBackoff attemptWindow revealUserExists revealLoginMethod defaultTokenExpiration maxTokenExpiration }
  captcha { provider } rateLimits { passwordResetPerIp { limit window } loginPerIp { limit window } } } }";
const CONFIGURE: &str =
    "mutation($config: ConfigInput!) { configure(config: $config) { ok error { code developerMessage } } }";

#[tokio::test]
async fn the_settings_in_force_are_shown_and_changed() {
    let app = start().await;
    let before = data(&root(&app), SHOW, json!({})).await["configuration"].clone();
    let login_before = json!({
        "baseBackoff": "PT1S", "maxBackoff": "PT1M", "attemptWindow": "PT5M", "revealUserExists": false,
        "revealLoginMethod": false, "defaultTokenExpiration": "PT720H", "maxTokenExpiration": "PT720H",
    });
    assert_eq!(before["login"], login_before);
    assert_eq!(before["rateLimits"]["passwordResetPerIp"], json!({ "limit": 20, "window": "PT1H" }));
    let config = json!({
        "password": { "minLength": 12, "checkHibp": false },
        "login": { "baseBackoff": "PT2S", "revealUserExists": true },
        "rateLimits": { "passwordResetPerIp": { "limit": 1 } },
    });
    assert_eq!(said(&root(&app), CONFIGURE, json!({ "config": config })).await, "ok");
    let after = data(&root(&app), SHOW, json!({})).await["configuration"].clone();
    assert_eq!(
        (&after["password"]["minLength"], &after["password"]["checkBlacklist"]),
        (&json!(12), &json!(false))
    );
    assert_eq!(
        (&after["login"]["baseBackoff"], &after["login"]["maxBackoff"]),
        (&json!("PT2S"), &json!("PT1M"))
    );
    assert_eq!(after["rateLimits"]["passwordResetPerIp"], json!({ "limit": 1, "window": "PT1H" }));
    let management = machine(&app, super::ROOT).get("/api/sign-in-exp").await;
    assert_eq!(body(&management)["passwordPolicy"]["length"]["min"], 12, "the same settings");
    let ghost = json!({ "email": "ghost@example.org" });
    assert_eq!(said(&login(&app), ASK, ghost.clone()).await, "PERSON_NOT_FOUND", "in force at once");
    assert_eq!(said(&login(&app), ASK, ghost).await, "RATE_LIMIT_EXCEEDED");
}

#[tokio::test]
async fn what_may_not_be_changes_nothing() {
    let app = start().await;
    let wrong = json!({ "config": { "password": { "minLength": 0 } } });
    assert_eq!(said(&root(&app), CONFIGURE, wrong).await, "INVALID_CONFIG");
    for config in [
        json!({ "password": { "minLength": -1 } }),
        json!({ "password": { "checkHibp": true, "checkBlacklist": false } }),
    ] {
        assert_eq!(thrown(&root(&app), CONFIGURE, json!({ "config": config })).await.1, "UserInputError");
    }
    let unread = json!({ "config": { "login": { "baseBackoff": "soon" } } });
    assert_eq!(thrown(&root(&app), CONFIGURE, unread).await.0, 400);
    assert_eq!(said(&root(&app), CONFIGURE, json!({ "config": {} })).await, "ok");
}
