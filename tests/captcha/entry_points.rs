//! Every place where a captcha is required, and those where it is not.

use serde_json::{Value, json};

use super::{ADA, settings, solve, start};
use crate::http::graphql::{REQUEST_RESET, SIGN_IN, data, execute, login_client, payload, result_code};
use crate::http::oidc::PASSWORD;
use crate::http::sdk_api::{call, shop_page};
use crate::http::{ROOT, api_client, body, status_and_code};
use crate::support::app::TestApp;
use crate::support::db_dump;

const NEW: &str = "a walrus in the library";
const CONFIGURE: &str =
    "mutation($config: ConfigInput!) { configure(config: $config) { ok error { code developerMessage } } }";
const SHOW: &str = "{ configuration { captcha { provider threshold protect { signUp passwordReset passwordlessInit emailVerification } } } }";

/// Where nothing is sent and nobody is made, nobody is asked.
#[tokio::test]
async fn sign_in_by_password_needs_no_captcha() {
    let app = start(json!({})).await;
    assert_eq!(
        result_code(&login_client(&app), SIGN_IN, json!({ "email": ADA, "password": PASSWORD })).await,
        "ok"
    );
    let page = call(&shop_page(&app), "email/signin", json!({ "email": ADA, "password": PASSWORD })).await;
    assert_eq!(page.status, 200, "{}", page.html);
}

#[tokio::test]
async fn each_sending_call_of_the_sdk_needs_a_captcha() {
    let app = start(json!({})).await;
    for (name, mut input) in [
        ("password/request-reset", json!({ "email": ADA })),
        ("otp/send", json!({ "email": ADA })),
        ("email/signup", json!({ "email": "n@example.org", "password": NEW })),
    ] {
        let refused = call(&shop_page(&app), name, input.clone()).await;
        assert_eq!(status_and_code(&refused), (400, "captcha_failed".to_owned()), "{name}");
        input["captcha_token"] = json!(solve(&app).await);
        assert_eq!(call(&shop_page(&app), name, input).await.status, 200, "{name}");
    }
    app.may_leave_messages();
}

/// Only what the settings protect, and only from so many requests of one network on.
#[tokio::test]
async fn the_settings_decide_where_a_captcha_is_required() {
    let app = start(json!({ "after": 2, "protect": { "signUp": false } })).await;
    let request_status = async |name: &str, input: Value| call(&shop_page(&app), name, input).await.status;
    let signs_up = json!({ "email": "n@example.org", "password": NEW });
    assert_eq!(request_status("password/request-reset", json!({ "email": ADA })).await, 200);
    assert_eq!(request_status("password/request-reset", json!({ "email": "ghost@example.org" })).await, 200);
    assert_eq!(request_status("password/request-reset", json!({ "email": ADA })).await, 400, "the third");
    assert_eq!(request_status("password/request-reset", json!({ "email": "ghost@example.org" })).await, 400);
    assert_eq!(request_status("email/signup", signs_up).await, 200, "that is not protected");
    app.clock.advance(3601);
    assert_eq!(
        request_status("password/request-reset", json!({ "email": ADA })).await,
        200,
        "the network was quiet"
    );
    app.may_leave_messages();
}

#[tokio::test]
async fn an_api_client_passes_on_its_users_captcha() {
    let app = start(json!({})).await;
    let query = "mutation($email: String!, $token: String) {
      signUp(email: $email, captchaToken: $token) { ok error { code developerMessage } } }";
    let input = |token: Option<&str>| json!({ "email": "n@example.org", "token": token });
    let root = api_client(&app, ROOT);
    let refused = payload(&root, query, input(None)).await;
    assert_eq!(
        refused["error"],
        json!({ "code": "INVALID_CAPTCHA", "developerMessage": "Captcha verification failed: missing" })
    );
    let token = solve(&app).await;
    assert_eq!(result_code(&root, query, input(Some(&token))).await, "ok");
}

/// Switched on, looked at and off again over GraphQL; the secret is never shown, and stands nowhere as it is.
#[tokio::test]
async fn it_is_configured_at_run_time() {
    let app = TestApp::with(settings(json!(null))).await;
    app.new_user(ADA).make().await;
    let root = api_client(&app, ROOT);
    let configure =
        async |captcha: Value| payload(&root, CONFIGURE, json!({ "config": { "captcha": captcha } })).await;
    let missing = configure(json!({ "provider": "turnstile" })).await;
    assert_eq!(missing["error"]["code"], "INVALID_CONFIG");
    assert!(missing["error"]["developerMessage"].as_str().unwrap().contains("captcha.secret"), "{missing}");
    let secret = "the-secret-of-the-provider";
    let config = json!({ "provider": "recaptchaV3", "secret": secret, "threshold": 0.7, "protect": { "signUp": false } });
    assert_eq!(configure(config).await["ok"], true);
    let shown = data(&root, SHOW, json!({})).await["configuration"]["captcha"].clone();
    let protect = json!({ "signUp": false, "passwordReset": true, "passwordlessInit": true, "emailVerification": false });
    assert_eq!(shown, json!({ "provider": "recaptchaV3", "threshold": 0.7, "protect": protect }));
    let everything = format!("{:?}", db_dump::all(&app).await);
    assert!(!everything.contains(secret), "the secret stands in the database");
    for wrong in [json!({ "threshold": 7.0 }), json!({ "provider": null, "threshold": -1.0 })] {
        assert_eq!(configure(wrong).await["error"]["code"], "INVALID_CONFIG");
    }
    let never = json!({ "config": { "captcha": { "protect": { "emailVerification": true } } } });
    let refused = body(&execute(&root, CONFIGURE, never).await);
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UserInputError");
    assert_eq!(configure(json!({ "provider": null, "secret": null, "threshold": null })).await["ok"], true);
    assert_eq!(result_code(&login_client(&app), REQUEST_RESET, json!({ "email": ADA })).await, "ok");
    app.may_leave_messages();
}
