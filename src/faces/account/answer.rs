//! Refusals as this face says them. What it shares with the other JSON faces is said there.

use actix_web::http::StatusCode;

use crate::faces::common::api::answer::refuse;
use crate::faces::common::api::{Answer, ApiError, Call};
use crate::model::error::{ConnectorFault, Denied, Error, Refusal};
use crate::model::oidc::fault::OAuthError;

/// What was refused, or what failed.
pub(super) fn refused(call: &Call, error: &Error) -> Answer {
    let told = match error {
        Error::Refused(refusal) => told(refusal),
        Error::Failed(_) => None,
    };
    told.map_or_else(|| refuse(call, error), |told| told.answer(call))
}

/// Too many wrong tries.
pub(super) fn blocked(retry_after: i64) -> ApiError {
    bad("session.verification_blocked_too_many_attempts").with_wait(retry_after)
}

/// A refusal where this face says it in its own way; none where it is like the other JSON faces.
pub fn told(refusal: &Refusal) -> Option<ApiError> {
    Some(match refusal {
        Refusal::Account(denied) => denied_as(*denied),
        Refusal::Protocol(fault) if fault.error == OAuthError::InsufficientScope => {
            ApiError::new(StatusCode::FORBIDDEN, "auth.forbidden")
        }
        Refusal::Protocol(_) => ApiError::new(StatusCode::UNAUTHORIZED, "auth.unauthorized"),
        Refusal::EmailTaken => unprocessable("user.email_already_in_use"),
        Refusal::PhoneTaken => unprocessable("user.phone_already_in_use"),
        Refusal::UsernameTaken => unprocessable("user.username_already_in_use"),
        Refusal::CurrentPassword => unprocessable("session.invalid_credentials"),
        Refusal::CodeWrong { .. } => bad("verification_code.code_mismatch"),
        Refusal::CodeExpired => bad("verification_code.expired"),
        Refusal::CodeExhausted => bad("verification_code.exceed_max_try"),
        Refusal::RecoveryWaits { retry_after } => blocked(*retry_after),
        Refusal::CodesBlocked | Refusal::PasswordBlocked => {
            bad("session.verification_blocked_too_many_attempts")
        }
        Refusal::Connector(ConnectorFault::Missing) => {
            ApiError::new(StatusCode::NOT_IMPLEMENTED, "connector.not_found")
        }
        _ => return None,
    })
}

const fn denied_as(denied: Denied) -> ApiError {
    match denied {
        Denied::CenterOff => bad("account_center.not_enabled"),
        Denied::FieldOff => bad("account_center.field_not_enabled"),
        Denied::FieldNotEditable => bad("account_center.field_not_editable"),
        Denied::ScopeMissing => bad("auth.unauthorized"),
        Denied::ThirdParty => ApiError::new(StatusCode::FORBIDDEN, "auth.third_party_application_forbidden"),
        Denied::ProofMissing => {
            ApiError::new(StatusCode::UNAUTHORIZED, "verification_record.permission_denied")
        }
        Denied::ProofUnknown => bad("verification_record.not_found"),
        Denied::OtherEmail => bad("verification_code.email_mismatch"),
        Denied::OtherPhone => bad("verification_code.phone_mismatch"),
        Denied::EmailRequired => bad("user.email_required"),
        Denied::PhoneRequired => bad("user.phone_required"),
        Denied::AddressRequired => bad("user.email_or_phone_required"),
        Denied::IdentifierRequired => bad("user.last_sign_in_method_required"),
    }
}

const fn bad(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, code)
}

const fn unprocessable(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code)
}
