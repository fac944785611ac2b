//! Client credentials: apps without a user, authenticated by their secret, that get only the scopes that the
//! operator allowed.

use serde_json::{Value, json};

use crate::http::oidc::{ORDERS, SECRET, STOCK, assert_error, confidential_client, start};
use crate::support::app::TestApp;
use crate::support::client::{Client, Tokens};
use crate::support::page::Page;

const MANAGEMENT: &str = "https://default.logto.app/api";
const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn machine_client(app: &TestApp, id: &str) -> Client {
    Client::of(app, id).with_secret(SECRET)
}

async fn request_token(client: &Client, resource: &str, scope: &str) -> Page {
    client.post_form("/oidc/token", &[GRANT, ("resource", resource), ("scope", scope)]).await
}

/// The status with which the Management API answers this token.
async fn management_status(app: &TestApp, token: &str) -> u16 {
    crate::http::api_client(app, token).get("/api/sign-in-exp").await.status
}

#[tokio::test]
async fn an_api_client_may_use_either_resource_name() {
    let (app, _) = start().await;
    let machine_app = machine_client(&app, "machine");
    for resource in [MANAGEMENT.to_owned(), format!("{}/api", app.origin)] {
        let tokens = Tokens::of(&request_token(&machine_app, &resource, "all other").await);
        assert_eq!((tokens.refresh.as_str(), tokens.id.as_str()), ("", ""));
        let claims = machine_app.verify_token(&tokens.access, "at+jwt").await;
        let values = ["sub", "client_id", "aud", "scope"].map(|name| claims[name].as_str().unwrap());
        assert_eq!(values, ["machine", "machine", resource.as_str(), "all"]);
        assert_eq!(management_status(&app, &tokens.access).await, 200);
        app.clock.advance(3600);
        assert_eq!(management_status(&app, &tokens.access).await, 401, "its hour is over");
    }
    let powerless = Tokens::of(&request_token(&machine_app, MANAGEMENT, "").await);
    assert_eq!(management_status(&app, &powerless.access).await, 403);
}

#[tokio::test]
async fn an_api_client_gets_only_its_allowed_scopes() {
    let (app, _) = start().await;
    let (able, lesser) = (machine_client(&app, "machine"), machine_client(&app, "lesser"));
    let tokens = Tokens::of(&request_token(&able, ORDERS, "read:orders read:stock all").await);
    assert_eq!(able.verify_token(&tokens.access, "at+jwt").await["scope"], "read:orders");
    assert_eq!(management_status(&app, &tokens.access).await, 401, "for another API");
    for (client, resource) in
        [(&able, STOCK), (&able, "https://api.example/"), (&lesser, ORDERS), (&lesser, MANAGEMENT)]
    {
        assert_error(&request_token(client, resource, "all").await, 400, "invalid_target");
    }
    let opaque = Tokens::of(&request_token(&able, "", "all openid").await);
    assert!(!opaque.access.contains('.') && opaque.body.get("scope").is_none());
    assert_eq!(able.get_userinfo(&opaque.access).await.status, 401, "it is nobody");
    assert_eq!(management_status(&app, &opaque.access).await, 401);
    able.revoke(&opaque.access).await;
    let page = able.post_form("/oidc/token/introspection", &[("token", opaque.access.as_str())]).await;
    assert_eq!(serde_json::from_str::<Value>(&page.html).unwrap(), json!({ "active": false }));
}

#[tokio::test]
async fn only_machine_apps_get_client_credentials_tokens() {
    let (app, _) = start().await;
    assert_error(
        &request_token(&confidential_client(&app), MANAGEMENT, "all").await,
        400,
        "unauthorized_client",
    );
    assert_error(
        &request_token(&Client::of(&app, "shop"), MANAGEMENT, "all").await,
        400,
        "unauthorized_client",
    );
    assert_error(
        &request_token(&Client::of(&app, "machine"), MANAGEMENT, "all").await,
        401,
        "invalid_client",
    );
    assert_error(
        &request_token(&machine_client(&app, "nobody"), MANAGEMENT, "all").await,
        401,
        "invalid_client",
    );
    let wrong = Client::of(&app, "machine").with_secret("another secret");
    assert_error(&request_token(&wrong, MANAGEMENT, "all").await, 401, "invalid_client");
}

#[tokio::test]
async fn a_machine_app_can_not_start_an_authorization() {
    let (app, _) = start().await;
    let machine_app = machine_client(&app, "machine");
    app.browser()
        .get(&machine_app.authorization_request(&[]).path)
        .await
        .shows_error(400, "app-request")
        .shows("unauthorized_client");
    let pairs = [("redirect_uri", "https://machine.example/callback"), ("response_type", "code")];
    assert_error(&machine_app.post_form("/oidc/request", &pairs).await, 400, "unauthorized_client");
}

#[tokio::test]
async fn a_revoked_scope_is_gone_at_once() {
    let (app, _) = start().await;
    let tokens = Tokens::of(&request_token(&machine_client(&app, "machine"), MANAGEMENT, "all").await);
    assert_eq!(management_status(&app, &tokens.access).await, 200);
    let root = crate::http::api_client(&app, crate::http::ROOT);
    let less = json!({ "managementApi": false });
    let page = crate::http::send(&root, "PATCH", "/api/applications/machine", &less).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert_ne!(management_status(&app, &tokens.access).await, 200);
}

#[tokio::test]
async fn deleting_a_machine_app_ends_its_tokens() {
    let (app, _) = start().await;
    let (gone, stays) = (machine_client(&app, "machine"), machine_client(&app, "lesser"));
    let mut tokens = Vec::new();
    for resource in [MANAGEMENT, ORDERS, ""] {
        tokens.push(Tokens::of(&request_token(&gone, resource, "all read:orders").await).access);
    }
    let is_active = async |token: &str| {
        let page = stays.post_form("/oidc/token/introspection", &[("token", token)]).await;
        serde_json::from_str::<Value>(&page.html).unwrap()["active"] == true
    };
    for token in &tokens {
        assert!(is_active(token).await, "a machine may ask about what it is sent");
    }
    let root = crate::http::api_client(&app, crate::http::ROOT);
    let page = crate::http::send(&root, "DELETE", "/api/applications/machine", &json!({})).await;
    assert_eq!(page.status, 204, "{}", page.html);
    for token in &tokens {
        assert!(!is_active(token).await);
        assert_eq!(management_status(&app, token).await, 401);
    }
}
