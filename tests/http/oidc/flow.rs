//! The authorization code flow from end to end, and single sign-on to a second app.

use serde_json::json;

use super::{PASSWORD, SIGN_IN, confidential_client, create_user, start};
use crate::support::client::{Client, jwt_part};

const BEGINNING: i64 = 1_700_000_000;

#[tokio::test]
async fn the_code_flow_identifies_the_user() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization = shop.authorization_request(&[("scope", "openid email")]);
    let page = browser.get(&authorization.path).await.follow_redirect_to(SIGN_IN).await;
    page.shows("The shop");
    app.clock.advance(5);
    let page = page.fill("identifier", &ada.email).fill("password", PASSWORD).submit().await;
    assert_eq!((page.status, page.location().starts_with("/oidc/auth/")), (303, true), "{}", page.summary());
    let left = page.follow_redirects().await;
    assert_eq!(left.status, 303);
    let code = shop.authorization_code(&authorization, &left);
    app.clock.advance(5);
    let tokens = shop.exchange_code(&authorization, &code).await;
    let claims = shop.verify_id_token(&tokens).await;
    for (name, value) in [
        ("sub", json!(ada.id)),
        ("nonce", json!(authorization.nonce)),
        ("email", json!(ada.email)),
        ("email_verified", json!(true)),
        ("auth_time", json!(BEGINNING + 5)),
        ("iat", json!(BEGINNING + 10)),
        ("exp", json!(BEGINNING + 10 + 3600)),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    let half = ring::digest::digest(&ring::digest::SHA256, tokens.access.as_bytes());
    let half =
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &half.as_ref()[..16]);
    assert_eq!(claims["at_hash"], half);
    assert_eq!(tokens.body["token_type"], "Bearer");
    assert_eq!((&tokens.body["expires_in"], &tokens.body["scope"]), (&json!(3600), &json!("openid email")));
    assert_eq!(tokens.refresh, "", "nobody asked for one");
    assert!(tokens.access.len() >= 43 && !tokens.access.contains('.'));
    let me: serde_json::Value = serde_json::from_str(&shop.get_userinfo(&tokens.access).await.html).unwrap();
    assert_eq!(me, json!({ "sub": ada.id, "email": ada.email, "email_verified": true }));
}

/// The back button shows the sign-in page again, whose request is finished.
#[tokio::test]
async fn back_from_the_app_leads_to_the_app() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization = shop.authorization_request(&[("scope", "openid")]);
    let page = browser.get(&authorization.path).await.follow_redirects().await;
    let address = page.path.clone();
    page.sign_in(&ada.email, PASSWORD).await;
    let page = browser.get(&address).await;
    assert_eq!(page.status, 303, "{}", page.summary());
    assert!(page.location().starts_with("https://shop.example/login?"), "{}", page.location());
    browser.get("/sign-in").await.redirects_to("/account");
}

#[tokio::test]
async fn userinfo_takes_the_token_of_a_form_or_of_the_header_once() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let tokens = shop.sign_in(&app.browser(), &ada, &[]).await;
    let post = async |headers: &[(&str, &str)], query: &str, body: &str| {
        let headers = [headers, &[("content-type", "application/x-www-form-urlencoded")]].concat();
        let path = format!("/oidc/me{query}");
        app.browser().raw("POST", &path, &headers, body.as_bytes().to_vec()).await
    };
    let bearer = format!("Bearer {}", tokens.access);
    let form = format!("access_token={}", tokens.access);
    let page = post(&[], "", &form).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert!(page.html.contains(&ada.id));
    assert_eq!(post(&[("authorization", &bearer)], "", "").await.status, 200);
    let twice = post(&[("authorization", &bearer)], "", &form).await;
    crate::http::oidc::assert_error(&twice, 400, "invalid_request");
    for (query, body) in [("", "x=1"), (format!("?{form}").as_str(), ""), ("", "access_token=")] {
        let page = post(&[], query, body).await;
        crate::http::oidc::assert_error(&page, 401, "invalid_token");
        assert!(page.html.contains("no access token was sent"), "{}", page.html);
        assert_eq!(page.header("www-authenticate"), "Bearer");
    }
    crate::http::oidc::assert_error(&post(&[], "", "access_token=nobody").await, 401, "invalid_token");
}

#[tokio::test]
async fn the_metadata_is_where_rfc_8414_looks_for_it() {
    let (app, _) = start().await;
    let own = app.browser().get("/oidc/.well-known/openid-configuration").await.html;
    for name in ["oauth-authorization-server", "openid-configuration"] {
        let page = app.browser().get(&format!("/.well-known/{name}/oidc")).await;
        assert_eq!((page.status, page.html), (200, own.clone()), "{name}");
    }
}

#[tokio::test]
async fn a_confidential_app_needs_no_pkce() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let authorization =
        desk.authorization_request(&[("code_challenge", ""), ("code_challenge_method", ""), ("nonce", "")]);
    let left = app
        .browser()
        .get(&authorization.path)
        .await
        .follow_redirects()
        .await
        .sign_in(&ada.email, PASSWORD)
        .await;
    let code = desk.authorization_code(&authorization, &left);
    let mut bought = desk.token_request(&authorization, &code);
    bought.retain(|(name, _)| name != "code_verifier");
    let tokens = crate::support::client::Tokens::of(&desk.post_form("/oidc/token", &bought).await);
    let claims = desk.verify_id_token(&tokens).await;
    assert_eq!(claims["sub"], ada.id.as_str());
    assert!(claims.get("nonce").is_none());
}

#[tokio::test]
async fn an_app_chooses_another_algorithm_than_rs256() {
    let (app, ada) = start().await;
    let till = Client::of(&app, "till").with_secret(super::SECRET);
    let tokens = till.sign_in(&app.browser(), &ada, &[]).await;
    assert_eq!(jwt_part(&tokens.id, 0)["alg"], "ES256");
    assert_eq!(till.verify_id_token(&tokens).await["sub"], ada.id.as_str());
    let desk = confidential_client(&app);
    let tokens = desk.sign_in(&app.browser(), &ada, &[]).await;
    assert_eq!(jwt_part(&tokens.id, 0)["alg"], "RS256");
    assert_eq!(desk.verify_id_token(&tokens).await["sub"], ada.id.as_str());
}

#[tokio::test]
async fn single_sign_on_needs_no_second_password() {
    let (app, ada) = start().await;
    let (shop, blog, browser) = (Client::of(&app, "shop"), Client::of(&app, "blog"), app.browser());
    let first = shop.verify_id_token(&shop.sign_in(&browser, &ada, &[]).await).await;
    app.clock.advance(600);
    let second = blog.verify_id_token(&blog.sign_in_silently(&browser, &[]).await).await;
    for name in ["sub", "sid", "auth_time"] {
        assert_eq!(first[name], second[name], "{name}");
    }
    assert_ne!(first["nonce"], second["nonce"]);
}

#[tokio::test]
async fn another_instance_continues_the_flow() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization = shop.authorization_request(&[]);
    let page = browser.get(&authorization.path).await.follow_redirect_to(SIGN_IN).await;
    drop(page);
    let elsewhere = other.browser();
    elsewhere.restore(browser.jar());
    let left = elsewhere.get(SIGN_IN).await.sign_in(&ada.email, PASSWORD).await;
    let tokens = shop.exchange_code(&authorization, &shop.authorization_code(&authorization, &left)).await;
    let other_shop = shop.via_instance(&other);
    assert_eq!(other_shop.verify_id_token(&tokens).await["sub"], ada.id.as_str());
    assert_eq!(other_shop.get_userinfo(&tokens.access).await.status, 200);
}

#[tokio::test]
async fn signing_in_again_keeps_what_the_same_user_began() {
    let (app, ada) = start().await;
    let bob = create_user(&app, "bob@example.org").await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let first = shop.sign_in(&browser, &ada, &[]).await;
    let second = shop.sign_in(&browser, &ada, &[("prompt", "login")]).await;
    assert!(!shop.are_invalid(&first).await, "the same person in the same browser");
    let others = shop.sign_in(&browser, &bob, &[("prompt", "login")]).await;
    assert!(shop.are_invalid(&second).await, "somebody else took over");
    assert!(!shop.are_invalid(&others).await);
}

#[tokio::test]
async fn a_suspended_user_gets_no_tokens() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let tokens = shop.sign_in(&browser, &ada, &[]).await;
    let authorization = shop.authorization_request(&[]);
    let code = shop
        .authorization_code(&authorization, &browser.get(&authorization.path).await.follow_redirects().await);
    let mut tx = app.database.store.write().await.unwrap();
    tx.run("update users set is_suspended = true where id = $1", rekey_core::args![&ada.id]).await.unwrap();
    tx.commit().await.unwrap();
    let bought = shop.post_form("/oidc/token", &shop.token_request(&authorization, &code)).await;
    super::assert_error(&bought, 400, "invalid_grant");
    assert!(shop.are_invalid(&tokens).await);
    let authorization = shop.authorization_request(&[("prompt", "none")]);
    let left = browser.get(&authorization.path).await;
    assert_eq!(shop.authorization_response(&left)["error"], "login_required");
}
