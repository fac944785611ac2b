//! A reset by an operator's own message: a one-time token made over the API, a button, a new password.

use serde_json::json;

use crate::http::pages::steps::{
    FORGOT_PASSWORD, NEW, NEW_PASSWORD, OLD, choose_password, create_ada, sign_in,
};
use crate::http::{ROOT, api_client, body, send, with_keys};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::db_dump;
use crate::support::page::Page;

const PAGE: &str = "/reset-password/token";

async fn program() -> TestApp {
    TestApp::with(with_keys(json!({}))).await
}

/// Has a token made for this address.
async fn token_for(app: &TestApp, email: &str) -> String {
    let made = send(&api_client(app, ROOT), "POST", "/api/one-time-tokens", &json!({ "email": email })).await;
    assert_eq!(made.status, 201, "{}", made.html);
    body(&made)["token"].as_str().unwrap().to_owned()
}

/// Opens the address that an operator's message would have.
async fn open_link(browser: &Browser, token: &str, hint: Option<&str>) -> Page {
    let hint = hint.map(|hint| format!("&login_hint={hint}")).unwrap_or_default();
    browser.get(&format!("/reset-password?one_time_token={token}{hint}")).await.follow_redirect_to(PAGE).await
}

#[tokio::test]
async fn a_token_and_its_address_lead_to_a_new_password() {
    let app = program().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let token = token_for(&app, "Ada@Example.org").await;
    let page = open_link(&browser, &token, Some(&ada.email)).await;
    page.says("one-time-ready").shows(&ada.email);
    assert!(!page.html.contains(&token), "the token is in no page");
    let page = page.submit().await.follow_redirect_to(NEW_PASSWORD).await;
    choose_password(&app, page, NEW).await;
    sign_in(&browser, &ada.email, NEW).await;
}

#[tokio::test]
async fn without_a_login_hint_the_address_is_required() {
    let app = program().await;
    let ada = create_ada(&app).await;
    app.new_user("eve@example.org").make().await;
    let token = token_for(&app, &ada.email).await;
    let mut page = open_link(&app.browser(), &token, None).await;
    page.says("one-time-address");
    for (typed, message) in [
        ("eve@example.org", "one-time-other-address"),
        ("nobody@example.org", "one-time-other-address"),
        ("ada@", "refusal-identifier-malformed"),
        ("+12025550134", "refusal-identifier-malformed"),
    ] {
        page = page.fill("identifier", typed).submit().await;
        assert_eq!(page.status, 422, "{typed}");
        page.says(message);
        assert_eq!(page.value("identifier"), typed);
    }
    let page =
        page.fill("identifier", " ADA@example.org ").submit().await.follow_redirect_to(NEW_PASSWORD).await;
    choose_password(&app, page, NEW).await;
}

#[tokio::test]
async fn a_one_time_token_works_where_recovery_is_off() {
    let app = TestApp::with(with_keys(json!({ "signInExperience": { "forgotPasswordMethods": [] } }))).await;
    let ada = create_ada(&app).await;
    let token = token_for(&app, &ada.email).await;
    let page = open_link(&app.browser(), &token, Some(&ada.email))
        .await
        .submit()
        .await
        .follow_redirect_to(NEW_PASSWORD)
        .await;
    choose_password(&app, page, NEW).await;
    let page = open_link(&app.browser(), &token, Some(&ada.email)).await;
    page.says("refusal-link-used");
    assert!(!page.links().contains(&FORGOT_PASSWORD.to_owned()), "there is no other way");
}

#[tokio::test]
async fn an_ended_token_is_reported_and_keeps_the_address() {
    let app = program().await;
    let ada = create_ada(&app).await;
    let (used, expired) = (token_for(&app, &ada.email).await, token_for(&app, &ada.email).await);
    open_link(&app.browser(), &used, Some(&ada.email)).await.submit().await.redirects_to(NEW_PASSWORD);
    app.clock.advance(601);
    for (token, message) in [
        (used.as_str(), "refusal-link-used"),
        (expired.as_str(), "refusal-link-expired"),
        (&"x".repeat(43), "refusal-link-unknown"),
        ("x%01%3Cscript%3E", "refusal-link-unknown"),
    ] {
        let browser = app.browser();
        let page = open_link(&browser, token, Some(&ada.email)).await;
        page.says("link-over-title").says(message);
        assert!(page.links().contains(&FORGOT_PASSWORD.to_owned()), "{message}");
        assert_eq!(browser.get(FORGOT_PASSWORD).await.value("identifier"), ada.email);
    }
    sign_in(&app.browser(), &ada.email, OLD).await;
}

#[tokio::test]
async fn a_token_that_ran_out_while_its_page_was_open_says_so() {
    let app = program().await;
    let ada = create_ada(&app).await;
    let token = token_for(&app, &ada.email).await;
    let page = open_link(&app.browser(), &token, Some(&ada.email)).await;
    app.clock.advance(601);
    let page = page.submit().await;
    assert_eq!(page.status, 422);
    page.says("refusal-link-expired");
}

#[tokio::test]
async fn unknown_and_suspended_users_are_answered_like_a_wrong_address() {
    let app = program().await;
    app.new_user("eve@example.org").with_password(OLD).suspended().make().await;
    for email in ["eve@example.org", "nobody@example.org"] {
        let token = token_for(&app, email).await;
        let before = db_dump::all(&app).await["one_time_tokens"].clone();
        let page = open_link(&app.browser(), &token, Some(email)).await.submit().await;
        assert_eq!(page.status, 422, "{email}");
        page.says("one-time-other-address");
        assert_eq!(db_dump::all(&app).await["one_time_tokens"], before, "nothing was used up");
    }
}

#[tokio::test]
async fn opening_a_token_link_consumes_nothing_and_stores_nothing_in_clear() {
    let app = program().await;
    let ada = create_ada(&app).await;
    let token = token_for(&app, &ada.email).await;
    let before = db_dump::all(&app).await;
    let browser = app.browser();
    for _ in 0..3 {
        let page = open_link(&browser, &token, Some(&ada.email)).await;
        assert_eq!(page.header("location"), "");
    }
    assert_eq!(db_dump::changes(&before, &db_dump::all(&app).await), Vec::<String>::new());
    assert!(!format!("{before:?}").contains(&token));
    open_link(&browser, &token, Some(&ada.email)).await.submit().await.redirects_to(NEW_PASSWORD);
}

#[tokio::test]
async fn a_token_for_another_purpose_sets_no_password() {
    let app = program().await;
    let ada = create_ada(&app).await;
    let input = json!({ "email": ada.email, "context": { "interactionEvent": "SignIn" } });
    let made = send(&api_client(&app, ROOT), "POST", "/api/one-time-tokens", &input).await;
    let token = body(&made)["token"].as_str().unwrap().to_owned();
    open_link(&app.browser(), &token, Some(&ada.email)).await.says("refusal-link-unknown");
}

/// Two instances, twenty presses of the button, one new password.
#[tokio::test]
async fn a_token_is_redeemed_once() {
    let app = program().await;
    let other = app.second_instance().await;
    let ada = create_ada(&app).await;
    let token = token_for(&app, &ada.email).await;
    let mut pages = Vec::new();
    for at in 0..20 {
        let browser = if at % 2 == 0 { app.browser() } else { other.browser() };
        pages.push(open_link(&browser, &token, Some(&ada.email)).await);
    }
    let mut presses = tokio::task::JoinSet::new();
    for page in pages {
        presses.spawn(async move { page.submit().await.status });
    }
    let statuses = presses.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
}

/// An app's own request carries the token here, and is still intact afterwards.
#[tokio::test]
async fn an_app_sends_people_along_with_their_token() {
    let mut file = with_keys(json!({}));
    let redirect = "https://shop.example/callback";
    file["applications"] =
        json!([{ "id": "shop", "name": "The Shop", "type": "SPA", "redirectUris": [redirect] }]);
    let app = TestApp::with(file).await;
    let ada = create_ada(&app).await;
    let token = token_for(&app, &ada.email).await;
    let browser = app.browser();
    let request = format!(
        "/oidc/auth?client_id=shop&redirect_uri={redirect}&response_type=code&scope=openid&state=s\
         &code_challenge={}&code_challenge_method=S256&first_screen=reset_password&one_time_token={token}&login_hint={}",
        "x".repeat(43),
        ada.email
    );
    let page = browser.get(&request).await;
    assert_eq!(page.status, 303, "{}", page.html);
    let page = browser.get(page.location()).await.follow_redirect_to(PAGE).await;
    page.says("one-time-ready").shows(&ada.email);
    let page = page.submit().await.follow_redirect_to(NEW_PASSWORD).await;
    choose_password(&app, page, NEW).await;
    let page = browser.get("/sign-in").await.fill("password", NEW).submit().await;
    assert!(page.location().starts_with("/oidc/auth/"), "{}", page.location());
}
