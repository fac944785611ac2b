//! Tokens that somebody else made or that are for something else (ASVS V9). Each is offered wherever a token
//! is believed: as a bearer, to the Management API, as a hint, and to whoever asks about it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::{confidential_client, machine_client, start};
use crate::http::oidc::ORDERS;
use crate::support::app::TestApp;
use crate::support::client::{Client, Tokens, jwt_part};

const MANAGEMENT: &str = "https://default.logto.app/api";

/// An attacker with a key of their own.
struct Forger(EcdsaKeyPair);

impl Forger {
    fn new() -> Self {
        let (way, rng) = (&ECDSA_P384_SHA384_FIXED_SIGNING, SystemRandom::new());
        let made = EcdsaKeyPair::generate_pkcs8(way, &rng).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(way, made.as_ref(), &rng).unwrap())
    }

    /// Its public part.
    fn jwk(&self) -> Value {
        let point = &self.0.public_key().as_ref()[1..];
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "kty": "EC", "crv": "P-384", "x": text(&point[..48]), "y": text(&point[48..]), "kid": "own", "alg": "ES384" })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", text(header), text(claims))
}

/// The header with these fields over it.
fn with(mut value: Value, more: &[(&str, Value)]) -> Value {
    for (name, over) in more {
        value[*name] = over.clone();
    }
    value
}

/// A real token of a machine for the Management API.
async fn real_token(app: &TestApp) -> String {
    let wanted = [("grant_type", "client_credentials"), ("resource", MANAGEMENT), ("scope", "all")];
    Tokens::of(&machine_client(app).post_form("/oidc/token", &wanted).await).access
}

async fn management_status(app: &TestApp, token: &str) -> u16 {
    app.clock.advance(1);
    crate::http::api_client(app, token).get("/api/sign-in-exp").await.status
}

async fn is_active(client: &Client, token: &str) -> bool {
    let page = client.post_form("/oidc/token/introspection", &[("token", token)]).await;
    serde_json::from_str::<Value>(&page.html).unwrap()["active"] == true
}

/// Nothing here believes it.
async fn assert_worthless(app: &TestApp, token: &str, why: &str) {
    assert_eq!(management_status(app, token).await, 401, "{why}: the Management API");
    assert_eq!(confidential_client(app).get_userinfo(token).await.status, 401, "{why}: userinfo");
    assert!(!is_active(&machine_client(app), token).await, "{why}: introspection");
    let authorization = confidential_client(app).authorization_request(&[("id_token_hint", token)]);
    let answer =
        confidential_client(app).authorization_response(&app.browser().get(&authorization.path).await);
    assert_eq!(answer["error"], "invalid_request", "{why}: a hint");
}

#[tokio::test]
async fn v9_1_1_a_signature_comes_before_belief() {
    let (app, _) = start().await;
    let token = real_token(&app).await;
    assert_eq!(management_status(&app, &token).await, 200);
    let (header, claims) = (jwt_part(&token, 0), jwt_part(&token, 1));
    let signature = token.rsplit_once('.').unwrap().1;
    let more = with(claims.clone(), &[("sub", json!("root")), ("exp", json!(i64::from(u32::MAX)))]);
    assert_worthless(&app, &format!("{}.{signature}", unsigned(&header, &more)), "another content").await;
    assert_worthless(&app, &Forger::new().sign(&header, &claims), "another key under this name").await;
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    bytes[0] ^= 1;
    let message = unsigned(&header, &claims);
    assert_worthless(&app, &format!("{message}.{}", URL_SAFE_NO_PAD.encode(&bytes)), "one bit").await;
    assert_worthless(&app, &format!("{message}.{}", URL_SAFE_NO_PAD.encode([0; 96])), "nothing but zeros")
        .await;
    assert_worthless(&app, &format!("{message}."), "no signature").await;
}

#[tokio::test]
async fn v9_1_2_only_our_algorithms_and_never_none() {
    let (app, _) = start().await;
    let token = real_token(&app).await;
    let (header, claims) = (jwt_part(&token, 0), jwt_part(&token, 1));
    for alg in ["none", "None", "HS256", "HS384", "RS256", "ES256", "PS256", "EdDSA", ""] {
        let header = with(header.clone(), &[("alg", json!(alg))]);
        assert_worthless(&app, &format!("{}.", unsigned(&header, &claims)), alg).await;
        assert_worthless(&app, &Forger::new().sign(&header, &claims), alg).await;
    }
    // The public key as the secret of an HMAC: the old confusion.
    let key = machine_client(&app).keys().await.into_iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let confused = with(header, &[("alg", json!("HS256"))]);
    let message = unsigned(&confused, &claims);
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.to_string().as_bytes());
    let tag = ring::hmac::sign(&secret, message.as_bytes());
    assert_worthless(&app, &format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag)), "confusion").await;
}

#[tokio::test]
async fn v9_1_3_keys_come_from_here_and_not_from_the_token() {
    let (app, _) = start().await;
    let (token, forger) = (real_token(&app).await, Forger::new());
    let (header, claims) = (jwt_part(&token, 0), jwt_part(&token, 1));
    for (name, value) in [
        ("jwk", forger.jwk()),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!(["MIIB"])),
        ("kid", json!("own")),
        ("kid", json!("../../dev/null")),
        ("kid", json!("' or '1'='1")),
    ] {
        assert_worthless(&app, &forger.sign(&with(header.clone(), &[(name, value)]), &claims), name).await;
    }
}

#[tokio::test]
async fn v9_2_1_a_token_is_good_in_its_time() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let tokens = desk.sign_in(&app.browser(), &ada, &[("resource", ORDERS)]).await;
    let api = Tokens::of(&desk.refresh(&tokens.refresh, &[("resource", ORDERS)]).await);
    let token = real_token(&app).await;
    app.clock.advance(3598);
    assert_eq!(management_status(&app, &token).await, 200);
    assert!(is_active(&desk, &api.access).await);
    assert_eq!(management_status(&app, &token).await, 401);
    for token in [&api.access, &tokens.access] {
        assert!(!is_active(&desk, token).await);
    }
    assert_eq!(desk.get_userinfo(&tokens.access).await.status, 401);
}

#[tokio::test]
async fn v9_2_2_a_token_is_good_for_its_kind() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let tokens = desk.sign_in(&app.browser(), &ada, &[]).await;
    for token in [&tokens.id, &tokens.refresh] {
        assert_eq!(desk.get_userinfo(token).await.status, 401);
        assert_eq!(management_status(&app, token).await, 401);
    }
    assert!(!is_active(&desk, &tokens.id).await);
    super::assert_error(&desk.refresh(&tokens.access, &[]).await, 400, "invalid_grant");
    super::assert_error(&desk.refresh(&tokens.id, &[]).await, 400, "invalid_grant");
    let access = real_token(&app).await;
    let authorization = desk.authorization_request(&[("id_token_hint", &access)]);
    assert_eq!(
        desk.authorization_response(&app.browser().get(&authorization.path).await)["error"],
        "invalid_request"
    );
}

#[tokio::test]
async fn v9_2_3_a_token_is_good_for_its_audience() {
    let (app, ada) = start().await;
    let (desk, shop) = (confidential_client(&app), Client::of(&app, "shop"));
    let wanted = [("grant_type", "client_credentials"), ("resource", ORDERS), ("scope", "read:orders all")];
    let orders = Tokens::of(&machine_client(&app).post_form("/oidc/token", &wanted).await).access;
    assert_eq!(management_status(&app, &orders).await, 401);
    let tokens = desk.sign_in(&app.browser(), &ada, &[("scope", "openid offline_access all")]).await;
    assert_eq!(management_status(&app, &tokens.access).await, 401, "a person's");
    let authorization = shop.authorization_request(&[("id_token_hint", &tokens.id)]);
    assert_eq!(
        shop.authorization_response(&app.browser().get(&authorization.path).await)["error"],
        "invalid_request",
        "another app's"
    );
    assert!(
        !is_active(&Client::of(&app, "till").with_secret(crate::http::oidc::SECRET), &tokens.access).await
    );
}

#[tokio::test]
async fn v9_2_4_every_token_names_one_audience() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let tokens = desk.sign_in(&app.browser(), &ada, &[("resource", ORDERS)]).await;
    let api = Tokens::of(&desk.refresh(&tokens.refresh, &[("resource", ORDERS)]).await);
    let audiences =
        [&tokens.id, &api.access, &real_token(&app).await].map(|token| jwt_part(token, 1)["aud"].clone());
    assert_eq!(audiences, [json!("desk"), json!(ORDERS), json!(MANAGEMENT)]);
}
