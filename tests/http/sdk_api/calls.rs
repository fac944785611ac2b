//! Who may call from where, and what there is no answer for.

use serde_json::json;

use super::{ADA, PASSWORD, call, call_status, shop_page, start, url_of};
use crate::http::{send, status_and_code};

/// Only an app that runs in a browser or on a device, and is nobody else's, has screens of its own.
#[tokio::test]
async fn other_apps_are_unknown_here() {
    let app = start(json!({})).await;
    for id in ["server", "theirs", "nobody", "shop%2f"] {
        for name in ["email/signin", "signout", "oauth/init"] {
            let path = format!("/api/v1/paywall/{id}/auth/{name}");
            let body = json!({ "email": ADA, "password": PASSWORD });
            let page = send(&shop_page(&app), "POST", &path, &body).await;
            assert_eq!(status_and_code(&page), (404, "paywall_not_found".to_owned()), "{id} {name}");
        }
    }
}

#[tokio::test]
async fn pages_of_registered_apps_may_read_and_no_others() {
    let app = start(json!({})).await;
    let call_from = async |origin: &str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            (
                "access-control-request-headers",
                "authorization,content-type,idempotency-key,x-sdk-version,x-paywall-id",
            ),
        ];
        app.browser().raw("OPTIONS", &url_of("otp/verify"), &headers, "").await
    };
    let ours = call_from("https://shop.example").await;
    assert_eq!((ours.status, ours.header("access-control-allow-origin")), (204, "https://shop.example"));
    for name in [
        "authorization",
        "content-type",
        "idempotency-key",
        "x-sdk-version",
        "x-paywall-id",
        "x-sdk-capabilities",
    ] {
        assert!(ours.header("access-control-allow-headers").contains(name), "{name}");
    }
    assert_eq!(call_from("https://evil.example").await.header("access-control-allow-origin"), "");
    let page = call(&shop_page(&app), "otp/verify", json!({ "email": ADA, "token": "1" })).await;
    assert_eq!(page.header("access-control-allow-origin"), "https://shop.example");
    assert_eq!(page.header("access-control-allow-credentials"), "");
}

#[tokio::test]
async fn unknown_calls_are_answered_as_such() {
    let app = start(json!({})).await;
    for (name, wanted) in [
        ("oauth/init", (400, "oauth_unavailable")),
        ("oauth/exchange", (400, "oauth_unavailable")),
        ("anonymous/signin", (403, "anonymous_disabled")),
        ("anonymous/upgrade", (403, "anonymous_disabled")),
        ("nothing", (404, "request.not_found")),
    ] {
        assert_eq!(
            call_status(&shop_page(&app), name, json!({})).await,
            (wanted.0, wanted.1.to_owned()),
            "{name}"
        );
    }
    let get = shop_page(&app).get(&url_of("otp/verify")).await;
    assert_eq!(status_and_code(&get), (405, "request.method_not_allowed".to_owned()));
}

#[tokio::test]
async fn bodies_are_json_of_a_bounded_size() {
    let app = start(json!({})).await;
    let sends = async |kind: &str, body: String| {
        shop_page(&app).raw("POST", &url_of("otp/send"), &[("content-type", kind)], body).await.status
    };
    assert_eq!(sends("application/json", "{".to_owned()).await, 400);
    assert_eq!(sends("text/plain", "{}".to_owned()).await, 415);
    assert_eq!(sends("application/json", format!("\"{}\"", "x".repeat(17_000))).await, 413);
}

/// Too many at once wait, whoever they are about.
#[tokio::test]
async fn a_network_has_its_limit() {
    let app = start(json!({ "throttle": { "requestsPerIp": { "limit": 3 } } })).await;
    for email in [ADA, "ghost@example.org", ADA] {
        assert_eq!(
            call_status(&shop_page(&app), "password/request-reset", json!({ "email": email })).await.0,
            200
        );
    }
    for email in [ADA, "ghost@example.org"] {
        let page = call(&shop_page(&app), "password/request-reset", json!({ "email": email })).await;
        assert_eq!(status_and_code(&page), (429, "over_request_rate_limit".to_owned()));
        assert!(page.header("retry-after").parse::<u32>().is_ok_and(|wait| wait > 3000), "{email}");
    }
    app.may_leave_messages();
}

/// The SDK's own file is everybody's, and asked for again when it changed.
#[tokio::test]
async fn the_sdk_file_can_be_loaded_by_every_site() {
    let app = start(json!({})).await;
    let page = app.browser().get("/sdk/auth-client.js").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert_eq!(page.header("access-control-allow-origin"), "*");
    assert_eq!(page.header("cross-origin-resource-policy"), "cross-origin");
    assert!(page.html.contains("export class AuthClient"), "{}", page.html);
    let tag = page.header("etag").to_owned();
    let again = app.browser().raw("GET", "/sdk/auth-client.js", &[("if-none-match", &tag)], "").await;
    assert_eq!(again.status, 304);
    for path in ["/sdk/passwd", "/sdk/", "/sdk/package.json"] {
        assert_eq!(app.browser().get(path).await.status, 404, "{path}");
    }
}
