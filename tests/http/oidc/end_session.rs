//! Sign-out requested by an app. A GET changes nothing; the button signs out and redirects only to registered
//! addresses.

use super::{create_user, start};
use crate::support::client::{Client, Tokens};

/// The address with these parameters.
fn logout_url(pairs: &[(&str, &str)]) -> String {
    format!("/oidc/session/end?{}", serde_urlencoded::to_string(pairs).unwrap())
}

const LEFT: (&str, &str) = ("post_logout_redirect_uri", "https://shop.example/left");
const CONFIRM: &str = "/oidc/session/end/confirm";

#[tokio::test]
async fn a_button_signs_out_and_leads_back_with_the_state() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let tokens = shop.sign_in(&browser, &ada, &[]).await;
    let page = browser.get(&logout_url(&[("id_token_hint", &tokens.id), LEFT, ("state", "a b&c")])).await;
    assert_eq!(page.status, 200);
    page.says("end-session-title").shows("The shop").shows(&ada.email);
    assert_eq!(page.all("form#op\\.logoutForm[data-auto]", "action"), [CONFIRM], "the script may press it");
    assert_eq!(page.all("#op\\.logoutForm [name=logout]", "value"), ["yes"]);
    let policy = page.header("content-security-policy");
    assert!(!policy.contains("form-action"), "the app may redirect further: {policy}");
    assert!(!shop.are_invalid(&tokens).await, "looking changes nothing");
    let left = page.submit().await;
    left.redirects_to("https://shop.example/left?state=a+b%26c");
    assert!(shop.are_invalid(&tokens).await);
    browser.get("/account").await.redirects_to("/sign-in");
}

#[tokio::test]
async fn a_signed_out_user_is_redirected_at_once() {
    let (app, _) = start().await;
    let named = [("client_id", "shop"), LEFT, ("state", "s")];
    app.browser().get(&logout_url(&named)).await.redirects_to("https://shop.example/left?state=s");
    app.browser().get(&logout_url(&[])).await.redirects_to("/sign-in");
    app.browser().get(&logout_url(&[("client_id", "shop")])).await.redirects_to("/sign-in");
}

#[tokio::test]
async fn a_hint_of_another_session_or_user_is_no_proof() {
    let (app, ada) = start().await;
    let bob = create_user(&app, "bob@example.org").await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    shop.sign_in(&browser, &ada, &[]).await;
    let elsewhere = shop.sign_in(&app.browser(), &ada, &[]).await;
    let bobs = shop.sign_in(&app.browser(), &bob, &[]).await;
    for pairs in [
        vec![("id_token_hint", elsewhere.id.as_str()), LEFT],
        vec![("id_token_hint", bobs.id.as_str()), LEFT],
        vec![("client_id", "guest"), ("post_logout_redirect_uri", "https://guest.example/left")],
        vec![("client_id", "shop")],
        vec![],
    ] {
        let page = browser.get(&logout_url(&pairs)).await;
        page.says("end-session-title");
        assert!(page.all("form[data-auto]", "action").is_empty(), "{pairs:?}");
    }
    assert_eq!(browser.get("/account").await.status, 200);
}

#[tokio::test]
async fn sign_out_redirects_only_to_registered_addresses() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let Tokens { id, .. } = shop.sign_in(&browser, &ada, &[]).await;
    for to in [
        "https://evil.example/",
        "https://shop.example/left/",
        "https://shop.example/left?x=1",
        "https://shop.example/callback",
        "https://blog.example/left",
        "//shop.example/left",
        "javascript:alert(1)",
    ] {
        let page =
            browser.get(&logout_url(&[("id_token_hint", &id), ("post_logout_redirect_uri", to)])).await;
        page.shows_error(400, "app-request");
        assert!(!page.links().iter().any(|link| link == to), "{to}");
    }
    browser.get(&logout_url(&[LEFT])).await.shows_error(400, "app-request");
    browser
        .get(&logout_url(&[("id_token_hint", &id), ("client_id", "blog")]))
        .await
        .shows_error(400, "app-request");
    browser.get(&logout_url(&[("id_token_hint", "x")])).await.shows_error(400, "app-request");
    browser.get(&logout_url(&[("client_id", "nobody")])).await.shows_error(400, "app-request");
    browser.get(&logout_url(&[LEFT, LEFT, ("client_id", "shop")])).await.shows_error(400, "app-request");
    assert_eq!(browser.get("/account").await.status, 200, "nothing of it signed anybody out");
}

#[tokio::test]
async fn another_site_signs_nobody_out() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let tokens = shop.sign_in(&browser, &ada, &[]).await;
    let forged = browser
        .clone()
        .with_header("sec-fetch-site", "cross-site")
        .with_header("origin", "https://evil.example");
    let fields =
        [("client_id".to_owned(), "shop".to_owned()), ("id_token_hint".to_owned(), tokens.id.clone())];
    let mut latest = tokens;
    for path in ["/oidc/session/end", CONFIRM] {
        let page = forged.post(path, &fields).await;
        assert!(matches!(page.status, 303 | 403), "{path}: {}", page.summary());
        latest = Tokens::of(&shop.refresh(&latest.refresh, &[]).await);
        assert_eq!(shop.get_userinfo(&latest.access).await.status, 200, "{path}");
    }
    assert_eq!(browser.get("/account").await.status, 200);
}

#[tokio::test]
async fn the_repeated_parameters_are_validated_again() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let tokens = shop.sign_in(&browser, &ada, &[]).await;
    let page = browser.get(&logout_url(&[("id_token_hint", &tokens.id), LEFT])).await;
    let page = page.fill("post_logout_redirect_uri", "https://evil.example/").submit().await;
    page.shows_error(400, "app-request");
    assert!(!shop.are_invalid(&tokens).await);
}

#[tokio::test]
async fn an_app_of_the_operator_needs_no_id_token() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let tokens = shop.sign_in(&browser, &ada, &[]).await;
    shop.revoke(&tokens.refresh).await;
    let page = browser.get(&logout_url(&[("client_id", "shop"), LEFT])).await;
    assert_eq!(page.all("form#op\\.logoutForm[data-auto]", "action"), [CONFIRM]);
    assert_eq!(browser.get("/account").await.status, 200, "looking changes nothing");
    page.submit().await.redirects_to("https://shop.example/left");
    browser.get("/account").await.redirects_to("/sign-in");
}

#[tokio::test]
async fn a_posted_id_token_is_in_no_address() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let tokens = shop.sign_in(&browser, &ada, &[]).await;
    let fields = [("id_token_hint", tokens.id.as_str()), LEFT, ("state", "a b&c")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let sent = browser.post("/oidc/session/end", &fields).await;
    assert_eq!(sent.status, 303);
    assert!(!sent.location().contains("eyJ"), "{}", sent.location());
    let page = browser.get(sent.location()).await;
    assert_eq!(page.all("form[data-auto]", "action"), [CONFIRM], "the hint is known still");
    assert!(!page.html.contains("eyJ"));
    page.submit().await.redirects_to("https://shop.example/left?state=a+b%26c");
    browser.get(&format!("{}x", sent.location())).await.shows_error(400, "app-request");
    app.clock.advance(301);
    browser.get(sent.location()).await.shows_error(400, "app-request");
}
