//! Where an application may send people and be asked from: what is registered is one host over https, or this
//! machine.

use serde_json::{Value, json};

use super::{output_text, rewrite, run};
use crate::http::oidc::{settings_with_apps, start_with};
use crate::http::{ROOT, api_client, body, send, status_and_code};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::page::Page;
use crate::support::server_process::ServerFixture;

const ALL: &str = "/api/applications";

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

/// Kinds and addresses that are refused, with the beginning of the reason.
const REFUSED: [(&str, &str, &str); 11] = [
    ("SPA", "http://a.example/cb", "expected https, http is for localhost and loopback addresses only"),
    ("Native", "http://192.168.1.5:4000/cb", "expected https, http is for"),
    ("Traditional", "http://localhost.example/cb", "expected https, http is for"),
    ("SPA", "https://*.example.com/cb", "expected the name of one host"),
    ("Native", "https://*.example.com/cb", "expected the name of one host"),
    ("SPA", "https://a.example/cb#here", "expected an address without #"),
    ("SPA", "https://ada:secret@a.example/cb", "expected an address without a name or password"),
    ("SPA", "com.example.app:/cb", "expected an absolute https address"),
    ("Native", "myapp://cb", "expected an https address, or a private-use scheme with a dot"),
    ("Native", "javascript:alert(1)", "expected an https address, or a private-use scheme with a dot"),
    ("Traditional", "ftp://a.example/cb", "expected an absolute https address"),
];

/// The same address in each place, with the path of the place.
fn fields_with(uri: &str) -> [(Value, &'static str); 3] {
    [
        (json!({ "oidcClientMetadata": { "redirectUris": [uri] } }), "oidcClientMetadata.redirectUris[0]"),
        (
            json!({ "oidcClientMetadata": { "postLogoutRedirectUris": [uri] } }),
            "oidcClientMetadata.postLogoutRedirectUris[0]",
        ),
        (json!({ "initiateLoginUri": uri }), "initiateLoginUri"),
    ]
}

#[tokio::test]
async fn plain_http_and_wildcard_redirects_are_refused_with_the_reason() {
    let (app, _) = start_with(settings_with_apps()).await;
    for (kind, uri, why) in REFUSED {
        for (input, path) in fields_with(uri) {
            let mut new = json!({ "name": "A", "type": kind });
            new.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
            let page = call(&app, "POST", ALL, new).await;
            assert_eq!(
                status_and_code(&page),
                (400, "guard.invalid_input".to_owned()),
                "{kind} {path} {uri}"
            );
            let actual = body(&page)["details"].as_str().unwrap().to_owned();
            assert!(actual.starts_with(&format!("{path}: {why}")), "{kind} {uri}: {actual}");
            if kind == "SPA" {
                assert_eq!(
                    call(&app, "PATCH", &format!("{ALL}/shop"), input).await.status,
                    400,
                    "{path} {uri}"
                );
            }
        }
        let file =
            json!({ "applications": [{ "id": "a", "name": "A", "type": kind, "redirectUris": [uri] }] });
        let refused = rekey_adapters::bootstrap::Bootstrap::from_value(file).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("applications[0].redirectUris[0]: {why}")), "{refused}");
    }
}

#[tokio::test]
async fn origins_and_back_channels_follow_the_same_rule() {
    let (app, _) = start_with(settings_with_apps()).await;
    for (input, path) in [
        (
            json!({ "customClientMetadata": { "corsAllowedOrigins": ["http://a.example"] } }),
            "corsAllowedOrigins[0]: expected https",
        ),
        (
            json!({ "customClientMetadata": { "corsAllowedOrigins": ["https://*.example.com"] } }),
            "corsAllowedOrigins[0]: expected the name of one host",
        ),
        (
            json!({ "oidcClientMetadata": { "backchannelLogoutUri": "http://a.example/out" } }),
            "backchannelLogoutUri: expected https",
        ),
        (
            json!({ "oidcClientMetadata": { "backchannelLogoutUri": "https://*.example.com/out" } }),
            "backchannelLogoutUri: expected the name of one host",
        ),
    ] {
        let page = call(&app, "PATCH", &format!("{ALL}/shop"), input).await;
        assert_eq!(page.status, 400, "{path}");
        assert!(body(&page)["details"].as_str().unwrap().contains(path), "{}", page.html);
    }
}

#[tokio::test]
async fn loopback_and_private_use_schemes_are_allowed() {
    let (app, _) = start_with(settings_with_apps()).await;
    for (kind, uri) in [
        ("SPA", "http://localhost:4000/cb"),
        ("Traditional", "http://127.0.0.1:4000/cb"),
        ("Native", "http://[::1]/cb"),
        ("Native", "com.example.app:/cb"),
        ("SPA", "https://a.example:8443/cb?x=1"),
    ] {
        for (input, path) in fields_with(uri) {
            let mut new = json!({ "name": "A", "type": kind });
            new.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
            assert_eq!(call(&app, "POST", ALL, new).await.status, 200, "{kind} {path} {uri}");
        }
    }
}

/// Stored under older rules: named, and not matched.
#[tokio::test]
async fn redirects_stored_by_an_older_version_do_not_match() {
    let (app, _) = start_with(settings_with_apps()).await;
    rewrite(&app, "https://shop.example/callback", "http://shop.example/callback").await;
    app.run(|program| async move { program.reload_settings().await.unwrap() }).await;
    let shop = Client::of(&app, "shop");
    for uri in ["http://shop.example/callback", "https://shop.example/callback"] {
        let authorization = shop.authorization_request(&[("redirect_uri", uri)]);
        app.browser().get(&authorization.path).await.shows_error(400, "app-request");
    }
    assert!(!app.program().core.snapshot().is_origin_of_app("http://shop.example"));
}

#[tokio::test]
async fn check_lists_redirects_that_do_not_match() {
    let home = ServerFixture::new().await;
    drop(home.start(true).await);
    let change = {
        let database = std::sync::Arc::clone(&home.database);
        move || async move {
            let mut tx = database.store.write().await.unwrap();
            let sql = "update applications set document = replace(document, 'https://desk', 'http://desk')";
            tx.run(sql, rekey_core::args![]).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    crate::support::app::on_runtime(change).await;
    let output = run(&home, &["check"], None).await;
    let answer = output_text(&output);
    assert!(answer.contains("applications[desk].redirectUris[0]: expected https, http is for"), "{answer}");
    assert!(!output.status.success());
}
