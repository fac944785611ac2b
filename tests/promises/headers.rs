//! The header contract (requirements A.8): every answer of every address, whatever its status, over http at home and https in
//! the world. A redirect after a post is 303 and a cookie is closed to scripts and other sites.

use reqwest::header::HeaderMap;

use super::process::Household;
use super::routes::{ROUTES, filled};
use super::{ASK, CODE, DONE, Hand, RESET, granted, person, unhurried};
use crate::support::app::TestApp;
use crate::support::page::Page;

const CSP: [&str; 9] = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
];
const CONTRACT: [(&str, &str); 8] = [
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("origin-agent-cluster", "?1"),
    ("x-robots-tag", "noindex"),
    ("x-frame-options", "DENY"),
];
const FORBIDDEN: [&str; 5] = [
    "server",
    "x-powered-by",
    "access-control-allow-origin",
    "etag-weak",
    "via",
];

/// What holds for every answer.
fn contract(what: &str, status: u16, headers: &HeaderMap, is_secure: bool) {
    let text = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    for (name, value) in CONTRACT {
        assert_eq!(text(name), value, "{what} {status}: {name}");
        assert_eq!(headers.get_all(name).iter().count(), 1, "{what} {status}: {name}");
    }
    let policy = text("content-security-policy");
    // A mail of the demo is shown with its own styles; nothing else may have any.
    let is_mail = what.contains("/dev/inbox/") && status == 200;
    for directive in CSP
        .iter()
        .filter(|directive| !is_mail || !directive.starts_with("style"))
    {
        assert!(
            policy.split("; ").any(|given| given == *directive),
            "{what} {status}: {directive} in {policy}"
        );
    }
    let open = policy.contains('*') || policy.contains("http") || policy.contains("unsafe-eval");
    assert!(
        !open && (is_mail || !policy.contains("unsafe")),
        "{what}: {policy}"
    );
    for feature in [
        "camera=()",
        "geolocation=()",
        "microphone=()",
        "payment=()",
        "usb=()",
        "otp-credentials=(self)",
    ] {
        assert!(
            text("permissions-policy").contains(feature),
            "{what} {status}: {feature}"
        );
    }
    for name in FORBIDDEN {
        assert!(!headers.contains_key(name), "{what} {status}: {name}");
    }
    assert_eq!(text("x-request-id").len(), 14, "{what} {status}");
    let hsts = "max-age=63072000; includeSubDomains; preload";
    assert_eq!(
        text("strict-transport-security"),
        if is_secure { hsts } else { "" },
        "{what} {status}"
    );
    cached(what, status, headers);
    cookies(what, headers, is_secure);
}

/// Only files that carry their version may be kept.
fn cached(what: &str, status: u16, headers: &HeaderMap) {
    let kept = headers.get("cache-control").unwrap().to_str().unwrap();
    let is_file = what.contains("/static/") && matches!(status, 200 | 304);
    assert!(is_file || kept == "no-store", "{what} {status}: {kept}");
}

fn cookies(what: &str, headers: &HeaderMap, is_secure: bool) {
    for line in headers.get_all("set-cookie") {
        let line = line.to_str().unwrap();
        let parts: Vec<&str> = line.split("; ").collect();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(parts.contains(&attribute), "{what}: {line}");
        }
        assert!(
            !parts.iter().any(|part| part.starts_with("Domain")),
            "{what}: {line}"
        );
        assert_eq!(parts.contains(&"Secure"), is_secure, "{what}: {line}");
        assert_eq!(line.starts_with("__Host-"), is_secure, "{what}: {line}");
        assert!(line.len() < 4096, "{what}: {} bytes", line.len());
    }
}

/// The contract of an answer, and that a post never redirects in a way that repeats its body (RFC 9700).
fn keeps(method: &str, page: &Page) {
    contract(
        &format!("{method} {}", page.path),
        page.status,
        &page.headers,
        false,
    );
    assert!(
        !(300..400).contains(&page.status) || matches!(page.status, 303 | 304),
        "{}",
        page.status
    );
    if page.status == 303 {
        assert!(
            page.location().starts_with('/') && !page.location().starts_with("//"),
            "{}",
            page.location()
        );
    }
    let is_text = page.header("content-type").starts_with("text/html");
    assert!(
        page.html.is_empty()
            || !is_text
            || !page.header("content-language").is_empty()
            || page.path.contains("design")
    );
}

#[tokio::test]
async fn every_answer_has_the_whole_contract() {
    let app = TestApp::with(unhurried()).await;
    person(&app, "ada@example.org").await;
    granted(&app, "ada@example.org")
        .await
        .reset("a much better phrase")
        .await
        .redirects_to(DONE);
    let inbox = app.inbox_of("ada@example.org").await;
    let held = granted(&app, "ada@example.org").await;
    let signed_in = Hand::new(&app).await;
    let typed = [
        ("identifier", "ada@example.org"),
        ("password", "a much better phrase"),
    ];
    signed_in.post("/sign-in", &typed).await.redirects_to("/account");
    for hand in [Hand::new(&app).await, held, signed_in] {
        for route in &ROUTES {
            let path = filled(route, &inbox);
            for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"] {
                keeps(method, &hand.browser.raw(method, &path, &[], Vec::new()).await);
            }
            // Without a token, forged, of another kind, too large, broken.
            keeps("POST", &hand.browser.post(&path, &[]).await);
            let forged = hand.browser.clone().with_header("sec-fetch-site", "cross-site");
            keeps("POST", &forged.post(&path, &[]).await);
            for (kind, body) in [
                ("application/json", "{}".to_owned()),
                (super::FORM.1, "a=1&a=2".to_owned()),
                (super::FORM.1, "x".repeat(70_000)),
            ] {
                keeps(
                    "POST",
                    &hand
                        .browser
                        .raw("POST", &path, &[("content-type", kind)], body)
                        .await,
                );
            }
        }
    }
    app.may_leave_messages();
}

/// Every status that the program can answer is among them.
#[tokio::test]
async fn every_status_has_the_whole_contract() {
    let app = TestApp::start().await;
    person(&app, "ada@example.org").await;
    let hand = Hand::new(&app).await;
    let browser = &hand.browser;
    let large = "x".repeat(70_000);
    let mut pages = vec![
        browser.get("/sign-in").await,
        browser.get("/api/status").await,
        hand.ask("not an address").await,
        hand.ask("ada@example.org").await,
        browser.get("/nothing/here").await,
        browser.get("/dev/inbox/x").await,
        browser.get("/static/..%2fsecret").await,
        browser.raw("PUT", "/sign-in", &[], Vec::new()).await,
        browser.post("/sign-in", &[]).await,
        browser.raw("POST", ASK, &[super::FORM], "a=1&a=2").await,
        browser.raw("POST", ASK, &[super::FORM], large).await,
        browser
            .raw("POST", ASK, &[("content-type", "application/json")], "{}")
            .await,
        hand.post("/forgot-password/verification-code/resend", &[]).await,
    ];
    let etag = browser.get("/static/app.css").await.header("etag").to_owned();
    pages.push(
        browser
            .raw("GET", "/static/app.css", &[("if-none-match", &etag)], Vec::new())
            .await,
    );
    app.may_leave_messages();
    app.run(|program| async move { program.rekey.close().await })
        .await;
    pages.push(hand.ask("ada@example.org").await);
    pages.push(browser.get("/ready").await);
    let mut statuses: Vec<u16> = pages.iter().map(|page| page.status).collect();
    for page in &pages {
        keeps("?", page);
    }
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(
        statuses,
        [200, 204, 303, 304, 400, 403, 404, 405, 413, 415, 422, 429, 503]
    );
}

/// An answer that says no is a page in the product's clothes, not a line of the framework.
#[tokio::test]
async fn every_error_is_a_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for page in [
        browser.get("/nothing/here").await,
        browser.get("/dev/inbox/x").await,
        browser.get("/dev/inbox/99").await,
        browser.get("/design/no/such").await,
        browser.get("/forgot-password/link/short").await,
        browser.raw("PUT", "/sign-in", &[], Vec::new()).await,
        browser
            .raw("POST", ASK, &[("content-type", "text/plain")], "x")
            .await,
        browser.post("/nothing/here", &[]).await,
    ] {
        assert!(
            page.html.starts_with("<!doctype html>") || page.html.starts_with("<!DOCTYPE html>"),
            "{}: {}",
            page.path,
            page.html
        );
        assert!(!page.html.contains("can not parse"), "{}", page.path);
    }
}

/// The browser forgets what it kept of a person after a reset and after signing out (ASVS 14.3.1).
#[tokio::test]
async fn endings_clear_what_was_kept() {
    let app = TestApp::with(unhurried()).await;
    person(&app, "ada@example.org").await;
    let hand = granted(&app, "ada@example.org").await;
    let reset = hand.reset("a much better phrase").await;
    hand.post(
        "/sign-in",
        &[
            ("identifier", "ada@example.org"),
            ("password", "a much better phrase"),
        ],
    )
    .await;
    let out = hand.post("/sign-out", &[]).await;
    for page in [reset, out] {
        assert_eq!(
            (page.status, page.header("clear-site-data")),
            (303, "\"cache\", \"storage\""),
            "{}",
            page.path
        );
    }
    app.inbox_of("ada@example.org").await;
}

/// Behind https: HSTS, and cookies that no subdomain and no plain connection can plant or read.
#[tokio::test]
async fn https_closes_the_cookies() {
    let mut home = Household::new().await;
    home.variables
        .insert("REKEY_PUBLIC_URL".to_owned(), "https://id.example.org".to_owned());
    home.variables
        .retain(|name, _| !name.starts_with("REKEY_HASHING__"));
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    home.variables.insert("REKEY_LISTEN".to_owned(), port.to_string());
    let mut process = home.start(true).await;
    process.address = port.to_string();
    let visitor = process.visitor();
    assert_eq!(visitor.ask("ada@example.org").await.location(), CODE);
    let code = home.receive(1).await[0]["code"].as_str().unwrap().to_owned();
    assert!(
        home.arrived()[0]["link"]
            .as_str()
            .unwrap()
            .starts_with("https://id.example.org/")
    );
    visitor.post(CODE, CODE, &[("code", &code)]).await;
    visitor
        .post(RESET, RESET, &[("newPassword", "a much better phrase")])
        .await;
    let typed = [
        ("identifier", "ada@example.org"),
        ("password", "a much better phrase"),
    ];
    assert_eq!(
        visitor.post("/sign-in", "/sign-in", &typed).await.location(),
        "/account"
    );
    for path in [
        "/account",
        "/",
        "/nothing",
        "/static/app.css",
        "/dev/inbox",
        "/metrics",
    ] {
        visitor.get(path).await;
    }
    visitor.post("/account", "/sign-out", &[]).await;
    assert!(visitor.cookie("__Host-journey").is_some() && visitor.cookie("__Host-session").is_some());
    assert!(visitor.cookie("journey").is_none() && visitor.cookie("session").is_none());
    for headers in visitor.seen.lock().unwrap().iter() {
        let is_file = headers
            .get("content-type")
            .is_some_and(|kind| kind.to_str().unwrap().starts_with("text/css"));
        contract(if is_file { "/static/" } else { "?" }, 200, headers, true);
    }
    assert_eq!(
        visitor.get("/dev/inbox").await.status,
        404,
        "the inbox is for development only"
    );
    assert_eq!(process.stop().await, Some(0));
}
