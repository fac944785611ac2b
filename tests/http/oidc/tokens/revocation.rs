//! What ends the tokens of an app: the session, a new password, a dispute, revocation, the removal of the
//! app. And what stays valid.

use serde_json::{Value, json};

use crate::http::oidc::{NEW, PASSWORD, create_user, settings_with_apps, start, start_with};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::{Client, Tokens};
use crate::support::people::TestUser;

/// Ada in two browsers, Bob in a third, each with tokens of the shop.
struct SignedInTwice {
    app: TestApp,
    shop: Client,
    ada: TestUser,
    first: (Browser, Tokens),
    second: (Browser, Tokens),
    bobs: Tokens,
}

impl SignedInTwice {
    async fn with(input: Value) -> Self {
        let (app, ada) = start_with(input).await;
        let bob = create_user(&app, "bob@example.org").await;
        let shop = Client::of(&app, "shop");
        let (first, second) = (app.browser(), app.browser());
        let tokens = [shop.sign_in(&first, &ada, &[]).await, shop.sign_in(&second, &ada, &[]).await];
        let bobs = shop.sign_in(&app.browser(), &bob, &[]).await;
        app.clock.advance(60);
        let [of_first, of_second] = tokens;
        Self { app, shop, ada, first: (first, of_first), second: (second, of_second), bobs }
    }

    async fn new() -> Self {
        Self::with(settings_with_apps()).await
    }

    /// Which of Ada's two live on; Bob's always does.
    async fn sessions_alive(&self) -> (bool, bool) {
        assert!(!self.shop.are_invalid(&self.bobs).await, "it is not Bob's");
        (!self.shop.are_invalid(&self.first.1).await, !self.shop.are_invalid(&self.second.1).await)
    }
}

fn revoking(what: &str) -> Value {
    let mut input = settings_with_apps();
    input["settings"]["afterPasswordChange"] = json!({ "revoke": what });
    input
}

async fn reset_password(fixture: &SignedInTwice) {
    let browser = fixture.app.browser();
    let done =
        crate::http::pages::steps::reset_password(&fixture.app, &browser, &fixture.ada.email, NEW).await;
    done.says("done-title");
}

async fn change_password(fixture: &SignedInTwice) {
    let page = fixture.first.0.get("/account/password").await;
    let page = page.fill("currentPassword", PASSWORD).fill("newPassword", NEW).submit().await;
    assert_eq!(page.status, 303, "{}", page.summary());
    fixture.app.deliver().await;
}

#[tokio::test]
async fn a_reset_ends_everything() {
    for what in ["others", "all"] {
        let fixture = SignedInTwice::with(revoking(what)).await;
        reset_password(&fixture).await;
        assert_eq!(fixture.sessions_alive().await, (false, false), "{what}");
    }
}

#[tokio::test]
async fn a_reset_ends_nothing_where_the_operator_says_so() {
    let fixture = SignedInTwice::with(revoking("none")).await;
    reset_password(&fixture).await;
    assert_eq!(fixture.sessions_alive().await, (true, true));
}

#[tokio::test]
async fn a_change_of_the_password_ends_what_the_setting_says() {
    for (what, lives) in [("others", (true, false)), ("all", (false, false)), ("none", (true, true))] {
        let fixture = SignedInTwice::with(revoking(what)).await;
        change_password(&fixture).await;
        assert_eq!(fixture.sessions_alive().await, lives, "{what}");
    }
}

#[tokio::test]
async fn signing_out_ends_what_began_in_that_session() {
    let fixture = SignedInTwice::new().await;
    fixture.first.0.get("/account").await.submit_to("/sign-out").await;
    assert_eq!(fixture.sessions_alive().await, (false, true));
}

#[tokio::test]
async fn ending_the_others_ends_theirs() {
    let fixture = SignedInTwice::new().await;
    fixture.first.0.get("/account").await.submit_to("/account/sessions/end-others").await;
    assert_eq!(fixture.sessions_alive().await, (true, false));
}

#[tokio::test]
async fn ending_one_ends_its_own() {
    let fixture = SignedInTwice::new().await;
    let page = fixture.first.0.get("/account").await;
    let action = page
        .forms()
        .into_iter()
        .map(|form| form.action)
        .find(|action| action.ends_with("/end") && action.starts_with("/account/sessions/"));
    page.submit_to(&action.unwrap()).await;
    assert_eq!(fixture.sessions_alive().await, (true, false));
}

#[tokio::test]
async fn ending_all_ends_all() {
    let fixture = SignedInTwice::new().await;
    fixture.first.0.get("/account").await.submit_to("/account/sessions/end-all").await;
    assert_eq!(fixture.sessions_alive().await, (false, false));
}

#[tokio::test]
async fn an_operator_ends_them_too() {
    let fixture = SignedInTwice::new().await;
    let root = crate::http::api_client(&fixture.app, crate::http::ROOT);
    let place = format!("/api/users/{}/sessions", fixture.ada.id);
    let page = crate::http::send(&root, "DELETE", &place, &json!({})).await;
    assert!(page.status < 300, "{} {}", page.status, page.html);
    assert_eq!(fixture.sessions_alive().await, (false, false));
}

#[tokio::test]
async fn this_was_not_me_ends_everything() {
    let fixture = SignedInTwice::with(revoking("none")).await;
    change_password(&fixture).await;
    let path = fixture.app.inbox_of(&fixture.ada.email).await.not_me_path();
    let page = fixture.app.browser().get(&path).await.follow_redirects().await.submit().await;
    assert_eq!(page.status, 303, "{}", page.summary());
    fixture.app.may_leave_messages();
    assert_eq!(fixture.sessions_alive().await, (false, false));
}

#[tokio::test]
async fn revoking_a_token_ends_only_its_grant() {
    let fixture = SignedInTwice::new().await;
    let SignedInTwice { shop, first, .. } = &fixture;
    let desk = crate::http::oidc::confidential_client(&fixture.app);
    let of_desk = desk.sign_in_silently(&first.0, &[]).await;
    let sibling = Tokens::of(&shop.refresh(&first.1.refresh, &[]).await);
    shop.revoke(&sibling.access).await;
    assert_eq!(shop.get_userinfo(&sibling.access).await.status, 401);
    assert_eq!(shop.get_userinfo(&first.1.access).await.status, 200, "one access token takes no other along");
    desk.revoke(&first.1.access).await;
    desk.revoke(&sibling.refresh).await;
    assert_eq!(shop.get_userinfo(&first.1.access).await.status, 200, "another app ends nothing");
    shop.revoke(&sibling.refresh).await;
    shop.revoke(&sibling.refresh).await;
    shop.revoke("a token that nobody has").await;
    assert_eq!(fixture.sessions_alive().await, (false, true), "a refresh token takes its sign-in along");
    assert!(!desk.are_invalid(&of_desk).await);
}

#[tokio::test]
async fn an_expired_session_keeps_offline_access() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let tokens = shop.sign_in(&browser, &ada, &[]).await;
    app.clock.advance(13 * 24 * 3600);
    let renewed = Tokens::of(&shop.refresh(&tokens.refresh, &[]).await);
    assert!(!shop.are_invalid(&renewed).await);
}

#[tokio::test]
async fn a_deleted_app_has_no_tokens_even_if_recreated() {
    let fixture = SignedInTwice::new().await;
    let root = crate::http::api_client(&fixture.app, crate::http::ROOT);
    let redirects = json!({ "redirectUris": ["https://shop.example/callback"] });
    let shop = json!({ "id": "shop", "name": "S", "type": "SPA", "oidcClientMetadata": redirects });
    let page = crate::http::send(&root, "DELETE", "/api/applications/shop", &json!({})).await;
    assert_eq!(page.status, 204, "{}", page.html);
    let SignedInTwice { shop: client, first, .. } = &fixture;
    assert_eq!(client.get_userinfo(&first.1.access).await.status, 401);
    crate::http::oidc::assert_error(&client.refresh(&first.1.refresh, &[]).await, 401, "invalid_client");
    first.0.get(&client.authorization_request(&[]).path).await.shows_error(400, "app-request");
    let page = crate::http::send(&root, "POST", "/api/applications", &shop).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert!(client.are_invalid(&first.1).await);
}
