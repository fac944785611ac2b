//! What the standards ask of a recovery and no other test holds (docs/standards.toml names the rest).

use serde_json::json;

use super::{PASSWORD, can_sign_in, create_user, obtain_grant, without_throttles};
use crate::support::app::TestApp;

const ADA: &str = "ada@example.org";
const NEW: &str = "a walrus in the library";

#[tokio::test]
async fn a_verified_code_allows_only_the_new_password() {
    let app = TestApp::with(crate::http::account_api::everything_editable()).await;
    create_user(&app, ADA).await;
    let client = obtain_grant(&app, ADA).await;
    for path in ["/account", "/account/password", "/oidc/me", "/api/my-account", "/api/users"] {
        let page = client.browser.get(path).await;
        assert!(matches!(page.status, 303 | 401 | 403 | 404), "{path}: {}", page.summary());
    }
    let page = client.post("/account/password", &[("newPassword", NEW), ("currentPassword", "")]).await;
    assert_ne!(page.status, 200, "{}", page.summary());
    assert!(can_sign_in(&app, ADA, PASSWORD).await);
    client.choose_password(NEW).await.redirects_to(super::DONE);
    assert_ne!(client.browser.get("/account").await.status, 200, "nobody is signed in by a reset");
    app.may_leave_messages();
}

#[tokio::test]
async fn long_passwords_are_not_truncated() {
    let app = TestApp::with(without_throttles()).await;
    for (nth, length) in [64, 72, 73, 128, 1024].into_iter().enumerate() {
        let email = format!("ada{nth}@example.org");
        let password: String =
            "x y".repeat(length).chars().take(length - 3).chain("é\u{1f511}z".chars()).collect();
        let last: String = password.chars().take(length - 1).chain(['#']).collect();
        app.new_user(&email).with_password(&password).make().await;
        assert!(can_sign_in(&app, &email, &password).await, "{length}");
        assert!(!can_sign_in(&app, &email, &last).await, "{length}: the last one counts");
    }
}

#[tokio::test]
async fn a_session_is_read_only_from_the_cookie() {
    let app = TestApp::start().await;
    create_user(&app, ADA).await;
    let browser = app.browser();
    browser.get("/sign-in").await.fill("identifier", ADA).fill("password", PASSWORD).submit().await;
    assert_eq!(browser.get("/account").await.status, 200);
    let jar = browser.jar();
    let other = app.browser();
    for (name, value) in &jar {
        let query = serde_urlencoded::to_string([(name, value), (&"session".to_owned(), value)]).unwrap();
        assert_ne!(other.get(&format!("/account?{query}")).await.status, 200, "{name}");
    }
}

#[test]
fn no_language_states_password_strength_in_bits() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");
    for language in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(language.unwrap().path()).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap().to_lowercase();
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            assert!(!words.any(|word| ["bits", "entropy", "entropie"].contains(&word)));
        }
    }
}

#[tokio::test]
async fn there_are_no_security_questions() {
    let app = TestApp::with(json!({})).await;
    let page = app.browser().get("/forgot-password").await;
    let field_names = page.all("form input:not([type=hidden])", "name");
    assert_eq!(field_names, ["identifier"]);
}
