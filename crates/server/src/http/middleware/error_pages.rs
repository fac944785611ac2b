//! Pages in place of empty errors, for browsers.

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse};

use crate::http::api::{ApiError, ApiRequest};
use crate::http::html::page::error::ErrorKind;
use crate::http::html::page_request::PageRequest;
use crate::http::routes::urls;

/// The innermost middleware: replaces an empty 404, 405 or 415 with a full page, or JSON below `/api/`. It
/// runs inside the flow-state middleware, because the flow state, which holds the language, is gone by the
/// time the response leaves.
pub async fn add_error_pages(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    Ok(with_error_page(next.call(request).await?.map_into_boxed_body()))
}

fn with_error_page(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let kind = match response.status() {
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorKind::MethodNotAllowed,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorKind::Malformed,
        _ => return response,
    };
    if !matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0)) {
        return response;
    }
    let Some(mut page) = error_page(response.request(), kind) else {
        return response;
    };
    *page.status_mut() = response.status();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        page.headers_mut().insert(header::ALLOW, allow.clone());
    }
    ServiceResponse::new(response.into_parts().0, page)
}

/// A page for people, JSON for API clients.
pub(super) fn error_page(request: &HttpRequest, kind: ErrorKind) -> Option<HttpResponse> {
    // Of the endpoints below /oidc/ only our own form needs protection from CSRF.
    let is_form =
        matches!(kind, ErrorKind::Stale | ErrorKind::WrongAddress) && !request.path().starts_with("/api/");
    let is_page = kind == ErrorKind::Malformed && urls::is_opened_by_browsers(request.path());
    if is_form || is_page || !["/api/", "/oidc/"].iter().any(|machines| request.path().starts_with(machines))
    {
        return PageRequest::from_http_request(request)
            .map(|page_request| page_request.error_page(kind, None, None));
    }
    let (status, code) = match kind {
        ErrorKind::Stale | ErrorKind::WrongAddress => (StatusCode::FORBIDDEN, "auth.forbidden"),
        ErrorKind::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "request.method_not_allowed"),
        _ => (StatusCode::NOT_FOUND, "request.not_found"),
    };
    ApiRequest::from_http_request(request).map(|call| ApiError::new(status, code).into_response(&call))
}
