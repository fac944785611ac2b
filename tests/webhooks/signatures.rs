//! Both signatures: over the exact bytes, also while one key replaces another.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac::{HMAC_SHA256, Key, verify};
use serde_json::{Value, json};

use super::{accepting_receiver, body, call, create_webhook, deliver, start};
use crate::support::app::TestApp;
use crate::support::stubs::receiver::ReceivedRequest;

/// Whether one of the signatures is that of this key.
fn is_signed(received: &ReceivedRequest, key: &str) -> bool {
    let bytes = STANDARD.decode(key.strip_prefix("whsec_").unwrap()).unwrap();
    let text = format!(
        "{}.{}.{}",
        received.header("webhook-id"),
        received.header("webhook-timestamp"),
        received.body
    );
    let known = Key::new(HMAC_SHA256, &bytes);
    received.header("webhook-signature").split(' ').any(|part| {
        let signature = STANDARD.decode(part.strip_prefix("v1,").unwrap()).unwrap();
        verify(&known, text.as_bytes(), &signature).is_ok()
    })
}

/// Whether the older header is that of this key.
fn is_plainly_signed(received: &ReceivedRequest, key: &str) -> bool {
    let hex = received.header("logto-signature-sha-256");
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    let signature: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    assert_eq!(hex, hex.to_lowercase());
    verify(&Key::new(HMAC_SHA256, key.as_bytes()), received.body.as_bytes(), &signature).is_ok()
}

async fn sign_in(app: &TestApp) {
    let browser = app.browser();
    let page = browser.get("/sign-in").await.fill("identifier", "ada@example.org");
    page.fill("password", crate::http::oidc::PASSWORD).submit().await.redirects_to("/account");
}

#[tokio::test]
async fn both_signatures_are_over_the_very_bytes() {
    let app = start().await;
    crate::http::oidc::create_user(&app, "ada@example.org").await;
    let receiver = accepting_receiver().await;
    let webhook = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    sign_in(&app).await;
    assert_eq!(deliver(&app, &webhook).await, 1);
    let received = receiver.requests().remove(0);
    let key = webhook["signingKey"].as_str().unwrap();
    assert!(is_signed(&received, key) && is_plainly_signed(&received, key), "{}", received.head);
    assert_eq!(received.header("webhook-timestamp"), "1700000000");
    assert_eq!(received.header("content-type"), "application/json");
    assert!(received.header("user-agent").starts_with("rekey/"));
    let altered = ReceivedRequest { body: format!("{} ", received.body), ..received };
    assert!(!is_signed(&altered, key) && !is_plainly_signed(&altered, key));
}

#[tokio::test]
async fn two_keys_sign_for_a_day() {
    let app = start().await;
    crate::http::oidc::create_user(&app, "ada@example.org").await;
    let receiver = accepting_receiver().await;
    let before = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    let path = format!("/api/hooks/{}/signing-key", before["id"].as_str().unwrap());
    let after = body(&call(&app, "PATCH", &path, Value::Null).await);
    let [old, new] = [&before, &after].map(|webhook| webhook["signingKey"].as_str().unwrap().to_owned());
    assert_ne!(old, new);
    sign_in(&app).await;
    deliver(&app, &after).await;
    let received = receiver.requests().remove(0);
    assert!(is_signed(&received, &old) && is_signed(&received, &new));
    assert!(is_plainly_signed(&received, &new), "that header has room for one: the newest");
    app.clock.advance(24 * 3600);
    sign_in(&app).await;
    deliver(&app, &after).await;
    let received = receiver.requests().remove(1);
    assert!(!is_signed(&received, &old) && is_signed(&received, &new));
}

#[tokio::test]
async fn an_operators_headers_go_along_and_replace_none_of_ours() {
    let app = start().await;
    crate::http::oidc::create_user(&app, "ada@example.org").await;
    let receiver = accepting_receiver().await;
    let config = json!({ "url": receiver.url, "headers": { "authorization": "Bearer of somebody", "content-type": "application/cloudevents+json" } });
    let input = json!({ "name": "Test", "events": ["PostSignIn"], "config": config });
    let webhook = body(&call(&app, "POST", "/api/hooks", input).await);
    sign_in(&app).await;
    deliver(&app, &webhook).await;
    let received = receiver.requests().remove(0);
    assert_eq!(received.header("authorization"), "Bearer of somebody");
    assert_eq!(received.header("content-type"), "application/cloudevents+json");
    for name in ["webhook-id", "Webhook-Signature", "logto-signature-sha-256", "host"] {
        let input = json!({ "events": ["PostSignIn"], "config": { "url": receiver.url, "headers": { name: "mine" } } });
        let page = call(&app, "POST", "/api/hooks", input).await;
        assert_eq!(
            (page.status, body(&page)["details"].as_str()),
            (400, Some("config.headers: expected names of headers that are not ours")),
            "{name}"
        );
    }
}
