//! Everything that a browser is shown or sent through on behalf of an app: how it is redirected, that nobody
//! frames it, that it tells no third party anything, that no script of another site reads it.

use super::start;
use crate::http::oidc::PASSWORD;
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::page::Page;

/// Every answer on the way of somebody who signs in for a third party's app, agrees, and signs out; and the
/// ways that fail.
async fn all_pages(app: &TestApp, email: &str) -> Vec<Page> {
    let (guest, browser) = (Client::of(app, "guest"), app.browser());
    let authorization = guest.authorization_request(&[("scope", "openid email")]);
    let mut seen = vec![browser.get(&authorization.path).await];
    let sign_in = browser.get(seen[0].location()).await;
    app.clock.advance(1);
    let filled = sign_in.clone().fill("identifier", email);
    seen.push(filled.clone().fill("password", "a wrong one").submit().await);
    seen.push(filled.fill("password", PASSWORD).submit().await);
    seen.push(browser.get(seen[2].location()).await);
    let consent = browser.get(seen[3].location()).await;
    consent.says("consent-title");
    let mut fields = consent.forms().into_iter().find(|form| form.action == "/consent").unwrap().fields;
    fields.push(("answer".to_owned(), "agree".to_owned()));
    let agreed = browser.post("/consent", &fields).await;
    let left = browser.get(agreed.location()).await;
    let tokens = guest.exchange_code(&authorization, &guest.authorization_code(&authorization, &left)).await;
    let over = browser.get(agreed.location()).await;
    assert_eq!(over.status, 410);
    let end = browser.get(&format!("/oidc/session/end?id_token_hint={}", tokens.id)).await;
    let signed_out = end.submit().await;
    assert_eq!(signed_out.status, 303, "{}", signed_out.summary());
    let broken = browser.get("/oidc/auth?client_id=nobody").await;
    let unled = browser.get("/oidc/session/end?client_id=nobody").await;
    let posted = browser.post("/oidc/auth", &[("client_id".to_owned(), "nobody".to_owned())]).await;
    seen.extend([sign_in, consent, agreed, left, over, end, signed_out, broken, unled, posted]);
    seen
}

/// A 307 would send the password on to the app (RFC 9700 4.12).
#[tokio::test]
async fn oa_3_303_after_credentials() {
    let (app, ada) = start().await;
    for page in all_pages(&app, &ada.email).await {
        let is_redirect = (300..400).contains(&page.status);
        assert!(!is_redirect || page.status == 303, "{}", page.summary());
        assert!(!is_redirect || page.html.is_empty(), "{}", page.summary());
        assert!(!page.location().contains("correct"), "{}", page.summary());
    }
}

#[tokio::test]
async fn oa_4_no_framing_anywhere() {
    let (app, ada) = start().await;
    let pages = all_pages(&app, &ada.email).await;
    // A redirect shows nothing that could be framed.
    let shown: Vec<_> = pages.iter().filter(|page| page.location().is_empty()).collect();
    assert!(shown.len() > 5, "{}", shown.len());
    for page in shown {
        assert!(
            page.header("content-security-policy").contains("frame-ancestors 'none'"),
            "{}",
            page.summary()
        );
        assert_eq!(page.header("x-frame-options"), "DENY", "{}", page.summary());
    }
}

#[tokio::test]
async fn oa_5_no_referrer_and_no_third_party() {
    let (app, ada) = start().await;
    for page in all_pages(&app, &ada.email).await {
        let policy = page.header("referrer-policy");
        // Neither policy ever sends a path or a query.
        assert!(["no-referrer", "strict-origin"].contains(&policy), "{} {policy}", page.summary());
        for (selector, attribute) in [
            ("script", "src"),
            ("link", "href"),
            ("img", "src"),
            ("iframe", "src"),
            ("form", "action"),
            ("source", "srcset"),
        ] {
            let own = |address: &String| {
                address.starts_with('/') && !address.starts_with("//") || address.starts_with("data:")
            };
            let found = page.all(selector, attribute);
            assert!(found.iter().all(own), "{selector} {found:?} on {}", page.summary());
        }
        let policy = page.header("content-security-policy");
        let loads = policy.split("; ").filter(|part| !part.starts_with("form-action"));
        assert!(loads.clone().all(|part| !part.contains("http")), "{policy}");
    }
}

#[tokio::test]
async fn oa_7_no_cors_where_people_are_sent() {
    let (app, _) = start().await;
    let path = Client::of(&app, "shop").authorization_request(&[]).path;
    let ends = "/oidc/session/end?client_id=shop";
    for path in [path.as_str(), ends, "/consent", "/oidc/auth/none"] {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            let question = [
                ("origin", "https://shop.example"),
                ("access-control-request-method", "GET"),
                ("sec-fetch-site", "cross-site"),
            ];
            let page = app.browser().raw(method, path, &question, Vec::new()).await;
            let names: Vec<&str> = page.headers.keys().map(reqwest::header::HeaderName::as_str).collect();
            assert!(
                !names.iter().any(|name| name.starts_with("access-control")),
                "{method} {path}: {names:?}"
            );
            assert_eq!(page.header("cache-control"), "no-store", "{method} {path}");
        }
    }
    let modes = super::discovery_document(&app).await["response_modes_supported"].clone();
    assert_eq!(
        modes,
        serde_json::json!(["query", "fragment", "form_post"]),
        "no message is posted to a window"
    );
}
