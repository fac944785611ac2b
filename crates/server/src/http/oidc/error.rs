//! Responses to applications. An error has the protocol's form and also that of the other JSON APIs;
//! `?parse_error=false` leaves the second one out.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::app::is_store_failure;
use crate::http::middleware::request_log::log_failure;
use rekey_core::types::error::oauth_error::{OAuthError, ProtocolError};
use rekey_core::types::error::{Error, Refusal};

/// How an error is reported.
#[derive(Clone, Debug, Default)]
pub struct ErrorContext {
    /// Only in the protocol's own form.
    pub is_raw: bool,
    /// The authentication method to suggest to a client that failed to authenticate.
    pub realm: Option<&'static str>,
}

/// The response for a refusal or an internal error.
pub fn error_response(telling: &ErrorContext, error: &Error) -> HttpResponse {
    const WAIT: ProtocolError = ProtocolError::new(
        OAuthError::TemporarilyUnavailable,
        "too much in a short time, or something is down",
    );
    const OURS: ProtocolError =
        ProtocolError::new(OAuthError::ServerError, "something went wrong on this side");
    match error {
        Error::Refused(Refusal::Protocol(found)) => fault_response(telling, found),
        Error::Refused(Refusal::Throttled { retry_after }) => {
            build_response(telling, StatusCode::TOO_MANY_REQUESTS, &WAIT, Some(*retry_after))
        }
        Error::Refused(_) => {
            fault_response(telling, &ProtocolError::invalid_request("the request can not be answered"))
        }
        Error::Failed(cause) => {
            log_failure(cause);
            if is_store_failure(cause) {
                build_response(telling, StatusCode::SERVICE_UNAVAILABLE, &WAIT, Some(5))
            } else {
                build_response(telling, StatusCode::INTERNAL_SERVER_ERROR, &OURS, None)
            }
        }
    }
}

/// A protocol error with its status.
pub fn fault_response(telling: &ErrorContext, fault: &ProtocolError) -> HttpResponse {
    let status = match fault.error {
        OAuthError::InvalidClient | OAuthError::InvalidToken => StatusCode::UNAUTHORIZED,
        OAuthError::InsufficientScope | OAuthError::AccessDenied => StatusCode::FORBIDDEN,
        OAuthError::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        OAuthError::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let wait = (fault.error == OAuthError::TemporarilyUnavailable).then_some(2);
    build_response(telling, status, fault, wait)
}

fn build_response(
    telling: &ErrorContext,
    status: StatusCode,
    fault: &ProtocolError,
    wait: Option<i64>,
) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    if let Some(seconds) = wait {
        answer.insert_header((RETRY_AFTER, seconds));
    }
    if let Some(challenge) = www_authenticate(telling, fault) {
        answer.insert_header((WWW_AUTHENTICATE, challenge));
    }
    answer.json(error_body(telling.is_raw, fault))
}

fn error_body(is_raw: bool, fault: &ProtocolError) -> Value {
    let error = fault.error.name();
    let why = fault.description;
    if is_raw {
        json!({ "error": error, "error_description": why })
    } else {
        json!({ "error": error, "error_description": why, "code": fault.error.code(), "message": why })
    }
}

/// RFC 6750 3 for tokens, RFC 6749 5.2 for clients that used the header.
fn www_authenticate(telling: &ErrorContext, fault: &ProtocolError) -> Option<String> {
    let error = fault.error.name();
    let why = fault.description;
    match fault.error {
        OAuthError::InvalidToken | OAuthError::InsufficientScope => {
            Some(format!("Bearer error=\"{error}\", error_description=\"{why}\""))
        }
        OAuthError::InvalidClient => telling.realm.map(|realm| format!("Basic realm=\"{realm}\"")),
        _ => None,
    }
}
