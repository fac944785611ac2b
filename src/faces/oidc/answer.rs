//! Answers to apps. An error has the protocol's shape and, beside it, the one that the other JSON faces have; `?parse_error=false`
//! leaves the second away.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::app::store_failure;
use crate::model::error::{Error, Refusal};
use crate::model::oidc::fault::{Fault, OAuthError};

/// How an error is to be told.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// Only the protocol's own shape.
    pub is_raw: bool,
    /// The name of the request, for the log.
    pub request_id: String,
    /// The method that an app which did not prove itself should use.
    pub realm: Option<&'static str>,
}

/// What a journey said no to, or what failed.
pub fn refuse(telling: &Telling, error: &Error) -> HttpResponse {
    const WAIT: Fault =
        Fault::new(OAuthError::TemporarilyUnavailable, "too much in a short time, or something is down");
    const OURS: Fault = Fault::new(OAuthError::ServerError, "something went wrong on this side");
    match error {
        Error::Refused(Refusal::Protocol(found)) => fault(telling, found),
        Error::Refused(Refusal::Throttled { retry_after }) => {
            told(telling, StatusCode::TOO_MANY_REQUESTS, &WAIT, Some(*retry_after))
        }
        Error::Refused(_) => fault(telling, &Fault::request("the request can not be answered")),
        Error::Failed(cause) => {
            tracing::error!(request.id = telling.request_id, error = format!("{cause:#}"), "a step failed");
            match store_failure(cause) {
                true => told(telling, StatusCode::SERVICE_UNAVAILABLE, &WAIT, Some(5)),
                false => told(telling, StatusCode::INTERNAL_SERVER_ERROR, &OURS, None),
            }
        }
    }
}

/// A fault with the status that belongs to it.
pub fn fault(telling: &Telling, fault: &Fault) -> HttpResponse {
    let status = match fault.error {
        OAuthError::InvalidClient | OAuthError::InvalidToken => StatusCode::UNAUTHORIZED,
        OAuthError::InsufficientScope | OAuthError::AccessDenied => StatusCode::FORBIDDEN,
        OAuthError::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        OAuthError::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    told(telling, status, fault, None)
}

fn told(telling: &Telling, status: StatusCode, fault: &Fault, wait: Option<i64>) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    if let Some(seconds) = wait {
        answer.insert_header((RETRY_AFTER, seconds));
    }
    if let Some(challenge) = challenge(telling, fault) {
        answer.insert_header((WWW_AUTHENTICATE, challenge));
    }
    answer.json(shape(telling.is_raw, fault))
}

fn shape(is_raw: bool, fault: &Fault) -> Value {
    let (error, why) = (fault.error.name(), fault.why);
    match is_raw {
        true => json!({ "error": error, "error_description": why }),
        false => {
            json!({ "error": error, "error_description": why, "code": fault.error.code(), "message": why })
        }
    }
}

/// RFC 6750 3 for tokens, RFC 6749 5.2 for apps that used the header.
fn challenge(telling: &Telling, fault: &Fault) -> Option<String> {
    let (error, why) = (fault.error.name(), fault.why);
    match fault.error {
        OAuthError::InvalidToken | OAuthError::InsufficientScope => {
            Some(format!("Bearer error=\"{error}\", error_description=\"{why}\""))
        }
        OAuthError::InvalidClient => telling.realm.map(|realm| format!("Basic realm=\"{realm}\"")),
        _ => None,
    }
}
