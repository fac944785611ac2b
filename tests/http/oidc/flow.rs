//! The whole way: an app asks, its person signs in, the app learns who they are. Then the next app, for which nobody types anything.

use serde_json::json;

use super::{PASSWORD, SIGN_IN, desk, person, start};
use crate::support::client::{Client, part};

const BEGINNING: i64 = 1_700_000_000;

#[tokio::test]
async fn an_app_sends_somebody_and_learns_who_they_are() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let asked = shop.ask(&[("scope", "openid email")]);
    let page = browser.get(&asked.path).await.lands_on(SIGN_IN).await;
    page.shows("The shop");
    app.clock.advance(5);
    let page = page.fill("identifier", &ada.email).fill("password", PASSWORD).submit().await;
    assert_eq!((page.status, page.location().starts_with("/oidc/auth/")), (303, true), "{}", page.told());
    let left = page.walks().await;
    assert_eq!(left.status, 303);
    let code = shop.takes(&asked, &left);
    app.clock.advance(5);
    let tokens = shop.buys(&asked, &code).await;
    let claims = shop.identifies(&tokens).await;
    for (name, value) in [
        ("sub", json!(ada.id)),
        ("nonce", json!(asked.nonce)),
        ("email", json!(ada.email)),
        ("email_verified", json!(true)),
        ("auth_time", json!(BEGINNING + 5)),
        ("iat", json!(BEGINNING + 10)),
        ("exp", json!(BEGINNING + 10 + 3600)),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    let half = ring::digest::digest(&ring::digest::SHA384, tokens.access.as_bytes());
    let half =
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &half.as_ref()[..24]);
    assert_eq!(claims["at_hash"], half);
    assert_eq!(tokens.body["token_type"], "Bearer");
    assert_eq!((&tokens.body["expires_in"], &tokens.body["scope"]), (&json!(3600), &json!("openid email")));
    assert_eq!(tokens.refresh, "", "nobody asked for one");
    assert!(tokens.access.len() >= 43 && !tokens.access.contains('.'));
    let me: serde_json::Value = serde_json::from_str(&shop.asks_me(&tokens.access).await.html).unwrap();
    assert_eq!(me, json!({ "sub": ada.id, "email": ada.email, "email_verified": true }));
}

#[tokio::test]
async fn a_server_that_keeps_a_secret_needs_no_proof_of_possession() {
    let (app, ada) = start().await;
    let desk = desk(&app);
    let asked = desk.ask(&[("code_challenge", ""), ("code_challenge_method", ""), ("nonce", "")]);
    let left = app.browser().get(&asked.path).await.walks().await.signs_in(&ada.email, PASSWORD).await;
    let code = desk.takes(&asked, &left);
    let mut bought = desk.purchase(&asked, &code);
    bought.retain(|(name, _)| name != "code_verifier");
    let tokens = crate::support::client::Tokens::of(&desk.sends("/oidc/token", &bought).await);
    let claims = desk.identifies(&tokens).await;
    assert_eq!(claims["sub"], ada.id.as_str());
    assert!(claims.get("nonce").is_none());
}

#[tokio::test]
async fn an_app_chooses_its_algorithm_of_two() {
    let (app, ada) = start().await;
    let till = Client::of(&app, "till").with_secret(super::SECRET);
    let tokens = till.signs_in(&app.browser(), &ada, &[]).await;
    assert_eq!(part(&tokens.id, 0)["alg"], "ES256");
    assert_eq!(till.identifies(&tokens).await["sub"], ada.id.as_str());
    let tokens = desk(&app).signs_in(&app.browser(), &ada, &[]).await;
    assert_eq!(part(&tokens.id, 0)["alg"], "ES384");
}

#[tokio::test]
async fn the_next_app_asks_for_no_password() {
    let (app, ada) = start().await;
    let (shop, blog, browser) = (Client::of(&app, "shop"), Client::of(&app, "blog"), app.browser());
    let first = shop.identifies(&shop.signs_in(&browser, &ada, &[]).await).await;
    app.clock.advance(600);
    let second = blog.identifies(&blog.passes(&browser, &[]).await).await;
    for name in ["sub", "sid", "auth_time"] {
        assert_eq!(first[name], second[name], "{name}");
    }
    assert_ne!(first["nonce"], second["nonce"]);
}

#[tokio::test]
async fn another_instance_goes_on_where_the_first_began() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let asked = shop.ask(&[]);
    let page = browser.get(&asked.path).await.lands_on(SIGN_IN).await;
    drop(page);
    let elsewhere = other.browser();
    elsewhere.restore(browser.jar());
    let left = elsewhere.get(SIGN_IN).await.signs_in(&ada.email, PASSWORD).await;
    let tokens = shop.buys(&asked, &shop.takes(&asked, &left)).await;
    let other_shop = shop.through(&other);
    assert_eq!(other_shop.identifies(&tokens).await["sub"], ada.id.as_str());
    assert_eq!(other_shop.asks_me(&tokens.access).await.status, 200);
}

#[tokio::test]
async fn signing_in_again_keeps_what_the_same_person_began() {
    let (app, ada) = start().await;
    let bob = person(&app, "bob@example.org").await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let first = shop.signs_in(&browser, &ada, &[]).await;
    let second = shop.signs_in(&browser, &ada, &[("prompt", "login")]).await;
    assert!(!shop.are_over(&first).await, "the same person in the same browser");
    let others = shop.signs_in(&browser, &bob, &[("prompt", "login")]).await;
    assert!(shop.are_over(&second).await, "somebody else took over");
    assert!(!shop.are_over(&others).await);
}

#[tokio::test]
async fn somebody_who_was_switched_off_gets_nothing() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let tokens = shop.signs_in(&browser, &ada, &[]).await;
    let asked = shop.ask(&[]);
    let code = shop.takes(&asked, &browser.get(&asked.path).await.walks().await);
    let mut tx = app.database.store.write().await.unwrap();
    tx.run("update users set is_suspended = true where id = $1", rekey::args![&ada.id]).await.unwrap();
    tx.commit().await.unwrap();
    let bought = shop.sends("/oidc/token", &shop.purchase(&asked, &code)).await;
    super::refused(&bought, 400, "invalid_grant");
    assert!(shop.are_over(&tokens).await);
    let asked = shop.ask(&[("prompt", "none")]);
    let left = browser.get(&asked.path).await;
    assert_eq!(shop.answer(&left)["error"], "login_required");
}
