//! Refusals that the Account API reports differently from the other JSON APIs.

use actix_web::http::StatusCode;

use crate::http::api::api_request::unauthorized;
use crate::http::api::error::{api_error_response_with, bad_request, unprocessable};
use crate::http::api::{ApiError, ApiRequest, ApiResponse};
use rekey_core::types::error::oauth_error::OAuthError;
use rekey_core::types::error::{AccountApiError, ConnectorFault, Error, Refusal};

/// The response for a refusal or a failure.
pub(super) fn error_response(call: &ApiRequest, error: &Error) -> ApiResponse {
    api_error_response_with(call, error, api_error_for)
}

/// The error for too many wrong attempts.
pub(super) fn blocked_error(retry_after: i64) -> ApiError {
    bad_request("session.verification_blocked_too_many_attempts").with_retry_after(retry_after)
}

/// The error for a refusal that this API reports in its own way, or `None` for one that all JSON APIs share.
pub fn api_error_for(refusal: &Refusal) -> Option<ApiError> {
    Some(match refusal {
        Refusal::Account(denied) => denied_error(*denied),
        Refusal::Protocol(fault) if fault.error == OAuthError::InsufficientScope => {
            ApiError::new(StatusCode::FORBIDDEN, "auth.forbidden")
        }
        Refusal::Protocol(_) => unauthorized("auth.unauthorized"),
        Refusal::EmailTaken => unprocessable("user.email_already_in_use"),
        Refusal::PhoneTaken => unprocessable("user.phone_already_in_use"),
        Refusal::UsernameTaken => unprocessable("user.username_already_in_use"),
        Refusal::WrongCurrentPassword => unprocessable("session.invalid_credentials"),
        Refusal::CodeWrong { .. } => bad_request("verification_code.code_mismatch"),
        Refusal::CodeExpired => bad_request("verification_code.expired"),
        Refusal::CodeExhausted => bad_request("verification_code.exceed_max_try"),
        Refusal::RecoveryDelayed { retry_after } => blocked_error(*retry_after),
        Refusal::CodesBlocked | Refusal::PasswordBlocked => {
            bad_request("session.verification_blocked_too_many_attempts")
        }
        Refusal::Connector(ConnectorFault::Missing) => {
            ApiError::new(StatusCode::NOT_IMPLEMENTED, "connector.not_found")
        }
        _ => return None,
    })
}

const fn denied_error(denied: AccountApiError) -> ApiError {
    match denied {
        AccountApiError::AccountCenterDisabled => bad_request("account_center.not_enabled"),
        AccountApiError::FieldHidden => bad_request("account_center.field_not_enabled"),
        AccountApiError::FieldNotEditable => bad_request("account_center.field_not_editable"),
        AccountApiError::ScopeMissing => bad_request("auth.unauthorized"),
        AccountApiError::ThirdParty => {
            ApiError::new(StatusCode::FORBIDDEN, "auth.third_party_application_forbidden")
        }
        AccountApiError::VerificationRequired => unauthorized("verification_record.permission_denied"),
        AccountApiError::VerificationInvalid => bad_request("verification_record.not_found"),
        AccountApiError::OtherEmail => bad_request("verification_code.email_mismatch"),
        AccountApiError::OtherPhone => bad_request("verification_code.phone_mismatch"),
        AccountApiError::EmailRequired => bad_request("user.email_required"),
        AccountApiError::PhoneRequired => bad_request("user.phone_required"),
        AccountApiError::AddressRequired => bad_request("user.email_or_phone_required"),
        AccountApiError::IdentifierRequired => bad_request("user.last_sign_in_method_required"),
    }
}
