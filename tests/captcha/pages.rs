//! The pages: with a script, without one, and with a provider's.

use serde_json::json;

use super::{ADA, settings, solve, start};
use crate::promises::{
    CODE, CookieClient, FORGOT_PASSWORD, REGISTER, REGISTER_CODE, SIGN_IN_CODE, SIGN_IN_SEND,
};
use crate::support::app::TestApp;

const WAIT: &str = "/captcha/wait?to=forgot_password";

#[tokio::test]
async fn a_form_is_submitted_with_its_proof_of_work() {
    let app = start(json!({})).await;
    for (page, send, next) in [
        (FORGOT_PASSWORD, FORGOT_PASSWORD, CODE),
        (REGISTER, REGISTER, REGISTER_CODE),
        ("/sign-in", SIGN_IN_SEND, SIGN_IN_CODE),
    ] {
        let shown = app.browser().get(page).await;
        assert_eq!(shown.all("[data-captcha=altcha]", "data-for"), [send]);
        assert_eq!(
            shown.header("content-security-policy"),
            rekey_server::http::middleware::content_security_policy::DEFAULT_POLICY
        );
        let client = CookieClient::new(&app).await;
        let refused = client.post(send, &[("identifier", ADA)]).await;
        refused.shows_refusal("captcha.required");
        assert_eq!(refused.value("identifier"), ADA, "nothing is lost");
        let token = solve(&app).await;
        client
            .post(send, &[("identifier", ADA), ("captcha", "nonsense")])
            .await
            .shows_refusal("captcha.failed");
        client.post(send, &[("identifier", ADA), ("captcha", &token)]).await.redirects_to(next);
        client.post(send, &[("identifier", ADA), ("captcha", &token)]).await.shows_refusal("captcha.failed");
    }
    app.may_leave_messages();
}

#[tokio::test]
async fn no_captcha_is_shown_where_none_is_required() {
    let app = TestApp::start().await;
    for page in [FORGOT_PASSWORD, REGISTER, "/sign-in"] {
        let shown = app.browser().get(page).await;
        assert!(!shown.html.contains("captcha"), "{page}");
    }
}

/// Half a minute by the server's clock, for one form.
#[tokio::test]
async fn without_scripts_the_user_waits_instead() {
    let app = start(json!({})).await;
    let client = CookieClient::new(&app).await;
    let page = client.browser.get(FORGOT_PASSWORD).await;
    assert!(page.html.contains(&format!("formaction=\"{WAIT}\"")), "{}", page.html);
    client.post(WAIT, &[("identifier", ADA)]).await.redirects_to(WAIT);
    let waiting = client.browser.get(WAIT).await;
    waiting.says("captcha-wait-title");
    assert_eq!(waiting.header("refresh"), format!("31; url={WAIT}"));
    app.clock.advance(29);
    client.browser.get(WAIT).await.says("captcha-wait-title");
    client.post(FORGOT_PASSWORD, &[("identifier", ADA)]).await.shows_refusal("captcha.required");
    app.clock.advance(1);
    client.browser.get(WAIT).await.redirects_to(FORGOT_PASSWORD);
    let page = client.browser.get(FORGOT_PASSWORD).await;
    assert!(!page.html.contains("data-captcha"), "nothing is left to show");
    assert_eq!(page.value("identifier"), ADA);
    client.post(FORGOT_PASSWORD, &[("identifier", ADA)]).await.redirects_to(CODE);
    client.post(FORGOT_PASSWORD, &[("identifier", ADA)]).await.shows_refusal("captcha.required");
    app.inbox_of(ADA).await.code();
}

/// An old cookie can be brought again; the limit is in the database, and by network.
#[tokio::test]
async fn waits_are_limited_even_if_the_cookie_is_replayed() {
    let app = start(json!({})).await;
    let mut client = CookieClient::new(&app).await;
    client.post(WAIT, &[("identifier", ADA)]).await;
    app.clock.advance(30);
    let stored = client.snapshot();
    for _ in 0..5 {
        client.restore(stored.clone());
        client.post(FORGOT_PASSWORD, &[("identifier", ADA)]).await.redirects_to(CODE);
    }
    client.restore(stored.clone());
    client.post(FORGOT_PASSWORD, &[("identifier", ADA)]).await.shows_refusal("throttled");
    app.clock.advance(700);
    client.restore(stored);
    client.post(FORGOT_PASSWORD, &[("identifier", ADA)]).await.shows_refusal("captcha.failed");
    app.may_leave_messages();
}

#[tokio::test]
async fn without_a_wait_its_page_redirects_to_the_form() {
    let app = start(json!({})).await;
    let client = CookieClient::new(&app).await;
    client.browser.get("/captcha/wait").await.redirects_to(FORGOT_PASSWORD);
    client.browser.get("/captcha/wait?to=register").await.redirects_to(REGISTER);
    client.browser.get("/captcha/wait?to=https://evil.example").await.redirects_to(FORGOT_PASSWORD);
}

/// Only such a page lets somebody else's script in, and lets it be in a frame.
#[tokio::test]
async fn the_content_security_policy_allows_the_provider_where_required() {
    let captcha = json!({ "provider": "turnstile", "siteKey": "0x4AAA", "secret": "s" });
    let app = TestApp::with(settings(captcha)).await;
    let page = app.browser().get(FORGOT_PASSWORD).await;
    assert_eq!(page.all(".cf-turnstile", "data-sitekey"), ["0x4AAA"]);
    assert_eq!(page.all("script[async]", "src"), ["https://challenges.cloudflare.com/turnstile/v0/api.js"]);
    let policy = page.header("content-security-policy");
    for part in [
        "script-src 'self' https://challenges.cloudflare.com;",
        "frame-src https://challenges.cloudflare.com",
        "connect-src 'self' https://challenges.cloudflare.com;",
        "default-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    assert_eq!(page.header("cross-origin-embedder-policy"), "unsafe-none");
    let other = app.browser().get("/nothing").await;
    assert_eq!(other.header("cross-origin-embedder-policy"), "require-corp");
    assert_eq!(
        other.header("content-security-policy"),
        rekey_server::http::middleware::content_security_policy::DEFAULT_POLICY
    );
    let client = CookieClient::new(&app).await;
    let refused = client.post(FORGOT_PASSWORD, &[("identifier", ADA)]).await;
    refused.shows_refusal("captcha.required");
    assert!(refused.header("content-security-policy").contains("challenges.cloudflare.com"));
}

#[tokio::test]
async fn a_score_provider_gets_the_site_key() {
    let captcha = json!({ "provider": "recaptchaV3", "siteKey": "6Lc&x", "secret": "s", "scriptUrl": "http://localhost:9/api.js" });
    let app = TestApp::with(settings(captcha)).await;
    let page = app.browser().get(FORGOT_PASSWORD).await;
    assert_eq!(page.all("script[async]", "src"), ["http://localhost:9/api.js?render=6Lc%26x"]);
    assert_eq!(page.all("[data-captcha=recaptchaV3]", "data-site-key"), ["6Lc&x"]);
    assert!(
        page.header("content-security-policy")
            .contains("script-src 'self' http://localhost:9 https://www.google.com")
    );
}
