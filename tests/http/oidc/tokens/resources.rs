//! Access tokens for the operator's own APIs: signed, for one API each, and only for those that were granted.

use serde_json::{Value, json};

use crate::http::oidc::{ORDERS, STOCK, assert_error, confidential_client, start};
use crate::support::client::{Client, Tokens, jwt_part};

/// What an API reads of an access token.
async fn decode_access_token(client: &Client, tokens: &Tokens) -> Value {
    client.verify_token(&tokens.access, "at+jwt").await
}

#[tokio::test]
async fn an_access_token_for_an_api_is_self_contained() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let authorization = shop
        .authorization_request(&[("scope", "openid read:orders made:up read:stock"), ("resource", ORDERS)]);
    let left = app
        .browser()
        .get(&authorization.path)
        .await
        .follow_redirects()
        .await
        .sign_in(&ada.email, &ada.password)
        .await;
    let mut form = shop.token_request(&authorization, &shop.authorization_code(&authorization, &left));
    form.push(("resource".to_owned(), ORDERS.to_owned()));
    let tokens = Tokens::of(&shop.post_form("/oidc/token", &form).await);
    let claims = decode_access_token(&shop, &tokens).await;
    let now = app.program().core.now().0 / 1000;
    for (name, value) in [
        ("aud", json!(ORDERS)),
        ("sub", json!(ada.id)),
        ("client_id", json!("shop")),
        ("scope", json!("openid read:orders")),
        ("iat", json!(now)),
        ("exp", json!(now + 3600)),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert!(claims["jti"].as_str().unwrap().len() > 30);
    assert_eq!(jwt_part(&tokens.access, 0)["alg"], "ES384");
    assert_error(&shop.get_userinfo(&tokens.access).await, 401, "invalid_token");
}

#[tokio::test]
async fn each_token_is_for_one_api_that_was_granted() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let both = format!("{ORDERS},{STOCK}");
    let scope = [("scope", "openid offline_access read:orders read:stock"), ("resource", both.as_str())];
    let tokens = desk.sign_in(&app.browser(), &ada, &scope).await;
    assert!(!tokens.access.contains('.'), "for none was asked here");
    let mut names = Vec::new();
    for api in [ORDERS, STOCK, ORDERS] {
        let got = Tokens::of(&desk.refresh(&tokens.refresh, &[("resource", api)]).await);
        let claims = decode_access_token(&desk, &got).await;
        assert_eq!(claims["aud"], api);
        names.push(claims["jti"].as_str().unwrap().to_owned());
    }
    names.dedup();
    assert_eq!(names.len(), 3, "each has a name of its own");
    assert_error(&desk.refresh(&tokens.refresh, &[("resource", &both)]).await, 400, "invalid_target");
    let twice = [("resource", ORDERS), ("resource", STOCK)];
    assert_error(&desk.refresh(&tokens.refresh, &twice).await, 400, "invalid_target");
    for other in ["https://api.example/other", "https://api.example/orders/", "orders"] {
        assert_error(&desk.refresh(&tokens.refresh, &[("resource", other)]).await, 400, "invalid_target");
    }
}

#[tokio::test]
async fn scopes_not_requested_at_the_start_are_not_granted_later() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let tokens = desk.sign_in(&app.browser(), &ada, &[("resource", ORDERS)]).await;
    assert_error(&desk.refresh(&tokens.refresh, &[("resource", STOCK)]).await, 400, "invalid_target");
    Tokens::of(&desk.refresh(&tokens.refresh, &[("resource", ORDERS)]).await);
    let authorization = desk.authorization_request(&[]);
    let browser = app.browser();
    let left = browser
        .get(&authorization.path)
        .await
        .follow_redirects()
        .await
        .sign_in(&ada.email, &ada.password)
        .await;
    let code = desk.authorization_code(&authorization, &left);
    let mut form = desk.token_request(&authorization, &code);
    form.push(("resource".to_owned(), ORDERS.to_owned()));
    assert_error(&desk.post_form("/oidc/token", &form).await, 400, "invalid_target");
    desk.exchange_code(&authorization, &code).await;
}

#[tokio::test]
async fn an_unknown_resource_is_refused() {
    let (app, _) = start().await;
    let shop = Client::of(&app, "shop");
    for resource in [
        "https://api.example/other",
        "orders",
        "https://api.example/orders#x",
        "https://default.logto.app/api",
    ] {
        let authorization = shop.authorization_request(&[("resource", resource)]);
        let answer = shop.authorization_response(&app.browser().get(&authorization.path).await);
        assert_eq!(
            (&answer["error"], &answer["state"]),
            (&json!("invalid_target"), &json!(authorization.state)),
            "{resource}"
        );
    }
}

#[tokio::test]
async fn introspection_reports_whether_a_signed_token_is_active() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let browser = app.browser();
    let tokens = desk.sign_in(&browser, &ada, &[("resource", ORDERS)]).await;
    let api = Tokens::of(&desk.refresh(&tokens.refresh, &[("resource", ORDERS)]).await);
    let introspect = async |token: &str| {
        let page = desk.post_form("/oidc/token/introspection", &[("token", token)]).await;
        serde_json::from_str::<Value>(&page.html).unwrap()
    };
    let claims = introspect(&api.access).await;
    assert_eq!(
        (&claims["active"], &claims["aud"], &claims["sub"]),
        (&json!(true), &json!(ORDERS), &json!(ada.id))
    );
    for token in [&tokens.access, &tokens.refresh] {
        assert_eq!(introspect(token).await["client_id"], "desk");
    }
    desk.revoke(&tokens.refresh).await;
    for token in [&api.access, &tokens.access, &tokens.refresh, &tokens.id, &"x".to_owned()] {
        assert_eq!(introspect(token).await, json!({ "active": false }));
    }
    let shop = Client::of(&app, "shop");
    let page = shop.post_form("/oidc/token/introspection", &[("token", "x")]).await;
    assert_error(&page, 401, "invalid_client");
}

#[tokio::test]
async fn a_signed_token_expires() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let tokens = desk.sign_in(&app.browser(), &ada, &[("resource", ORDERS)]).await;
    let api = Tokens::of(&desk.refresh(&tokens.refresh, &[("resource", ORDERS)]).await);
    let is_active = async || {
        let page = desk.post_form("/oidc/token/introspection", &[("token", &api.access)]).await;
        serde_json::from_str::<Value>(&page.html).unwrap()["active"] == true
    };
    app.clock.advance(3599);
    assert!(is_active().await);
    app.clock.advance(1);
    assert!(!is_active().await);
}
