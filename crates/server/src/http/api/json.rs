//! A typed JSON body. Rejected beforehand: a body over its limit, another content type, invalid JSON, text
//! with U+0000 and duplicate keys. The types themselves reject unknown fields, and state the bounds of the known ones.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};
use serde::de::DeserializeOwned;
use serde_json::json;
use validator::Validate;

use crate::http::api::validation::validation_problems;
use crate::http::api::{ApiError, ApiRequest};
use crate::http::middleware::into_actix_error;
use rekey_core::types::error::parse_error::strict_json::{self, JsonError};

/// The default limit of a body, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// A body of at most `LIMIT` bytes.
struct Json<T, const LIMIT: usize>(T);

impl<T: DeserializeOwned + Validate + 'static, const LIMIT: usize> FromRequest for Json<T, LIMIT> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let call = ApiRequest::from_http_request(request);
        let is_json = request.content_type().eq_ignore_ascii_case("application/json");
        let body = web::Payload::from_request(request, payload).into_inner();
        Box::pin(async move {
            let (Some(call), Ok(body)) = (call, body) else {
                return Err(actix_web::error::ErrorBadRequest(""));
            };
            let refused = |error: ApiError| into_actix_error(error.into_response(&call));
            let body = match body.to_bytes_limited(LIMIT).await {
                Ok(Ok(body)) => body,
                Ok(Err(_)) => return Err(into_actix_error(malformed_json_response(&call))),
                Err(_) => {
                    return Err(refused(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "request.too_large")));
                }
            };
            if !is_json {
                return Err(refused(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "request.not_json")));
            }
            let value = strict_json::parse(&body).map_err(|unreadable| match unreadable {
                JsonError::Syntax => into_actix_error(malformed_json_response(&call)),
                JsonError::DuplicateKey(problem) | JsonError::NullCharacter(problem) => {
                    refused(ApiError::invalid(problem))
                }
            })?;
            let body: T = strict_json::read(value).map_err(|problem| refused(ApiError::invalid(problem)))?;
            match body.validate() {
                Ok(()) => Ok(Self(body)),
                Err(errors) => Err(refused(ApiError::invalid(validation_problems(&errors).join("\n")))),
            }
        })
    }
}

/// A call and its JSON body, which is read only once the call's own extractor has accepted it: actix
/// evaluates the extractors of a handler concurrently, and a caller who is refused would learn what is wrong
/// with the body.
pub struct RequestWithJson<R, T, const LIMIT: usize = MAX_BODY_BYTES> {
    /// The call.
    pub request: R,
    /// The body.
    pub body: T,
}

impl<R, T, const LIMIT: usize> FromRequest for RequestWithJson<R, T, LIMIT>
where
    R: FromRequest<Error = actix_web::Error> + 'static,
    R::Future: 'static,
    T: DeserializeOwned + Validate + 'static,
{
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let call = R::from_request(request, payload);
        let body = Json::<T, LIMIT>::from_request(request, payload);
        Box::pin(async move { Ok(Self { request: call.await?, body: body.await?.0 }) })
    }
}

/// Invalid JSON has no code, only a message, as clients of this API expect.
fn malformed_json_response(call: &ApiRequest) -> HttpResponse {
    HttpResponse::BadRequest().json(json!({ "message": call.translations.t("api-malformed") }))
}
