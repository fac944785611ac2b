//! Limits on the size of a request and the text of its URL, checked before anything else reads it: handlers go
//! through parameters, cookies and headers repeatedly, so thousands of them would multiply the work.

use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::COOKIE;

use rekey_core::types::text;

/// The longest URL with its query, in bytes.
const MAX_URL_BYTES: usize = 16 * 1024;
/// The most query parameters.
const MAX_QUERY_PARAMS: usize = 64;
/// The most cookies. Two are ours; others come from pages of the same host.
const MAX_COOKIES: usize = 64;
/// The longest cookies in total, in bytes.
const MAX_COOKIE_BYTES: usize = 16 * 1024;
/// The longest headers in total, in bytes.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// A limit that was exceeded.
pub(super) struct LimitExceeded {
    /// The status of the response.
    pub status: StatusCode,
    /// The limit, for the caller.
    pub details: &'static str,
}

/// The first limit that the request exceeds, if any.
pub(super) fn find_exceeded_limit(request: &ServiceRequest) -> Option<LimitExceeded> {
    let is_over = |bound: bool, status, details| bound.then_some(LimitExceeded { status, details });
    let query = request.query_string();
    let address = request.uri().path().len().saturating_add(query.len());
    let parameters = query.bytes().filter(|byte| *byte == b'&').count();
    is_over(address > MAX_URL_BYTES, StatusCode::URI_TOO_LONG, "address: expected at most 16 KiB")
        .or_else(|| {
            let details = "address: expected at most 64 parameters";
            is_over(parameters >= MAX_QUERY_PARAMS, StatusCode::BAD_REQUEST, details)
        })
        .or_else(|| {
            let is_plain =
                text::is_plain(request.uri().path().as_bytes()) && text::is_plain(query.as_bytes());
            let details = "address: expected UTF-8 without U+0000";
            is_over(!is_plain, StatusCode::BAD_REQUEST, details)
        })
        .or_else(|| check_headers(request))
}

fn check_headers(request: &ServiceRequest) -> Option<LimitExceeded> {
    let too_large = |details| LimitExceeded { status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, details };
    let all = request.headers();
    let size = all.iter().map(|(name, value)| name.as_str().len().saturating_add(value.len()));
    if size.fold(0, usize::saturating_add) > MAX_HEADER_BYTES {
        return Some(too_large("headers: expected at most 32 KiB"));
    }
    let mut bytes = 0_usize;
    let mut count = 0_usize;
    for cookies in all.get_all(COOKIE) {
        bytes = bytes.saturating_add(cookies.len());
        let more = cookies.as_bytes().split(|byte| *byte == b';').filter(|one| !one.trim_ascii().is_empty());
        count = count.saturating_add(more.count());
    }
    if bytes > MAX_COOKIE_BYTES || count > MAX_COOKIES {
        Some(too_large("cookies: expected at most 64 of 16 KiB together"))
    } else {
        None
    }
}
