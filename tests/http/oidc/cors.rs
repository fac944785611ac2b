//! Which origins may read what (CORS): endpoints of apps for registered origins, public endpoints for
//! everybody, pages for nobody.

use super::{settings_with_apps, start, start_with};
use crate::support::app::TestApp;
use crate::support::client::oauth_error;
use crate::support::page::Page;

const ALLOWED: &str = "access-control-allow-origin";
const OWN: &str = "https://shop.example";
const FOREIGN: &str = "https://evil.example";
const CALLED: [&str; 5] =
    ["/oidc/token", "/oidc/me", "/oidc/token/revocation", "/oidc/token/introspection", "/oidc/request"];
const PUBLIC: [&str; 3] =
    ["/oidc/jwks", "/oidc/.well-known/openid-configuration", "/oidc/.well-known/oauth-authorization-server"];
const CLOSED: [&str; 7] = [
    "/oidc/auth",
    "/oidc/auth/none",
    "/oidc/session/end",
    "/oidc/session/end/confirm",
    "/consent",
    "/sign-in",
    "/account",
];

async fn send_from_origin(app: &TestApp, method: &str, path: &str, origin: &str) -> Page {
    let server = app.browser().without_fetch_metadata();
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let mut headers = vec![kind];
    if !origin.is_empty() {
        headers.push(("origin", origin));
    }
    app.clock.advance(1);
    let body = if method == "POST" { "client_id=shop&token=x" } else { "" };
    server.raw(method, path, &headers, body).await
}

#[tokio::test]
async fn endpoints_of_apps_are_readable_by_registered_origins() {
    let (app, _) = start().await;
    for path in CALLED {
        for method in ["POST", "OPTIONS"] {
            for (origin, allowed) in
                [(OWN, OWN), (FOREIGN, ""), ("null", ""), ("", ""), ("https://shop.example.evil.example", "")]
            {
                let page = send_from_origin(&app, method, path, origin).await;
                assert_eq!(page.header(ALLOWED), allowed, "{method} {path} from {origin}");
                assert!(page.headers.get_all("vary").iter().any(|vary| vary == "origin"), "{method} {path}");
                assert_eq!(page.header("access-control-allow-credentials"), "", "{path}");
            }
        }
    }
    let question = send_from_origin(&app, "OPTIONS", "/oidc/token", OWN).await;
    assert_eq!(question.status, 204);
    assert_eq!(question.header("access-control-allow-headers"), "authorization, content-type");
    assert_eq!(question.header("access-control-allow-methods"), "GET, POST");
}

#[tokio::test]
async fn public_endpoints_are_readable_by_every_origin() {
    let (app, _) = start().await;
    for path in PUBLIC {
        for origin in [OWN, FOREIGN, "null"] {
            let page = send_from_origin(&app, "GET", path, origin).await;
            assert_eq!((page.status, page.header(ALLOWED)), (200, origin), "{path}");
            assert_eq!(page.header("cache-control"), "public, max-age=900", "{path}");
        }
        assert_eq!(send_from_origin(&app, "GET", path, "").await.header(ALLOWED), "", "{path}");
    }
}

#[tokio::test]
async fn pages_are_readable_by_no_other_origin() {
    let (app, _) = start().await;
    for path in CLOSED {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            for origin in [OWN, FOREIGN, &app.origin] {
                let page = send_from_origin(&app, method, path, origin).await;
                let answer: Vec<&str> =
                    page.headers.keys().map(reqwest::header::HeaderName::as_str).collect();
                assert!(
                    !answer.iter().any(|name| name.starts_with("access-control")),
                    "{method} {path}: {answer:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn more_origins_can_be_registered() {
    let mut input = settings_with_apps();
    input["applications"][0]["corsAllowedOrigins"] = serde_json::json!(["https://www.shop.example"]);
    let (app, _) = start_with(input).await;
    let more = "https://www.shop.example";
    assert_eq!(send_from_origin(&app, "OPTIONS", "/oidc/token", more).await.header(ALLOWED), more);
}

#[tokio::test]
async fn an_app_can_not_be_called_from_anothers_origin() {
    let (app, _) = start().await;
    for origin in ["https://blog.example", FOREIGN] {
        let page = send_from_origin(&app, "POST", "/oidc/token/revocation", origin).await;
        assert_eq!(oauth_error(&page), (400, "invalid_request".to_owned()), "{origin}");
    }
    for origin in [OWN, "", &app.origin] {
        assert_eq!(
            send_from_origin(&app, "POST", "/oidc/token/revocation", origin).await.status,
            200,
            "{origin}"
        );
    }
}
