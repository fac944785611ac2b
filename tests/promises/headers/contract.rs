//! What every answer carries, whatever it answers: the contract that `headers` holds every address to.

use reqwest::header::HeaderMap;

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
const CONTRACT: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("origin-agent-cluster", "?1"),
    ("x-robots-tag", "noindex"),
    ("x-frame-options", "DENY"),
];
const CLOSED: [&str; 6] =
    ["camera=()", "geolocation=()", "microphone=()", "payment=()", "usb=()", "otp-credentials=(self)"];
const FORBIDDEN: [&str; 4] = ["server", "x-powered-by", "access-control-allow-origin", "via"];
/// What anybody's script may read: what the provider says about itself, and its public keys.
const PUBLIC: [&str; 6] = [
    "/.well-known/openid-configuration/oidc",
    "/.well-known/oauth-authorization-server/oidc",
    "/oidc/.well-known/openid-configuration",
    "/oidc/.well-known/oauth-authorization-server",
    "/oidc/jwks",
    FILE,
];
/// What pages of every site load.
const FILE: &str = "/sdk/auth-client.js";
/// What anybody's script may read that has a bearer; no cookie counts there.
const BEARERS: [&str; 4] = ["/api/my-account", "/api/verifications", "/graphql", "/tenant"];

/// What holds for every answer.
pub(crate) fn assert_contract(what: &str, status: u16, headers: &HeaderMap, is_secure: bool) {
    let what = format!("{what} {status}");
    let text = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    let path = what.split(' ').nth(1).unwrap_or_default();
    let is_redirect = (300..400).contains(&status) && status != 304;
    assert_window(&what, path, headers, is_redirect);
    // What a browser reads of a redirect is short, because its address may be long.
    let is_needed = |name: &str| !is_redirect || name == "x-content-type-options";
    for (name, value) in CONTRACT.into_iter().filter(|(name, _)| is_needed(name)) {
        let is_for_every_site = name == "cross-origin-resource-policy" && path == FILE && status == 200;
        let value = if is_for_every_site { "cross-origin" } else { value };
        assert_eq!(text(name), value, "{what}: {name}");
        assert_eq!(headers.get_all(name).iter().count(), 1, "{what}: {name}");
    }
    for feature in CLOSED.iter().filter(|_| !is_redirect) {
        assert!(text("permissions-policy").contains(feature), "{what}: {feature}");
    }
    let is_public = PUBLIC.contains(&path) || BEARERS.iter().any(|bearers| path.starts_with(bearers));
    for name in FORBIDDEN.iter().filter(|name| !is_public || !name.starts_with("access-control")) {
        assert!(!headers.contains_key(*name), "{what}: {name}");
    }
    assert_eq!(text("x-request-id").len(), 14, "{what}");
    let hsts = if is_secure { "max-age=63072000" } else { "" };
    assert_eq!(text("strict-transport-security"), hsts, "{what}");
    if !is_redirect {
        let is_of_app = text("cross-origin-opener-policy") == "unsafe-none";
        assert_policy(&what, text("content-security-policy"), is_of_app);
    }
    assert_cache_control(&what, text("cache-control"));
    assert_cookies(&what, headers, is_secure);
}

/// Pages tell their origin and never their path, and nothing where the path is a secret; windows of other
/// origins keep no reference, except where an application may have opened a popup.
fn assert_window(what: &str, path: &str, headers: &HeaderMap, is_redirect: bool) {
    let text = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    let is_page = text("content-type").starts_with("text/html") && !is_redirect;
    let expected: &[&str] = if is_page { &["strict-origin", "no-referrer"] } else { &["no-referrer"] };
    assert!(expected.contains(&text("referrer-policy")), "{what}: {}", text("referrer-policy"));
    let holds_token = ["/forgot-password/link/", "/not-me/"].iter().any(|start| path.starts_with(start));
    assert!(!holds_token || text("referrer-policy") == "no-referrer", "{what}");
    let opener = text("cross-origin-opener-policy");
    assert!(opener == "same-origin" || opener == "unsafe-none", "{what}: {opener}");
    assert!(opener == "unsafe-none" || !path.starts_with("/oidc/"), "{what}: {opener}");
    assert!(opener == "same-origin" || !path.starts_with("/api/"), "{what}: {opener}");
}

/// The forms of a page about an application's request may lead to it in the end, wherever it sends people on.
fn assert_policy(what: &str, policy: &str, is_of_app: bool) {
    // A mail of the demo is shown with its own styles; nothing else may have any.
    let is_mail = what.contains("/dev/inbox/") && what.ends_with("200");
    let is_left_out = |directive: &str| {
        is_mail && directive.starts_with("style") || is_of_app && directive.starts_with("form-action")
    };
    for directive in CSP.iter().filter(|directive| !is_left_out(directive)) {
        assert!(policy.split("; ").any(|input| input == *directive), "{what}: {directive} in {policy}");
    }
    let is_open = policy.contains('*') || policy.contains("http") || policy.contains("unsafe-eval");
    assert!(!is_open && (is_mail || !policy.contains("unsafe")), "{what}: {policy}");
}

/// Only files may be kept, and for a while what is public anyway.
fn assert_cache_control(what: &str, control: &str) {
    let is_public =
        PUBLIC.iter().any(|path| ["GET", "HEAD"].iter().any(|m| what == format!("{m} {path} 200")));
    if is_public {
        assert_eq!(control, "public, max-age=900", "{what}");
        return;
    }
    let is_file = what.contains("/static/") && (what.ends_with("200") || what.ends_with("304"));
    assert!(is_file || control == "no-store", "{what}: {control}");
}

fn assert_cookies(what: &str, headers: &HeaderMap, is_secure: bool) {
    for line in headers.get_all("set-cookie") {
        let line = line.to_str().unwrap();
        let parts: Vec<&str> = line.split("; ").collect();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(parts.contains(&attribute), "{what}: {line}");
        }
        assert!(!parts.iter().any(|part| part.starts_with("Domain")), "{what}: {line}");
        assert_eq!(parts.contains(&"Secure"), is_secure, "{what}: {line}");
        assert_eq!(line.starts_with("__Host-"), is_secure, "{what}: {line}");
        assert!(line.len() < 4096, "{what}: {} bytes", line.len());
    }
}

/// The contract of an answer, and that a post never redirects in a way that repeats its body (RFC 9700).
pub(crate) fn may_set_cookies(method: &str, page: &Page) {
    assert_contract(&format!("{method} {}", page.path), page.status, &page.headers, false);
    assert!(!(300..400).contains(&page.status) || matches!(page.status, 303 | 304), "{}", page.status);
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
