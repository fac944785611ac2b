//! Refusals that the Experience API reports differently from the other JSON APIs. A throttled check is a 400
//! with its own code, as clients of this API expect.

use actix_web::http::StatusCode;

use crate::http::api::error::{api_error_response_with, bad_request, not_found, unprocessable};
use crate::http::api::{ApiError, ApiRequest, ApiResponse};
use rekey_core::types::error::{Error, Refusal};

/// The response for a refusal or a failure.
pub(super) fn error_response(call: &ApiRequest, error: &Error) -> ApiResponse {
    api_error_response_with(call, error, api_error_for)
}

/// The error for a refusal that this API reports in its own way, or `None` for one that all JSON APIs share.
pub fn api_error_for(refusal: &Refusal) -> Option<ApiError> {
    Some(match refusal {
        Refusal::CodeMalformed | Refusal::CodeWrong { .. } | Refusal::CodeSuperseded { .. } => {
            bad_request("verification_code.code_mismatch")
        }
        Refusal::CodeExpired => bad_request("verification_code.expired"),
        Refusal::CodeExhausted => bad_request("verification_code.exceed_max_try"),
        Refusal::RequestEnded => bad_request("verification_code.not_found"),
        Refusal::RecoveryDelayed { retry_after } => blocked_error(*retry_after),
        Refusal::CodesBlocked | Refusal::PasswordBlocked => {
            bad_request("session.verification_blocked_too_many_attempts")
        }
        Refusal::GrantInvalid => not_found("session.verification_session_not_found"),
        Refusal::LinkUnknown => not_found("one_time_token.token_not_found"),
        Refusal::LinkUsed => bad_request("one_time_token.token_consumed"),
        Refusal::LinkExpired => bad_request("one_time_token.token_expired"),
        Refusal::RecoveryDisabled => unprocessable("session.not_supported_for_forgot_password"),
        Refusal::SignInDisabled | Refusal::SignUpDisabled => {
            ApiError::new(StatusCode::FORBIDDEN, "auth.forbidden")
        }
        _ => return None,
    })
}

/// Converts a throttled check, by code or by password, to this API's error.
pub(super) fn throttle_as_wait(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::Throttled { retry_after }) => Refusal::RecoveryDelayed { retry_after }.into(),
        other => other,
    }
}

fn blocked_error(retry_after: i64) -> ApiError {
    bad_request("session.verification_blocked_too_many_attempts").with_retry_after(retry_after)
}
