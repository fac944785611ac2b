//! Which page an authorization request opens first, and with which values.

use super::{settings_with_apps, start};
use crate::support::app::TestApp;
use crate::support::client::Client;

/// Where a request with these parameters begins.
async fn first_page(app: &TestApp, changes: &[(&str, &str)]) -> String {
    let page = app.browser().get(&Client::of(app, "shop").authorization_request(changes).path).await;
    assert_eq!(page.status, 303, "{}", page.summary());
    page.location().to_owned()
}

#[tokio::test]
async fn every_first_screen_has_its_page_in_both_spellings() {
    let (app, _) = start().await;
    for (screen, path) in [
        ("sign_in", "/sign-in"),
        ("sign-in", "/sign-in"),
        ("signIn", "/sign-in"),
        ("register", "/register"),
        ("reset_password", "/reset-password"),
        ("reset-password", "/reset-password"),
        ("identifier:sign_in", "/sign-in"),
        ("identifier:sign-in", "/sign-in"),
        ("identifier:register", "/register"),
        ("single_sign_on", "/sign-in"),
        ("single-sign-on", "/sign-in"),
        ("no such screen", "/sign-in"),
        ("https://evil.example/", "/sign-in"),
        ("//evil.example", "/sign-in"),
    ] {
        app.clock.advance(10);
        assert_eq!(
            first_page(&app, &[("first_screen", screen)]).await,
            format!("{path}?app_id=shop"),
            "{screen}"
        );
    }
}

#[tokio::test]
async fn older_and_newer_parameter_names_work() {
    let (app, _) = start().await;
    for (name, value, path) in [
        ("interaction_mode", "signUp", "/register"),
        ("interaction_mode", "signIn", "/sign-in"),
        ("interaction_mode", "other", "/sign-in"),
        ("prompt", "create", "/register"),
        ("prompt", "login create", "/register"),
        ("prompt", "login", "/sign-in"),
        ("prompt", "select_account", "/sign-in"),
    ] {
        assert_eq!(first_page(&app, &[(name, value)]).await, format!("{path}?app_id=shop"), "{name}={value}");
    }
    let both = [("first_screen", "sign_in"), ("interaction_mode", "signUp")];
    assert_eq!(first_page(&app, &both).await, "/sign-in?app_id=shop", "the newer one counts");
}

#[tokio::test]
async fn first_screens_are_chosen_in_the_documented_order() {
    let (app, _) = start().await;
    let params = [
        ("identifier", "email phone"),
        ("login_hint", "ada@example.org"),
        ("one_time_token", "token"),
        ("ui_locales", "de"),
        ("organization_id", "org"),
        ("direct_sign_in", "social:github"),
        ("made_up", "x"),
    ];
    let expected = "/sign-in?app_id=shop&organization_id=org&ui_locales=de&one_time_token=token\
                    &login_hint=ada%40example.org&identifier=email+phone";
    assert_eq!(first_page(&app, &params).await, expected);
    assert_eq!(first_page(&app, &[("login_hint", &"x".repeat(301))]).await, "/sign-in?app_id=shop");
}

#[tokio::test]
async fn the_login_hint_is_filled_in_and_the_language_kept() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let params =
        [("login_hint", ada.email.as_str()), ("ui_locales", "xx de en"), ("first_screen", "reset_password")];
    let page = browser.get(&shop.authorization_request(&params).path).await.follow_redirects().await;
    assert_eq!(
        (page.value("identifier").as_str(), page.header("content-language")),
        (ada.email.as_str(), "de")
    );
    assert_eq!(browser.get("/sign-in").await.header("content-language"), "de");
    assert_eq!(browser.get("/nowhere").await.header("content-language"), "de");
}

#[tokio::test]
async fn a_signed_in_user_signs_in_again_where_the_screen_requires_it() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    shop.sign_in(&browser, &ada, &[]).await;
    for (name, value) in [
        ("first_screen", "reset_password"),
        ("first_screen", "reset-password"),
        ("first_screen", "register"),
        ("first_screen", "identifier:register"),
        ("interaction_mode", "signUp"),
        ("prompt", "create"),
    ] {
        let page = browser.get(&shop.authorization_request(&[(name, value)]).path).await;
        assert!(page.location().starts_with('/'), "{name}={value}: {}", page.summary());
    }
    for (name, value) in
        [("first_screen", "sign_in"), ("first_screen", "odd"), ("interaction_mode", "signIn")]
    {
        let authorization = shop.authorization_request(&[(name, value)]);
        shop.authorization_code(
            &authorization,
            &browser.get(&authorization.path).await.follow_redirects().await,
        );
    }
}

#[tokio::test]
async fn without_recovery_sign_in_comes_first() {
    let mut input = settings_with_apps();
    input["settings"]["signInExperience"] = serde_json::json!({ "forgotPasswordMethods": [] });
    let (app, ada) = super::start_with(input).await;
    let shop = Client::of(&app, "shop");
    let authorization =
        shop.authorization_request(&[("first_screen", "reset_password"), ("login_hint", &ada.email)]);
    let page = app.browser().get(&authorization.path).await.follow_redirects().await;
    page.says("sign-in-title");
    assert_eq!(page.value("identifier"), ada.email);
    app.clock.advance(1);
    let left = page.fill("password", &ada.password).submit().await.follow_redirects().await;
    shop.authorization_code(&authorization, &left);
}
