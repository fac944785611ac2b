//! Refusals as the SDK's error codes, as documented for it. Wrong, expired, used and unknown codes are all
//! `invalid_otp`, and no response reveals whether an account exists.

use actix_web::http::StatusCode;

use crate::app::is_store_failure;
use crate::http::api::api_request::unauthorized;
use crate::http::api::error::{bad_request, issues};
use crate::http::api::{ApiError, ApiRequest, ApiResponse};
use crate::http::middleware::request_log::log_failure;
use rekey_core::types::error::oauth_error::OAuthError;
use rekey_core::types::error::{Error, Refusal};

/// Which refusals of an endpoint differ from the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointKind {
    /// None.
    Default,
    /// It sends a message, which may have been sent just before.
    SendsMessage,
    /// Its token is a refresh token.
    RefreshesTokens,
    /// It sets a password within a session.
    SetsPassword,
}

/// The response for a refusal or an internal error.
pub(super) fn error_response(call: &ApiRequest, error: &Error, endpoint: EndpointKind) -> ApiResponse {
    let refusal = match error {
        Error::Refused(refusal) => refusal,
        Error::Failed(cause) => {
            log_failure(cause);
            let failed = ApiError::new(StatusCode::BAD_GATEWAY, "upstream");
            return if is_store_failure(cause) { failed.with_retry_after(5) } else { failed }
                .into_response(call);
        }
    };
    let response = endpoint_error(refusal, endpoint).unwrap_or_else(|| default_error(refusal));
    match refusal.retry_after() {
        Some(seconds) => response.with_retry_after(seconds),
        None => response,
    }
    .into_response(call)
}

fn endpoint_error(refusal: &Refusal, endpoint: EndpointKind) -> Option<ApiError> {
    match (endpoint, refusal) {
        (EndpointKind::SendsMessage, Refusal::Throttled { .. }) => {
            Some(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "over_email_send_rate_limit"))
        }
        (EndpointKind::RefreshesTokens, Refusal::Protocol(_)) => Some(unauthorized("invalid_refresh_token")),
        // The session ended meanwhile, or another password was set with it.
        (EndpointKind::SetsPassword, Refusal::GrantInvalid | Refusal::WrongCurrentPassword) => {
            Some(unauthorized("invalid_token"))
        }
        (EndpointKind::SetsPassword, Refusal::NotFound) => {
            Some(ApiError::new(StatusCode::FORBIDDEN, "password_change_disabled"))
        }
        _ => None,
    }
}

/// The error for a refusal, at endpoints without special cases.
#[expect(clippy::too_many_lines, reason = "a line for each, so that none is forgotten")]
pub fn default_error(refusal: &Refusal) -> ApiError {
    let denied = |code| ApiError::new(StatusCode::FORBIDDEN, code);
    match refusal {
        Refusal::IdentifierMalformed | Refusal::IdentifierHidden | Refusal::IdentifierUnreachable => {
            bad_request("invalid_email")
        }
        Refusal::Captcha(_) => bad_request("captcha_failed"),
        Refusal::RecoveryDisabled => denied("recovery_disabled"),
        Refusal::SignInDisabled => denied("email_provider_disabled"),
        Refusal::SignUpDisabled => denied("signup_disabled"),
        Refusal::InvalidCredentials => unauthorized("invalid_credentials"),
        Refusal::Protocol(fault) if fault.error == OAuthError::InsufficientScope => {
            denied("insufficient_scope")
        }
        Refusal::Protocol(_) => unauthorized("invalid_token"),
        Refusal::PasswordWeak(violations) => bad_request("weak_password").with_data(issues(violations)),
        Refusal::Throttled { .. }
        | Refusal::RecoveryDelayed { .. }
        | Refusal::CodesBlocked
        | Refusal::PasswordBlocked => ApiError::new(StatusCode::TOO_MANY_REQUESTS, "over_request_rate_limit"),
        Refusal::Busy { .. } | Refusal::BreachCheckUnavailable { .. } => {
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "request.unavailable")
        }
        // Any other refusal means that a code is wrong or no longer useful.
        Refusal::UsernameMixed
        | Refusal::CodeWrong { .. }
        | Refusal::CodeSuperseded { .. }
        | Refusal::CodeMalformed
        | Refusal::CodeExpired
        | Refusal::CodeExhausted
        | Refusal::RequestEnded
        | Refusal::LinkExpired
        | Refusal::LinkUsed
        | Refusal::LinkSuperseded
        | Refusal::LinkUnknown
        | Refusal::NumberWrong { .. }
        | Refusal::GrantInvalid
        | Refusal::SamePassword
        | Refusal::WrongCurrentPassword
        | Refusal::NotFound
        | Refusal::EmailTaken
        | Refusal::PhoneTaken
        | Refusal::UsernameTaken
        | Refusal::SettingsInvalid(_)
        | Refusal::UserRequired
        | Refusal::Duplicate
        | Refusal::PasswordAndDigest
        | Refusal::PasswordAlgorithmMissing
        | Refusal::WebhookEventsMissing
        | Refusal::Connector(_)
        | Refusal::Account(_) => unauthorized("invalid_otp"),
    }
}
