//! The security headers of every response. A redirect has only those that a browser reads there: its address may
//! hold an application's long `state`, and a proxy may have room for four kilobytes of headers.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::app::PublicSite;
use crate::http::middleware::content_security_policy::DEFAULT_POLICY;

/// Headers of every response but a redirect (requirements H-2). A handler may set some of them itself: where a
/// page's forms lead, that a file is for every site, and that a captcha is in a frame.
const CONTENT_HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", DEFAULT_POLICY),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("origin-agent-cluster", "?1"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), otp-credentials=(self), publickey-credentials-get=(self)",
    ),
    ("x-robots-tag", "noindex"),
    ("x-frame-options", "DENY"),
];

/// What the headers depend on besides the response.
#[derive(Clone, Copy)]
pub(super) struct HeaderContext<'a> {
    /// This site.
    pub site: &'a PublicSite,
    /// The id of the request.
    pub request_id: &'a str,
    /// Whether the URL of the request holds a token.
    pub url_holds_token: bool,
    /// Whether a window of another origin may keep its reference to this one: an application's popup tells the
    /// window that opened it how the sign-in ended.
    pub keeps_opener: bool,
}

impl<'a> HeaderContext<'a> {
    /// For a response that belongs to no page.
    pub(super) const fn bare(site: &'a PublicSite, request_id: &'a str) -> Self {
        Self { site, request_id, url_holds_token: true, keeps_opener: false }
    }
}

/// Adds the headers that the response does not have yet.
pub(super) fn add_headers(headers: &mut HeaderMap, status: StatusCode, context: HeaderContext<'_>) {
    if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
        for (name, value) in CONTENT_HEADERS {
            add_missing(headers, name, value);
        }
    }
    let referrer = referrer_policy(headers, context.url_holds_token);
    add_missing(headers, "referrer-policy", referrer);
    add_missing(headers, "x-content-type-options", "nosniff");
    let opener = if context.keeps_opener { "unsafe-none" } else { "same-origin" };
    add_missing(headers, "cross-origin-opener-policy", opener);
    add_missing(headers, "cache-control", "no-store");
    if let Some(policy) = context.site.hsts {
        add_missing(headers, "strict-transport-security", policy);
    }
    if let Ok(id) = HeaderValue::from_str(context.request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

fn add_missing(headers: &mut HeaderMap, name: &'static str, value: &'static str) {
    if !headers.contains_key(name) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// Tokens in our URLs must not be sent to other sites (RFC 9700 4.2.4). Other pages send their origin and never
/// their path: with `no-referrer` Chromium also writes `Origin: null` into their forms, and where a proxy removes
/// `Sec-Fetch-Site` nothing tells them from another site's.
fn referrer_policy(headers: &HeaderMap, url_holds_token: bool) -> &'static str {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_page = kind.is_some_and(|kind| kind.starts_with(b"text/html"));
    if is_page && !url_holds_token { "strict-origin" } else { "no-referrer" }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};

    use super::{add_missing, referrer_policy};

    #[test]
    fn a_page_tells_its_origin_unless_its_url_holds_a_token() {
        let mut headers = HeaderMap::new();
        assert_eq!(referrer_policy(&headers, false), "no-referrer");
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        assert_eq!(referrer_policy(&headers, false), "strict-origin");
        assert_eq!(referrer_policy(&headers, true), "no-referrer");
    }

    #[test]
    fn what_a_handler_set_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, HeaderValue::from_static("/"));
        add_missing(&mut headers, "location", "/other");
        assert_eq!(headers.get(LOCATION), Some(&HeaderValue::from_static("/")));
    }
}
