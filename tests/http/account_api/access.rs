//! Which tokens the Account API accepts: opaque, of a first-party app, with `openid`, of a user who is not
//! suspended; and from which origins.

use serde_json::json;

use super::{
    ACCOUNT, EMAIL, EVERYTHING, MyAccountClient, NEW_PASSWORD, PHONE, PROVE, SEND, VERIFY, assert_refused,
    everything_editable, start,
};
use crate::http::oidc::consents::answer_consent;
use crate::http::oidc::{ORDERS, PASSWORD, SECRET};
use crate::support::client::Client;

const ROUTES: [(&str, &str); 15] = [
    ("GET", ACCOUNT),
    ("PATCH", ACCOUNT),
    ("PATCH", "/api/my-account/profile"),
    ("POST", NEW_PASSWORD),
    ("POST", EMAIL),
    ("DELETE", EMAIL),
    ("POST", PHONE),
    ("DELETE", PHONE),
    ("GET", "/api/my-account/sessions"),
    ("DELETE", "/api/my-account/sessions/one"),
    ("GET", "/api/my-account/grants"),
    ("DELETE", "/api/my-account/grants/one"),
    ("POST", PROVE),
    ("POST", SEND),
    ("POST", VERIFY),
];

#[test]
fn every_address_of_the_account_is_listed() {
    let map = include_str!("../../../crates/server/src/http/routes/json.rs");
    let account = map.split("\nfn ").find(|function| function.starts_with("mount_account(")).unwrap();
    assert_eq!(account.matches(".route(").count(), ROUTES.len());
}

/// What every address says, which must be the same, and no cookie with it.
async fn assert_all_refused(account_client: &MyAccountClient, status: u16, code: &str) {
    for (method, path) in ROUTES {
        let page = account_client.send(method, path, &json!([1])).await;
        assert_eq!(page.header("set-cookie"), "", "{method} {path}");
        assert_refused(&page, status, code);
    }
}

#[tokio::test]
async fn nothing_is_shown_without_a_good_token() {
    let (app, ada) = start(everything_editable()).await;
    let bare = MyAccountClient { app: app.browser().without_fetch_metadata() };
    assert_all_refused(&bare, 401, "auth.authorization_header_missing").await;
    let basic = MyAccountClient { app: bare.app.clone().with_header("authorization", "Basic YTpi") };
    assert_all_refused(&basic, 401, "auth.authorization_token_type_not_supported").await;
    app.clock.advance(60);
    assert_all_refused(&MyAccountClient::with_token(&app, &"x".repeat(43)), 401, "auth.unauthorized").await;
    assert_all_refused(&MyAccountClient::with_token(&app, &"x".repeat(5000)), 401, "auth.unauthorized").await;
    assert_all_refused(&MyAccountClient::with_token(&app, crate::http::ROOT), 401, "auth.unauthorized").await;
    drop(ada);
}

#[tokio::test]
async fn a_signed_token_for_a_resource_is_refused() {
    let (app, ada) = start(everything_editable()).await;
    let shop = Client::of(&app, "shop");
    let tokens =
        shop.sign_in(&app.browser(), &ada, &[("scope", "openid offline_access"), ("resource", ORDERS)]).await;
    let page = shop.refresh(&tokens.refresh, &[("resource", ORDERS)]).await;
    let signed = crate::support::client::Tokens::of(&page).access;
    assert!(signed.contains('.'));
    assert_all_refused(&MyAccountClient::with_token(&app, &signed), 401, "auth.unauthorized").await;
}

#[tokio::test]
async fn a_client_credentials_token_is_no_users_token() {
    let (app, _) = start(everything_editable()).await;
    let machine_app = Client::of(&app, "machine").with_secret(SECRET);
    let page = machine_app.post_form("/oidc/token", &[("grant_type", "client_credentials")]).await;
    if page.status == 200 {
        let token = crate::support::client::Tokens::of(&page).access;
        assert_refused(
            &MyAccountClient::with_token(&app, &token).get(ACCOUNT).await,
            401,
            "auth.unauthorized",
        );
    }
}

#[tokio::test]
async fn a_third_party_application_gets_nothing() {
    let (app, ada) = start(everything_editable()).await;
    let (guest, browser) = (Client::of(&app, "guest"), app.browser());
    let authorization = guest.authorization_request(&[("scope", EVERYTHING)]);
    let page =
        browser.get(&authorization.path).await.follow_redirects().await.sign_in(&ada.email, PASSWORD).await;
    let left = answer_consent(&browser, &page, "agree").await;
    let tokens = guest.exchange_code(&authorization, &guest.authorization_code(&authorization, &left)).await;
    assert_all_refused(
        &MyAccountClient::with_token(&app, &tokens.access),
        403,
        "auth.third_party_application_forbidden",
    )
    .await;
}

#[tokio::test]
async fn a_token_without_openid_is_forbidden() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid profile").await;
    change_scope(&app).await;
    assert_all_refused(&account_client, 403, "auth.forbidden").await;
}

/// No app gets a token without it here, so the database is asked to play one.
async fn change_scope(app: &crate::support::app::TestApp) {
    super::execute(app, "update access_tokens set scope = 'profile'").await;
}

#[tokio::test]
async fn a_token_ends_with_its_time_and_its_user() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    assert_eq!(account_client.get(ACCOUNT).await.status, 200);
    super::execute(&app, "update users set is_suspended = true").await;
    assert_all_refused(&account_client, 401, "auth.unauthorized").await;
    super::execute(&app, "update users set is_suspended = false").await;
    assert_eq!(account_client.get(ACCOUNT).await.status, 200);
    app.clock.advance(3600);
    assert_refused(&account_client.get(ACCOUNT).await, 401, "auth.unauthorized");
}

#[tokio::test]
async fn a_disabled_account_center_refuses_every_call() {
    let mut input = everything_editable();
    input["settings"]["accountCenter"]["enabled"] = json!(false);
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    assert_all_refused(&account_client, 400, "account_center.not_enabled").await;
}

#[tokio::test]
async fn cors_allows_every_origin() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let elsewhere = account_client
        .app
        .clone()
        .with_header("origin", "https://elsewhere.example")
        .with_header("sec-fetch-site", "cross-site");
    for (_, path) in ROUTES {
        let question =
            elsewhere.raw("OPTIONS", path, &[("access-control-request-method", "POST")], Vec::new()).await;
        assert_eq!((question.status, question.header("access-control-allow-origin")), (204, "*"), "{path}");
        assert_eq!(question.header("access-control-allow-methods"), "GET, POST, PATCH, DELETE");
        let sent = question.header("access-control-allow-headers");
        assert!(
            ["authorization", "content-type", "logto-verification-id"].iter().all(|name| sent.contains(name)),
            "{sent}"
        );
        assert_eq!(question.header("access-control-allow-credentials"), "");
    }
    let page = elsewhere.get(ACCOUNT).await;
    assert_eq!((page.status, page.header("access-control-allow-origin")), (200, "*"));
    let page = super::send(&elsewhere, "POST", PROVE, &json!({ "password": PASSWORD })).await;
    assert_eq!((page.status, page.header("access-control-allow-origin")), (201, "*"));
    let attacker = elsewhere.with_header("authorization", "Bearer x");
    let page = attacker.get(ACCOUNT).await;
    assert_eq!(
        (page.status, page.header("access-control-allow-origin")),
        (401, "*"),
        "errors can be read, too"
    );
}

#[tokio::test]
async fn the_settings_are_public() {
    let (app, _) = start(everything_editable()).await;
    let page = app.browser().get("/api/.well-known/account-center").await;
    let center = super::body(&page);
    assert_eq!(
        (page.status, &center["enabled"], &center["fields"]["email"]),
        (200, &json!(true), &json!("Edit"))
    );
    assert_eq!((&center["fields"]["mfa"], &center["deleteAccountUrl"]), (&json!("Off"), &json!(null)));
}

#[tokio::test]
async fn too_many_reads_of_one_account_are_throttled() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let mut calls = 0;
    let page = loop {
        let page = account_client.get(ACCOUNT).await;
        if page.status != 200 {
            break page;
        }
        calls += 1;
    };
    assert_eq!(calls, 30);
    assert_refused(&page, 429, "request.rate_limited");
    assert_eq!(page.header("retry-after"), "1");
}
