//! Apps: what each may do, how it proves itself, and that none of them can be taken for a person.

use serde_json::json;

use super::{
    SECRET, assert_error, confidential_client, create_user, discovery_document, machine_client,
    settings_with_apps, start,
};
use crate::support::app::TestApp;
use crate::support::client::{Client, Tokens};

/// The error with which a request comes back to the app.
async fn error_of(app: &TestApp, client: &Client, changes: &[(&str, &str)]) -> String {
    let authorization = client.authorization_request(changes);
    let answer = client.authorization_response(&app.browser().get(&authorization.path).await);
    assert_eq!(
        (answer["state"].as_str(), answer["iss"].as_str()),
        (Some(&*authorization.state), Some(&*client.issuer))
    );
    assert!(answer.get("code").is_none());
    answer["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn oa_2_pkce_and_iss_no_implicit() {
    let (app, ada) = start().await;
    let document = discovery_document(&app).await;
    for (name, value) in [
        ("code_challenge_methods_supported", json!(["S256"])),
        ("response_types_supported", json!(["code"])),
        ("grant_types_supported", json!(["authorization_code", "refresh_token", "client_credentials"])),
        ("authorization_response_iss_parameter_supported", json!(true)),
    ] {
        assert_eq!(document[name], value, "{name}");
    }
    let (shop, desk) = (Client::of(&app, "shop"), confidential_client(&app));
    for kind in ["token", "id_token", "code token", "code id_token", "id_token token", "none"] {
        assert_eq!(
            error_of(&app, &shop, &[("response_type", kind)]).await,
            "unsupported_response_type",
            "{kind}"
        );
    }
    let pair = [("username", ada.email.as_str()), ("password", &ada.password), ("grant_type", "password")];
    for client in [&shop, &desk] {
        assert_error(&client.post_form("/oidc/token", &pair).await, 400, "unsupported_grant_type");
    }
    assert_eq!(
        error_of(&app, &shop, &[("prompt", "none")]).await,
        "login_required",
        "it names the issuer as well"
    );
    let tokens = shop.sign_in(&app.browser(), &ada, &[]).await;
    shop.verify_id_token(&tokens).await;
}

#[tokio::test]
async fn v10_4_4_only_the_grants_that_an_app_needs() {
    let (app, ada) = start().await;
    let (shop, desk) = (Client::of(&app, "shop"), confidential_client(&app));
    let own = [("grant_type", "client_credentials")];
    for client in [&shop, &desk] {
        assert_error(&client.post_form("/oidc/token", &own).await, 400, "unauthorized_client");
    }
    app.browser()
        .get(&machine_client(&app).authorization_request(&[]).path)
        .await
        .shows_error(400, "app-request");
    for grant in ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"] {
        assert_error(
            &desk.post_form("/oidc/token", &[("grant_type", grant)]).await,
            400,
            "unsupported_grant_type",
        );
    }
    let tokens = shop.sign_in(&app.browser(), &ada, &[("scope", "openid")]).await;
    assert_eq!(tokens.refresh, "", "nor a refresh token that nobody asked for");
}

#[tokio::test]
async fn v10_4_6_pkce_no_plain() {
    let (app, ada) = start().await;
    let (shop, desk) = (Client::of(&app, "shop"), confidential_client(&app));
    let verifier = "v".repeat(43);
    for client in [&shop, &desk] {
        for changes in [
            vec![("code_challenge_method", "plain"), ("code_challenge", verifier.as_str())],
            vec![("code_challenge_method", "")],
            vec![("code_challenge", "")],
            vec![("code_challenge_method", "s256")],
            vec![("code_challenge", "short")],
        ] {
            assert_eq!(error_of(&app, client, &changes).await, "invalid_request", "{changes:?}");
        }
    }
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    assert_eq!(error_of(&app, &shop, &without).await, "invalid_request", "a public app has no way round it");
    let authorization = shop.authorization_request(&[]);
    let browser = app.browser();
    let page = browser.get(&authorization.path).await.follow_redirects().await;
    let code = shop.authorization_code(&authorization, &page.sign_in(&ada.email, &ada.password).await);
    let mut form = shop.token_request(&authorization, &code);
    form.retain(|(name, _)| name != "code_verifier");
    assert_error(&shop.post_form("/oidc/token", &form).await, 400, "invalid_grant");
}

#[tokio::test]
async fn v10_4_10_confidential_apps_are_authenticated() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let tokens = desk.sign_in(&app.browser(), &ada, &[]).await;
    let unproven = [Client::of(&app, "desk"), Client::of(&app, "desk").with_secret("another secret")];
    for client in &unproven {
        for path in ["/oidc/token", "/oidc/token/revocation", "/oidc/token/introspection", "/oidc/request"] {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", &tokens.refresh),
                ("token", &tokens.refresh),
            ];
            assert_error(&client.post_form(path, &fields).await, 401, "invalid_client");
        }
    }
    Tokens::of(&desk.refresh(&tokens.refresh, &[]).await);
    let public = Client::of(&app, "shop").with_secret(SECRET);
    assert_error(&public.refresh("x", &[]).await, 401, "invalid_client");
}

#[tokio::test]
async fn v10_4_11_only_the_scopes_that_were_allowed() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let extra_scopes = [("scope", "openid admin all read:orders write:orders email")];
    let tokens = shop.sign_in(&app.browser(), &ada, &extra_scopes).await;
    assert_eq!(tokens.body["scope"], "openid email", "those of an API come with the API");
    let machine_app = machine_client(&app);
    let wanted = [
        ("grant_type", "client_credentials"),
        ("resource", crate::http::oidc::ORDERS),
        ("scope", "read:orders all admin"),
    ];
    assert_eq!(Tokens::of(&machine_app.post_form("/oidc/token", &wanted).await).body["scope"], "read:orders");
}

/// A pushed request is the app's own word: what the browser adds to it counts for nothing.
#[tokio::test]
async fn v10_4_15_what_was_pushed_is_not_changed_on_the_way() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let authorization = desk.authorization_request(&[("scope", "openid")]);
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(authorization.path.split_once('?').unwrap().1).unwrap();
    let pushed = desk.post_form("/oidc/request", &pairs).await;
    let body: serde_json::Value = serde_json::from_str(&pushed.html).unwrap();
    let reference = body["request_uri"].as_str().unwrap();
    let changed = [
        ("client_id", "desk"),
        ("request_uri", reference),
        ("scope", "openid email"),
        ("state", "another"),
        ("redirect_uri", "https://evil.example/"),
    ];
    let path = format!("/oidc/auth?{}", serde_urlencoded::to_string(changed).unwrap());
    let page = app.browser().get(&path).await.follow_redirects().await;
    let left = page.sign_in(&ada.email, &ada.password).await;
    let tokens = desk.exchange_code(&authorization, &desk.authorization_code(&authorization, &left)).await;
    assert_eq!(tokens.body["scope"], "openid");
}

#[tokio::test]
async fn v10_6_1_only_the_code_flow() {
    let (app, _) = start().await;
    assert_eq!(discovery_document(&app).await["response_types_supported"], json!(["code"]));
    let shop = Client::of(&app, "shop");
    for kind in ["id_token", "id_token token", "code id_token", "token"] {
        assert_eq!(
            error_of(&app, &shop, &[("response_type", kind)]).await,
            "unsupported_response_type",
            "{kind}"
        );
    }
    assert_eq!(error_of(&app, &shop, &[("response_mode", "web_message")]).await, "invalid_request");
}

#[tokio::test]
async fn oa_8_no_client_can_be_a_user() {
    let (app, ada) = start().await;
    let root = crate::http::api_client(&app, crate::http::ROOT);
    for id in [ada.id.as_str(), "ada000000001", "abcdefghijkl"] {
        let spec = json!({ "id": id, "name": "Somebody", "type": "SPA" });
        let page = crate::http::send(&root, "POST", "/api/applications", &spec).await;
        assert!((400..500).contains(&page.status), "{id}: {} {}", page.status, page.html);
        let mut input = settings_with_apps();
        input["applications"].as_array_mut().unwrap().push(spec);
        assert!(rekey_adapters::bootstrap::Bootstrap::from_value(input).is_err(), "{id}");
    }
    let bob = create_user(&app, "bob@example.org").await;
    assert!(rekey_core::types::ids::looks_like_user_id(&bob.id), "every person has such an id");
    let machine_app = machine_client(&app);
    let tokens =
        Tokens::of(&machine_app.post_form("/oidc/token", &[("grant_type", "client_credentials")]).await);
    assert_eq!(
        machine_app.get_userinfo(&tokens.access).await.status,
        401,
        "a machine's token speaks of nobody"
    );
}
