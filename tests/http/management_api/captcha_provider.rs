//! The captcha provider: set, shown, changed and removed.

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;

const PATH: &str = "/api/captcha-provider";
const SECRET: &str = "the-secret-of-the-provider";

async fn set(app: &TestApp, config: Value) -> Page {
    send(&api_client(app, ROOT), "PUT", PATH, &json!({ "config": config })).await
}

async fn public_config(app: &TestApp) -> Value {
    body(&app.browser().get("/api/.well-known/sign-in-exp").await)["captchaConfig"].clone()
}

#[tokio::test]
async fn a_provider_is_set_shown_changed_and_removed() {
    let app = start_with_keys(json!({})).await;
    let root = api_client(&app, ROOT);
    assert_eq!(status_and_code(&root.get(PATH).await), (404, "entity.not_found".to_owned()));
    let theirs = json!({ "type": "Turnstile", "siteKey": "0x4AAA", "secretKey": SECRET });
    let page = set(&app, theirs).await;
    let shown = json!({ "config": { "type": "Turnstile", "siteKey": "0x4AAA", "secretKey": "******" } });
    assert_eq!((page.status, body(&page)), (200, shown.clone()));
    assert_eq!(body(&root.get(PATH).await), shown);
    assert_eq!(
        public_config(&app).await,
        json!({ "type": "Turnstile", "siteKey": "0x4AAA" }),
        "in force at once"
    );
    let stored =
        "select count(*) from settings where document like '%0x4BBB%' and document like '%turnstile%'";
    let other = json!({ "type": "Turnstile", "siteKey": "0x4BBB", "secretKey": "******" });
    assert_eq!(set(&app, other).await.status, 200, "what is shown may be sent back");
    assert_eq!(db_dump::query_number(&app, stored).await, 1);
    assert_eq!(
        body(&set(&app, json!({ "type": "Altcha" })).await),
        json!({ "config": { "type": "Altcha" } })
    );
    let everything = format!("{:?}", db_dump::all(&app).await);
    assert!(!everything.contains(SECRET), "the secret stands in the database");
    assert_eq!(send(&root, "DELETE", PATH, &json!({})).await.status, 204);
    assert_eq!((root.get(PATH).await.status, public_config(&app).await), (404, json!(null)));
    assert_eq!(send(&root, "DELETE", PATH, &json!({})).await.status, 204, "nobody is nobody");
}

#[tokio::test]
async fn an_invalid_value_is_refused_by_field() {
    let app = start_with_keys(json!({})).await;
    for (config, details) in [
        (
            json!({ "type": "Riddle" }),
            "config.type: expected one of Turnstile, Hcaptcha, RecaptchaV3, Altcha",
        ),
        (json!({ "type": "Turnstile", "secretKey": SECRET }), "config.siteKey: expected"),
        (json!({ "type": "Turnstile", "siteKey": "0x4AAA" }), "config.secretKey: expected"),
        (
            json!({ "type": "Turnstile", "siteKey": "0x4AAA", "secretKey": "******" }),
            "config.secretKey: expected",
        ),
        (
            json!({ "type": "Hcaptcha", "siteKey": "x".repeat(1025), "secretKey": "s" }),
            "config.siteKey: expected",
        ),
        (json!({ "type": "Altcha", "colour": "red" }), "config.colour: unknown key"),
        (json!("Altcha"), "config: expected"),
    ] {
        let page = set(&app, config.clone()).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{config}");
        let actual = body(&page)["details"].as_str().unwrap().to_owned();
        assert!(actual.starts_with(details), "{config}: {actual}");
    }
    assert_eq!(api_client(&app, ROOT).get(PATH).await.status, 404, "nothing was changed");
}
