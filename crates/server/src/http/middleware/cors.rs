//! Which other sites may read a response (CORS): the registered origins of applications, or every site where
//! the response is public anyway or needs a bearer token. Credentials are never allowed, nor are the
//! endpoints that browsers navigate to (RFC 9700 2.6).

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

use crate::app::AppState;
use crate::http::routes::urls;

/// Lets the origins of registered applications read responses below `/oidc`, and answers preflight requests.
pub async fn allow_oidc_origins(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_closed = [urls::OIDC_AUTH, urls::OIDC_END].iter().any(|path| request.path().starts_with(path));
    if is_closed {
        Ok(next.call(request).await?.map_into_boxed_body())
    } else {
        allow_registered_origins(request, next, &OIDC).await
    }
}

/// The same for the SDK's endpoints: if every origin were allowed, any page could guess passwords from its
/// visitors' network addresses and see the results.
pub async fn allow_sdk_origins(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    allow_registered_origins(request, next, &SDK).await
}

/// The same for GraphQL: the key that signs users in is public, so it is no reason to trust a page.
pub async fn allow_graphql_origins(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    allow_registered_origins(request, next, &GRAPHQL).await
}

async fn allow_registered_origins(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    terms: &CorsPolicy,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let origin = request.headers().get(ORIGIN).cloned();
    let allowed = origin.filter(|origin| may_read(&request, origin));
    let (is_question, mut response) = respond(request, next).await?;
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        add_cors_headers(headers, is_question, terms);
    }
    Ok(response)
}

/// The response, or the answer to a preflight request, which does not reach the route.
async fn respond(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<(bool, ServiceResponse<BoxBody>), Error> {
    let is_question = *request.method() == Method::OPTIONS;
    let response = if is_question {
        request.into_response(HttpResponse::NoContent().finish()).map_into_boxed_body()
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    Ok((is_question, response))
}

fn may_read(request: &ServiceRequest, origin: &HeaderValue) -> bool {
    let Some(app) = request.app_data::<web::Data<AppState>>() else { return false };
    let is_public = request.path().contains("/.well-known/") || request.path().ends_with("/jwks");
    let snapshot = app.core.snapshot();
    origin.to_str().is_ok_and(|origin| is_public || snapshot.is_origin_of_app(origin))
}

/// What scripts may send and read.
struct CorsPolicy {
    methods: &'static str,
    allowed_headers: &'static str,
    exposed_headers: &'static str,
}

const OIDC: CorsPolicy = CorsPolicy {
    methods: "GET, POST",
    allowed_headers: "authorization, content-type",
    exposed_headers: "www-authenticate, retry-after, x-request-id",
};
const ACCOUNT: CorsPolicy = CorsPolicy {
    methods: "GET, POST, PATCH, DELETE",
    allowed_headers: "accept-language, authorization, content-type, logto-app-id, logto-verification-id",
    exposed_headers: "retry-after, x-request-id",
};

const SDK: CorsPolicy = CorsPolicy {
    methods: "POST",
    allowed_headers: "authorization, content-type, idempotency-key, x-sdk-version, x-paywall-id, x-sdk-capabilities, accept-language",
    exposed_headers: "retry-after, x-request-id",
};

/// The headers that Contember's clients send.
const GRAPHQL: CorsPolicy = CorsPolicy {
    methods: "POST",
    allowed_headers: "accept-language, authorization, content-type, x-contember-assume-identity, x-contember-client-ip, x-contember-client-user-agent, \
           x-contember-force-ok, x-contember-token-path",
    exposed_headers: "retry-after, www-authenticate, x-contember-original-status, x-request-id",
};

/// Lets every site read responses to bearer tokens, which, unlike cookies, browsers do not send on their own.
pub async fn allow_any_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let (is_question, mut response) = respond(request, next).await?;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    add_cors_headers(headers, is_question, &ACCOUNT);
    Ok(response)
}

fn add_cors_headers(headers: &mut HeaderMap, is_question: bool, terms: &CorsPolicy) {
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(terms.exposed_headers));
    if is_question {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(terms.methods));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(terms.allowed_headers));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    }
}
