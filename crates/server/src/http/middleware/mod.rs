//! Middleware for every request of the public port: request ids and spans, the first defense against CSRF,
//! response headers, and full pages in place of empty error responses. No handler can forget any of it.

/// The content security policy.
pub mod content_security_policy;
/// The two cookies.
pub mod cookies;
/// Which other sites may read a response.
pub mod cors;
mod error_pages;
/// What extractors share.
mod extractors;
mod headers;
/// Limits on the size of a request.
mod limits;
/// Handlers that panic.
mod panics;
/// The one address by which people open this site.
pub mod public_address;
/// The id, the span and the log line of a request.
pub mod request_log;
mod trailing_slash;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::{ConnectionType, Method, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse, web};
use tracing::Instrument as _;

use crate::app::{AppState, PublicSite};
use crate::http::api::{ApiError, ApiRequest};
use crate::http::html::page::error::ErrorKind;
use crate::http::html::page_request::is_of_application;
pub use crate::http::middleware::error_pages::add_error_pages;
use crate::http::middleware::error_pages::error_page;
pub use crate::http::middleware::extractors::{choose_translations, into_actix_error};
use crate::http::middleware::headers::{HeaderContext, add_headers};
use crate::http::middleware::limits::LimitExceeded;
use crate::http::middleware::panics::catch_panic;
use crate::http::middleware::public_address::{is_opened_elsewhere, redirect_to_public_address};
use crate::http::middleware::request_log::{HttpRequestId, RequestLog, ResponseSummary};
use crate::http::middleware::trailing_slash::trim_path;
use crate::http::routes::urls;

/// The outermost middleware.
pub async fn wrap_request(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(app) = request.app_data::<web::Data<AppState>>().cloned() else {
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()));
    };
    let id = HttpRequestId::generate(app.core.now(), app.core.rng());
    let log = RequestLog::start(&request, &id);
    request.extensions_mut().insert(id.clone());
    let outcome = respond(&app, &id, request, next).instrument(log.span.clone()).await;
    log.finish(summarize(&outcome));
    let mut response = outcome?;
    app.core.metrics.count_response(response.status().as_u16());
    let request = response.request();
    let context = HeaderContext {
        url_holds_token: urls::holds_token(request.path(), request.query_string()),
        keeps_opener: request.path().starts_with(urls::OIDC) || is_of_application(request),
        ..HeaderContext::bare(&app.site, &id.0)
    };
    let status = response.status();
    add_headers(response.headers_mut(), status, context);
    if app.shutdown.is_announced() {
        // A kept connection would bring the next request to an instance that is stopping.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

/// The response of the handler, or of a check that comes before it.
async fn respond(
    app: &AppState,
    id: &HttpRequestId,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    trim_path(&mut request);
    if let Some(excess) = limits::find_exceeded_limit(&request) {
        let answer = limit_exceeded_response(request.request(), &excess);
        return Ok(request.into_response(answer));
    }
    if let Some(answer) = redirect_to_public_address(&request, &app.site) {
        return Ok(request.into_response(answer));
    }
    if is_cross_site_post(&request, &app.site) {
        let kind = if is_own_form_elsewhere(request.request(), &app.site) {
            ErrorKind::WrongAddress
        } else {
            ErrorKind::Stale
        };
        let answer = error_page(request.request(), kind);
        return Ok(request.into_response(answer.unwrap_or_else(|| HttpResponse::Forbidden().finish())));
    }
    match catch_panic(next.call(request)).await {
        Some(answer) => Ok(answer?.map_into_boxed_body()),
        None => Err(panic_error(app, id)),
    }
}

/// What the log says about this outcome.
fn summarize(outcome: &Result<ServiceResponse<BoxBody>, Error>) -> ResponseSummary {
    match outcome {
        Ok(response) => {
            let kind = response.headers().get(header::CONTENT_TYPE);
            let is_html = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
            ResponseSummary { status: response.status(), is_html }
        }
        Err(error) => ResponseSummary { status: error.as_response_error().status_code(), is_html: false },
    }
}

/// The error for a handler that panicked. Its request was dropped with it, so there is no page to show.
fn panic_error(app: &AppState, id: &HttpRequestId) -> Error {
    tracing::error!("a handler panicked");
    let mut answer = HttpResponse::InternalServerError().finish();
    app.core.metrics.count_response(answer.status().as_u16());
    let status = answer.status();
    add_headers(answer.headers_mut(), status, HeaderContext::bare(&app.site, &id.0));
    InternalError::from_response("a handler panicked", answer).into()
}

/// The response to a request over a limit: a page for people, and a line that names the limit for API
/// clients.
fn limit_exceeded_response(request: &HttpRequest, excess: &LimitExceeded) -> HttpResponse {
    let is_for_api_clients = !urls::is_opened_by_browsers(request.path())
        && accepts_cross_site_posts(request.path())
        || request.path().starts_with("/api/");
    let answer = if is_for_api_clients {
        ApiRequest::from_http_request(request)
            .map(|call| ApiError::invalid(excess.details.to_owned()).into_response(&call))
    } else {
        error_page(request, ErrorKind::Malformed)
    };
    let mut answer = answer.unwrap_or_else(|| HttpResponse::BadRequest().finish());
    *answer.status_mut() = excess.status;
    answer
}

/// Whether a POST was caused by another site. Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`;
/// other clients (curl) send neither and still need the form's token.
fn is_cross_site_post(request: &ServiceRequest, site: &PublicSite) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
        || accepts_cross_site_posts(request.path())
    {
        return false;
    }
    let text = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some("same-origin" | "none"), _) | (None, None) => false,
        (Some(_), _) => true,
        (None, Some(origin)) => origin != site.origin,
    }
}

/// Whether the form is one of ours that was opened by another address: its origin is the host that is asked.
/// It stays refused, but the page says why.
fn is_own_form_elsewhere(request: &HttpRequest, site: &PublicSite) -> bool {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let authority = text("origin").and_then(|origin| origin.split_once("://")).map(|(_, rest)| rest);
    let is_of_host = authority.is_some() && authority == text("host");
    is_of_host && text("sec-fetch-site").is_none() && is_opened_elsewhere(request, site)
}

/// Paths that other sites' pages may post to: these endpoints read no cookie, or only show something. Our own
/// forms are not among them.
fn accepts_cross_site_posts(path: &str) -> bool {
    let is_oidc = path.starts_with(urls::OIDC) && path != urls::OIDC_END_CONFIRM;
    let is_graphql = [urls::GRAPHQL, urls::TENANT].contains(&path);
    is_oidc
        || is_graphql
        || [urls::MY_ACCOUNT, urls::VERIFICATIONS, urls::SDK].iter().any(|bearers| path.starts_with(bearers))
}
