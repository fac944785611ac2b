//! Responses of the JSON APIs, and errors in one shape: `{ code, message, data?, details? }`. An internal
//! error is logged here, once, and its response reveals nothing else.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::app::is_store_failure;
use crate::http::api::ApiRequest;
pub use crate::http::api::error_codes::ERROR_CODES;
pub use crate::http::api::refusals::{issues, of};
use crate::http::middleware::request_log::log_failure;
use rekey_core::types::error::{Error, Refusal};

/// An error. The code is stable; the message is for people.
#[derive(ToSchema)]
#[schema(as = Error)]
#[expect(dead_code, reason = "only described; `ApiError` writes it")]
pub struct ErrorOut {
    /// The stable code; absent only if the body is not JSON or the server failed.
    #[schema(nullable = false)]
    pub(super) code: Option<String>,
    /// The message, in the language of Accept-Language.
    message: String,
    /// More data, for programs.
    pub(super) data: Option<Value>,
    /// One line for each error in the body.
    #[schema(nullable = false)]
    pub(super) details: Option<String>,
}

/// The response of a handler.
pub type ApiResponse = HttpResponse;

/// An error in the shape of the JSON APIs.
#[derive(Clone, Debug)]
pub struct ApiError {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) data: Option<Value>,
    pub(super) details: Option<String>,
    pub(super) retry_after: Option<i64>,
}

impl ApiError {
    /// An error with a status and a stable code.
    pub const fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, data: None, details: None, retry_after: None }
    }

    /// 400 `guard.invalid_input`: the body is JSON but does not match the schema, with one line for each
    /// problem.
    pub fn invalid(details: String) -> Self {
        Self { details: Some(details), ..bad_request("guard.invalid_input") }
    }

    /// Adds machine-readable data; the fields of an object are merged into existing ones.
    pub fn with_data(self, data: Value) -> Self {
        let data = match (self.data, data) {
            (Some(Value::Object(mut before)), Value::Object(more)) => {
                before.extend(more);
                Value::Object(before)
            }
            (_, data) => data,
        };
        Self { data: Some(data), ..self }
    }

    /// Adds the seconds to wait.
    pub fn with_retry_after(self, seconds: i64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The HTTP status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The response, with the message in the caller's language.
    pub fn into_response(self, call: &ApiRequest) -> ApiResponse {
        let key = format!("api-{}", self.code.replace(['.', '_'], "-"));
        let mut body = json!({ "code": self.code, "message": call.translations.t(&key) });
        if let Value::Object(fields) = &mut body {
            fields.extend(self.data.map(|data| ("data".to_owned(), data)));
            fields.extend(self.details.map(|details| ("details".to_owned(), Value::String(details))));
        }
        let mut answer = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after {
            answer.insert_header((RETRY_AFTER, seconds));
        }
        answer.json(body)
    }
}

/// 400 with this code.
pub const fn bad_request(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, code)
}

/// 404 with this code.
pub const fn not_found(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, code)
}

/// 422 with this code.
pub const fn unprocessable(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code)
}

/// The response for a refusal or an internal error.
pub fn api_error_response(call: &ApiRequest, error: &Error) -> ApiResponse {
    match error {
        Error::Refused(refusal) => of(refusal).into_response(call),
        Error::Failed(cause) => {
            log_failure(cause);
            if is_store_failure(cause) {
                ApiError {
                    retry_after: Some(5),
                    ..ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "request.unavailable")
                }
            } else {
                ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "request.failed")
            }
            .into_response(call)
        }
    }
}

/// The same for an API that reports some refusals in its own way.
pub fn api_error_response_with(
    call: &ApiRequest,
    error: &Error,
    own_error: impl Fn(&Refusal) -> Option<ApiError>,
) -> ApiResponse {
    let own = match error {
        Error::Refused(refusal) => own_error(refusal),
        Error::Failed(_) => None,
    };
    own.map_or_else(|| api_error_response(call, error), |own| own.into_response(call))
}
