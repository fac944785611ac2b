//! Authorization codes: valid once, for a minute, for the client that requested them. A second use is a theft
//! and revokes the tokens.

use tokio::task::JoinSet;

use crate::http::oidc::{SECRET, assert_error, confidential_client, start};
use crate::support::app::TestApp;
use crate::support::client::{AuthorizationRequest, Client, Tokens, oauth_error};
use crate::support::people::TestUser;

type Change = (&'static str, &'static str);

/// A code of Ada's for this app, and the form that buys tokens for it.
async fn exchange(
    app: &TestApp,
    client: &Client,
    ada: &TestUser,
    changes: &[Change],
) -> (AuthorizationRequest, Vec<(String, String)>) {
    let authorization = client.authorization_request(changes);
    let page = app.browser().get(&authorization.path).await.follow_redirects().await;
    let left = page.sign_in(&ada.email, &ada.password).await;
    let code = client.authorization_code(&authorization, &left);
    let form = client.token_request(&authorization, &code);
    app.clock.advance(10);
    (authorization, form)
}

/// The form with one thing changed; nothing leaves it out.
fn with_field(form: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let mut form = form.to_vec();
    form.retain(|(known, _)| known != name);
    form.push((name.to_owned(), value.to_owned()));
    form
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let (_, form) = exchange(&app, &shop, &ada, &[]).await;
    app.clock.advance(49);
    Tokens::of(&shop.post_form("/oidc/token", &form).await);
    let (_, form) = exchange(&app, &shop, &ada, &[]).await;
    app.clock.advance(50);
    assert_error(&shop.post_form("/oidc/token", &form).await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_code_needs_its_client_redirect_and_verifier() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let other = "o".repeat(43);
    let (short, long, odd) = ("v".repeat(42), "v".repeat(129), format!("{}+", "v".repeat(43)));
    for (name, value, error) in [
        ("code_verifier", "", "invalid_grant"),
        ("code_verifier", other.as_str(), "invalid_grant"),
        ("code_verifier", &short, "invalid_grant"),
        ("code_verifier", &long, "invalid_grant"),
        ("code_verifier", &odd, "invalid_grant"),
        ("redirect_uri", "https://shop.example/callback/", "invalid_grant"),
        ("redirect_uri", "https://blog.example/callback", "invalid_grant"),
        ("redirect_uri", "", "invalid_request"),
        ("client_id", "blog", "invalid_grant"),
        ("code", "", "invalid_request"),
        ("code", "a code that nobody has", "invalid_grant"),
    ] {
        let (_, form) = exchange(&app, &shop, &ada, &[]).await;
        assert_error(&shop.post_form("/oidc/token", &with_field(&form, name, value)).await, 400, error);
        let again = shop.post_form("/oidc/token", &form).await;
        // Whoever brought it without what belongs to it has somebody else's: it is over, unless it was never
        // looked up.
        assert_eq!(
            again.status == 200,
            matches!((name, value), ("code", _) | ("redirect_uri", "")),
            "{name}={value}"
        );
    }
}

#[tokio::test]
async fn a_confidential_app_must_keep_using_pkce_once_started() {
    let (app, ada) = start().await;
    let (desk, till) = (confidential_client(&app), Client::of(&app, "till").with_secret(SECRET));
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let (_, form) = exchange(&app, &desk, &ada, &without).await;
    assert_error(&desk.post_form("/oidc/token", &form).await, 400, "invalid_grant");
    let (_, form) = exchange(&app, &desk, &ada, &[]).await;
    assert_error(
        &desk.post_form("/oidc/token", &with_field(&form, "code_verifier", "")).await,
        400,
        "invalid_grant",
    );
    let (_, form) = exchange(&app, &desk, &ada, &[]).await;
    assert_error(&till.post_form("/oidc/token", &form).await, 400, "invalid_grant");
    let (_, form) = exchange(&app, &desk, &ada, &[]).await;
    assert_error(&Client::of(&app, "desk").post_form("/oidc/token", &form).await, 401, "invalid_client");
    Tokens::of(&desk.post_form("/oidc/token", &form).await);
}

#[tokio::test]
async fn a_reused_code_revokes_its_tokens() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let (_, form) = exchange(&app, &shop, &ada, &[]).await;
    let tokens = Tokens::of(&shop.post_form("/oidc/token", &form).await);
    let renewed = Tokens::of(&shop.refresh(&tokens.refresh, &[]).await);
    assert!(!shop.are_invalid(&renewed).await);
    app.clock.advance(3600);
    assert_error(&shop.post_form("/oidc/token", &form).await, 400, "invalid_grant");
    assert!(shop.are_invalid(&renewed).await, "the refresh token's children too");
    assert!(shop.are_invalid(&tokens).await);
}

#[tokio::test]
async fn of_two_hundred_parallel_exchanges_at_most_one_succeeds() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    let shop = Client::of(&app, "shop");
    let (_, form) = exchange(&app, &shop, &ada, &[]).await;
    let mut tries = JoinSet::new();
    for number in 0..200 {
        let shop = if number % 2 == 0 { shop.clone() } else { shop.via_instance(&other) };
        let form = form.clone();
        tries.spawn(async move { shop.post_form("/oidc/token", &form).await });
    }
    let answers = tries.join_all().await;
    let good: Vec<Tokens> = answers.iter().filter(|page| page.status == 200).map(Tokens::of).collect();
    assert_eq!(good.len(), 1);
    let odd = answers.iter().find(|page| !matches!(page.status, 200 | 400 | 429));
    assert!(odd.is_none(), "{:?}", odd.map(|page| (page.status, &page.html)));
    app.clock.advance(10);
    assert!(shop.are_invalid(&good[0]).await, "199 others had the code");
}

#[tokio::test]
async fn json_bodies_are_accepted_and_duplicate_parameters_refused() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let (_, form) = exchange(&app, &shop, &ada, &[]).await;
    let server = app.browser().without_fetch_metadata();
    let json: serde_json::Map<String, serde_json::Value> = with_field(&form, "client_id", "shop")
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    let sent = |kind: &'static str, body: String| {
        let server = server.clone();
        async move { server.raw("POST", "/oidc/token", &[("content-type", kind)], body).await }
    };
    let body = serde_json::Value::from(json).to_string();
    for (kind, body) in [
        ("text/plain", body.clone()),
        ("application/json", format!("[{body}]")),
        ("application/json", body.replace("\"shop\"", "1")),
        ("application/x-www-form-urlencoded", "grant_type=a&grant_type=b&client_id=shop".to_owned()),
        ("application/x-www-form-urlencoded", "x".repeat(65 * 1024)),
    ] {
        assert_eq!(oauth_error(&sent(kind, body).await), (400, "invalid_request".to_owned()), "{kind}");
    }
    Tokens::of(&sent("application/json", body).await);
}

#[tokio::test]
async fn errors_have_the_protocols_shape_and_our_code() {
    let (app, _) = start().await;
    let shop = Client::of(&app, "shop");
    let wrong = [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "y")];
    let read = |page: &crate::support::page::Page| -> serde_json::Value {
        serde_json::from_str(&page.html).unwrap()
    };
    let both = read(&shop.post_form("/oidc/token", &wrong).await);
    let why = both["error_description"].as_str().unwrap();
    let expected = serde_json::json!({
        "error": "invalid_grant", "error_description": why, "code": "oidc.invalid_grant", "message": why,
    });
    assert_eq!(both, expected);
    let page = shop.post_form("/oidc/token?parse_error=false", &wrong).await;
    assert_eq!(read(&page), serde_json::json!({ "error": "invalid_grant", "error_description": why }));
    assert_eq!(page.header("cache-control"), "no-store");
    for (grant, error) in [
        ("password", "unsupported_grant_type"),
        ("implicit", "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:device_code", "unsupported_grant_type"),
        ("", "invalid_request"),
    ] {
        assert_error(&shop.post_form("/oidc/token", &[("grant_type", grant)]).await, 400, error);
    }
    let page = confidential_client(&app).with_secret("wrong").post_form("/oidc/token", &wrong).await;
    assert_error(&page, 401, "invalid_client");
    assert!(page.header("www-authenticate").starts_with("Basic"), "{}", page.header("www-authenticate"));
    assert_error(&Client::of(&app, "nobody").post_form("/oidc/token", &wrong).await, 401, "invalid_client");
    assert_error(
        &shop.clone().with_secret("any").post_form("/oidc/token", &wrong).await,
        401,
        "invalid_client",
    );
}
