//! A reset in the middle of an authorization: whichever proof is used, the user returns to the app.

use super::{NEW, PASSWORD, SIGN_IN, start, start_with};
use rekey_server::http::middleware::content_security_policy::APP_POLICY;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::{AuthorizationRequest, Client};
use crate::support::page::Page;
use crate::support::people::TestUser;

const CODE: &str = "/forgot-password/verification-code";
const CHOOSE: &str = "/forgot-password/reset";
const DONE: &str = "/forgot-password/done";
const LINK: &str = "/forgot-password/link";

/// An app sends Ada to choose a new password; the answer is the page that waits for her code.
async fn start_recovery(shop: &Client, browser: &Browser, ada: &TestUser) -> (AuthorizationRequest, Page) {
    let authorization =
        shop.authorization_request(&[("first_screen", "reset_password"), ("login_hint", &ada.email)]);
    let page = browser.get(&authorization.path).await.follow_redirects().await;
    page.says("ask-title");
    assert_eq!(page.value("identifier"), ada.email);
    (authorization, page.submit().await.follow_redirect_to(CODE).await)
}

async fn choose_password(app: &TestApp, page: Page) -> Page {
    app.clock.advance(60);
    let page = page.fill("newPassword", NEW).submit().await.follow_redirect_to(DONE).await;
    app.deliver().await;
    page
}

/// Where the shop begins a sign-in of this person's anew.
fn start_of_shop(app: &TestApp, user: &TestUser) -> String {
    let issuer = format!("{}/oidc", app.origin);
    let pairs = [("iss", issuer.as_str()), ("login_hint", &user.email), ("first_screen", "sign_in")];
    format!("https://shop.example/login?{}", serde_urlencoded::to_string(pairs).unwrap())
}

#[tokio::test]
async fn a_new_password_by_code_leads_back_into_the_app() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let (authorization, page) = start_recovery(&shop, &browser, &ada).await;
    let code = app.inbox_of(&ada.email).await.code();
    app.clock.advance(300);
    let page = page.fill("code", &code).submit().await.follow_redirect_to(CHOOSE).await;
    let done = choose_password(&app, page).await;
    let links = done.links();
    let onward = links.iter().find(|link| link.starts_with("/sign-in")).unwrap();
    assert!(
        !links.iter().any(|link| link.starts_with("https://shop.example")),
        "its request waits: {links:?}"
    );
    let page = browser.get(onward).await.follow_redirects().await;
    assert_eq!(page.value("identifier"), ada.email);
    page.clone().fill("password", PASSWORD).submit().await.shows_refusal("credentials.wrong");
    let left = page.fill("password", NEW).submit().await.follow_redirects().await;
    let tokens = shop.exchange_code(&authorization, &shop.authorization_code(&authorization, &left)).await;
    assert_eq!(shop.verify_id_token(&tokens).await["sub"], ada.id.as_str());
}

#[tokio::test]
async fn a_link_opened_in_the_same_browser_leads_back_into_the_app() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let (authorization, _) = start_recovery(&shop, &browser, &ada).await;
    let path = app.inbox_of(&ada.email).await.link_path();
    let page = browser
        .get(&path)
        .await
        .follow_redirect_to(LINK)
        .await
        .submit_to(LINK)
        .await
        .follow_redirect_to(CHOOSE)
        .await;
    let done = choose_password(&app, page).await;
    let onward = done.links().into_iter().find(|link| link.starts_with("/sign-in")).unwrap();
    let page = browser.get(&onward).await.follow_redirects().await;
    shop.authorization_code(
        &authorization,
        &page.fill("password", NEW).submit().await.follow_redirects().await,
    );
}

#[tokio::test]
async fn a_link_opened_in_another_browser_leads_to_the_apps_own_start() {
    let (app, ada) = start().await;
    let (shop, desk, phone) = (Client::of(&app, "shop"), app.browser(), app.browser());
    let (authorization, _) = start_recovery(&shop, &desk, &ada).await;
    let path = app.inbox_of(&ada.email).await.link_path();
    let page = phone
        .get(&path)
        .await
        .follow_redirect_to(LINK)
        .await
        .submit_to(LINK)
        .await
        .follow_redirect_to(CHOOSE)
        .await;
    let done = choose_password(&app, page).await;
    assert!(done.links().contains(&start_of_shop(&app, &ada)), "{:?}", done.links());
    assert_eq!(done.header("content-security-policy"), APP_POLICY);
    // The browser that asked is still on its way.
    let left = desk.get(SIGN_IN).await.fill("identifier", &ada.email).fill("password", NEW).submit().await;
    shop.authorization_code(&authorization, &left.follow_redirects().await);
}

#[tokio::test]
async fn a_sign_in_that_no_app_waits_for_any_more_leads_to_its_start() {
    let (app, ada) = start().await;
    let page = app.browser().get(SIGN_IN).await;
    let left = page.fill("identifier", &ada.email).fill("password", PASSWORD).submit().await;
    left.redirects_to(&start_of_shop(&app, &ada));
    let guest = app.browser().get("/sign-in?app_id=guest").await;
    let left = guest.fill("identifier", &ada.email).fill("password", PASSWORD).submit().await;
    assert!(left.location().starts_with("https://guest.example/login?"), "{}", left.summary());
    assert!(!left.location().contains("login_hint"), "a third-party application is told no address");
}

#[tokio::test]
async fn sign_up_leads_back_into_the_app() {
    let (app, _) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization =
        shop.authorization_request(&[("first_screen", "register"), ("login_hint", "eve@example.org")]);
    let page = browser.get(&authorization.path).await.follow_redirects().await;
    let page = page.fill("identifier", "eve@example.org").submit().await;
    let page = page.follow_redirect_to("/register/verification-code").await;
    let code = app.inbox_of("eve@example.org").await.code();
    let page = page.fill("code", &code).submit().await.follow_redirect_to("/register/password").await;
    app.clock.advance(60);
    let left = page.fill("newPassword", NEW).submit().await.follow_redirects().await;
    let tokens = shop.exchange_code(&authorization, &shop.authorization_code(&authorization, &left)).await;
    let eve = app.user("eve@example.org").await.unwrap();
    assert_eq!(shop.verify_id_token(&tokens).await["sub"], eve.id.as_str());
}

#[tokio::test]
async fn sign_in_by_code_leads_back_into_the_app() {
    let (app, ada) = start_with(crate::promises::with_sign_in_codes(super::settings_with_apps())).await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization = shop.authorization_request(&[]);
    let page = browser.get(&authorization.path).await.follow_redirects().await.fill("identifier", &ada.email);
    let page = page.submit_to("/sign-in/code").await.follow_redirect_to("/sign-in/verification-code").await;
    let code = app.inbox_of(&ada.email).await.code();
    let left = page.fill("code", &code).submit().await.follow_redirects().await;
    let tokens = shop.exchange_code(&authorization, &shop.authorization_code(&authorization, &left)).await;
    assert_eq!(shop.verify_id_token(&tokens).await["sub"], ada.id.as_str());
}

#[tokio::test]
async fn a_password_that_must_be_changed_is_changed_before_returning_to_the_app() {
    let mut input = super::settings_with_apps();
    input["settings"]["signInExperience"] = serde_json::json!({ "passwordCompliance": "require" });
    let (app, _) = start_with(input).await;
    let bob = app.new_user("bob@example.org").with_password("short").make().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization = shop.authorization_request(&[]);
    let page = browser
        .get(&authorization.path)
        .await
        .follow_redirects()
        .await
        .sign_in(&bob.email, &bob.password)
        .await;
    assert_eq!(page.path, "/account/password", "{}", page.summary());
    let again = browser.get(&shop.authorization_request(&[("prompt", "none")]).path).await;
    assert_eq!(
        shop.authorization_response(&again)["error"],
        "login_required",
        "such a session is none for an app"
    );
    let left = page.fill("newPassword", NEW).submit().await.follow_redirects().await;
    app.deliver().await;
    let tokens = shop.exchange_code(&authorization, &shop.authorization_code(&authorization, &left)).await;
    assert_eq!(shop.verify_id_token(&tokens).await["sub"], bob.id.as_str());
}
