//! The security headers of every response.

use actix_web::http::header;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::app::PublicSite;
use crate::http::middleware::content_security_policy::DEFAULT_POLICY;

/// Headers of every response (requirements H-2); a handler may set its own `Cache-Control` and policy.
const SECURITY_HEADERS: [(&str, &str); 10] = [
    ("content-security-policy", DEFAULT_POLICY),
    // Tokens in our URLs must not be sent to other sites (RFC 9700 4.2.4).
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
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

pub(super) fn add_headers(headers: &mut HeaderMap, site: &PublicSite, request_id: &str) {
    for (name, value) in SECURITY_HEADERS {
        // A handler may set three of these itself: where a page's forms lead, that a file is for every site,
        // and that a captcha is in a frame.
        let is_own = [
            header::CONTENT_SECURITY_POLICY,
            header::CROSS_ORIGIN_RESOURCE_POLICY,
            header::CROSS_ORIGIN_EMBEDDER_POLICY,
        ];
        if !(is_own.iter().any(|own| own == name) && headers.contains_key(name)) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    if site.is_secure {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains; preload");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, two_years);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}
