//! The settings under the names of this API.

use serde_json::json;

use super::{REQUEST_RESET, data, error_of, login_client, result_code, root_client, start};
use crate::http::{api_client, body};

const SHOW: &str = "{ configuration {
  password { minLength requireUppercase requireSpecial pattern checkBlacklist checkHibp }
  login { baseBackoff maxBackoff attemptWindow revealUserExists revealLoginMethod defaultTokenExpiration maxTokenExpiration }
  captcha { provider } rateLimits { passwordResetPerIp { limit window } loginPerIp { limit window } } } }";
const CONFIGURE: &str =
    "mutation($config: ConfigInput!) { configure(config: $config) { ok error { code developerMessage } } }";

#[tokio::test]
async fn the_active_settings_are_shown_and_changed() {
    let app = start().await;
    let before = data(&root_client(&app), SHOW, json!({})).await["configuration"].clone();
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
    assert_eq!(result_code(&root_client(&app), CONFIGURE, json!({ "config": config })).await, "ok");
    let after = data(&root_client(&app), SHOW, json!({})).await["configuration"].clone();
    assert_eq!(
        (&after["password"]["minLength"], &after["password"]["checkBlacklist"]),
        (&json!(12), &json!(false))
    );
    assert_eq!(
        (&after["login"]["baseBackoff"], &after["login"]["maxBackoff"]),
        (&json!("PT2S"), &json!("PT1M"))
    );
    assert_eq!(after["rateLimits"]["passwordResetPerIp"], json!({ "limit": 1, "window": "PT1H" }));
    let management = api_client(&app, super::ROOT).get("/api/sign-in-exp").await;
    assert_eq!(body(&management)["passwordPolicy"]["length"]["min"], 12, "the same settings");
    let ghost = json!({ "email": "ghost@example.org" });
    assert_eq!(
        result_code(&login_client(&app), REQUEST_RESET, ghost.clone()).await,
        "PERSON_NOT_FOUND",
        "in force at once"
    );
    assert_eq!(result_code(&login_client(&app), REQUEST_RESET, ghost).await, "RATE_LIMIT_EXCEEDED");
}

#[tokio::test]
async fn invalid_settings_change_nothing() {
    let app = start().await;
    let wrong = json!({ "config": { "password": { "minLength": 0 } } });
    assert_eq!(result_code(&root_client(&app), CONFIGURE, wrong).await, "INVALID_CONFIG");
    for config in [
        json!({ "password": { "minLength": -1 } }),
        json!({ "password": { "checkHibp": true, "checkBlacklist": false } }),
    ] {
        assert_eq!(
            error_of(&root_client(&app), CONFIGURE, json!({ "config": config })).await.1,
            "UserInputError"
        );
    }
    let limits = json!({ "signUpPerIp": { "limit": 5 }, "passwordResetPerIp": { "limit": 6 } });
    let apart = json!({ "config": { "rateLimits": limits } });
    assert_eq!(error_of(&root_client(&app), CONFIGURE, apart).await.1, "UserInputError");
    let unread = json!({ "config": { "login": { "baseBackoff": "soon" } } });
    assert_eq!(error_of(&root_client(&app), CONFIGURE, unread).await.0, 400);
    assert_eq!(result_code(&root_client(&app), CONFIGURE, json!({ "config": {} })).await, "ok");
}

const REST: &str = "{ configuration {
  login { mfaGraceDuration anomalyDetection { enabled historySize emailThreshold stepUpThreshold } }
  rateLimits { signUpPerIp { limit } passwordlessInitPerIp { limit window } emailVerificationPerIp { limit } emailOtpPerPerson { limit window } }
  signup { requireEmailVerification } emailChange { requireVerification } passwordless { enabled url expiration } } }";

/// Every part of the tree is there; what this server does in one way only is said so.
#[tokio::test]
async fn the_complete_settings_are_shown() {
    let app = start().await;
    let shown = data(&root_client(&app), REST, json!({})).await["configuration"].clone();
    let detection = json!({ "enabled": false, "historySize": 10, "emailThreshold": 1, "stepUpThreshold": 3 });
    assert_eq!(shown["login"], json!({ "mfaGraceDuration": "PT0S", "anomalyDetection": detection }));
    assert_eq!(shown["rateLimits"]["emailOtpPerPerson"], json!({ "limit": 10, "window": "PT10M" }));
    assert_eq!(
        (&shown["signup"], &shown["emailChange"]),
        (&json!({ "requireEmailVerification": false }), &json!({ "requireVerification": true }))
    );
    assert_eq!(shown["passwordless"], json!({ "enabled": "never", "url": null, "expiration": "PT10M" }));
    let config = json!({
        "rateLimits": { "emailOtpPerPerson": { "limit": 4 }, "passwordlessInitPerIp": { "limit": 7, "window": "PT30M" } },
        "passwordless": { "enabled": "never", "expiration": "PT5M" }, "signup": { "requireEmailVerification": false },
    });
    assert_eq!(result_code(&root_client(&app), CONFIGURE, json!({ "config": config })).await, "ok");
    let after = data(&root_client(&app), REST, json!({})).await["configuration"].clone();
    assert_eq!(after["rateLimits"]["emailOtpPerPerson"], json!({ "limit": 4, "window": "PT10M" }));
    assert_eq!(after["rateLimits"]["passwordlessInitPerIp"], json!({ "limit": 7, "window": "PT30M" }));
    assert_eq!(
        (&after["rateLimits"]["signUpPerIp"]["limit"], &after["passwordless"]["expiration"]),
        (&json!(7), &json!("PT5M"))
    );
}

/// Nothing is taken and then not done.
#[tokio::test]
async fn settings_with_one_supported_value_are_named() {
    let app = start().await;
    for (config, path) in [
        (json!({ "password": { "requireUppercase": 1 } }), "password.requireUppercase: expected 0"),
        (json!({ "password": { "pattern": "^a" } }), "password.pattern: expected nothing"),
        (json!({ "login": { "revealLoginMethod": true } }), "login.revealLoginMethod: expected false"),
        (json!({ "login": { "maxTokenExpiration": "PT1H" } }), "login.maxTokenExpiration: expected 2592000"),
        (
            json!({ "login": { "anomalyDetection": { "enabled": true } } }),
            "login.anomalyDetection.enabled: expected false",
        ),
        (
            json!({ "signup": { "requireEmailVerification": true } }),
            "signup.requireEmailVerification: expected false",
        ),
        (
            json!({ "emailChange": { "requireVerification": false } }),
            "emailChange.requireVerification: expected true",
        ),
        (
            json!({ "passwordless": { "enabled": "always" } }),
            "passwordless.enabled: the sign-in methods say it here",
        ),
        (
            json!({ "rateLimits": { "loginPerIp": { "limit": 5 } } }),
            "rateLimits.loginPerIp.limit: expected 0",
        ),
    ] {
        let answer = super::payload(&root_client(&app), CONFIGURE, json!({ "config": config })).await;
        assert_eq!(answer["error"]["code"], "INVALID_CONFIG", "{config}");
        let message = answer["error"]["developerMessage"].as_str().unwrap();
        assert!(message.starts_with(path), "{message}");
    }
}
