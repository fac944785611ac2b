//! Refusals as this face says them. What it shares with the other JSON faces is said there. The surprise: a wait at a check is a 400 of
//! its own code, because clients of this API know it so.

use actix_web::http::StatusCode;

use crate::faces::common::api::answer::refuse;
use crate::faces::common::api::{Answer, ApiError, Call};
use crate::model::error::{Error, Refusal};

/// What was refused, or what failed.
pub(super) fn refused(call: &Call, error: &Error) -> Answer {
    let told = match error {
        Error::Refused(refusal) => told(refusal),
        Error::Failed(_) => None,
    };
    told.map_or_else(|| refuse(call, error), |told| told.answer(call))
}

/// A refusal where this face says it in its own way; none where it is like the other JSON faces.
pub fn told(refusal: &Refusal) -> Option<ApiError> {
    Some(match refusal {
        Refusal::CodeMalformed | Refusal::CodeWrong { .. } | Refusal::CodeEarlier { .. } => {
            bad("verification_code.code_mismatch")
        }
        Refusal::CodeExpired => bad("verification_code.expired"),
        Refusal::CodeExhausted => bad("verification_code.exceed_max_try"),
        Refusal::RequestEnded => bad("verification_code.not_found"),
        Refusal::RecoveryWaits { retry_after } => blocked(*retry_after),
        Refusal::CodesBlocked | Refusal::PasswordBlocked => {
            bad("session.verification_blocked_too_many_attempts")
        }
        Refusal::GrantGone => missing("session.verification_session_not_found"),
        Refusal::LinkUnknown => missing("one_time_token.token_not_found"),
        Refusal::LinkUsed => bad("one_time_token.token_consumed"),
        Refusal::LinkExpired => bad("one_time_token.token_expired"),
        Refusal::RecoveryOff => unfit("session.not_supported_for_forgot_password"),
        Refusal::SignInOff | Refusal::SignUpOff => ApiError::new(StatusCode::FORBIDDEN, "auth.forbidden"),
        _ => return None,
    })
}

/// A check that waits after too many wrong tries, by code or by password.
pub(super) fn at_a_check(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::Throttled { retry_after }) => Refusal::RecoveryWaits { retry_after }.into(),
        other => other,
    }
}

fn blocked(retry_after: i64) -> ApiError {
    bad("session.verification_blocked_too_many_attempts").with_wait(retry_after)
}

pub(super) const fn bad(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, code)
}

pub(super) const fn missing(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, code)
}

pub(super) const fn unfit(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code)
}
