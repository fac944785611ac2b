//! Refusals as this face says them: the codes of the SDK's documentation. Wrong, expired, used and unknown codes are one and the same
//! (`invalid_otp`), and whether somebody has an account is said nowhere.

use actix_web::http::StatusCode;

use crate::app::store_failure;
use crate::faces::common::api::answer::issues;
use crate::faces::common::api::{Answer, ApiError, Call};
use crate::model::error::{Error, Refusal};
use crate::model::oidc::fault::OAuthError;

/// What is special about a call's refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing.
    AsUsual,
    /// It sends a message that was just sent.
    Sending,
    /// Its token is a refresh token.
    Refreshing,
    /// It sets a password for a session.
    Setting,
}

/// What was refused, or what failed.
pub(super) fn refused(call: &Call, error: &Error, told: Told) -> Answer {
    let refusal = match error {
        Error::Refused(refusal) => refusal,
        Error::Failed(cause) => {
            tracing::error!(request.id = call.request_id, error = format!("{cause:#}"), "a step failed");
            let failed = ApiError::new(StatusCode::BAD_GATEWAY, "upstream");
            return if store_failure(cause) { failed.with_wait(5) } else { failed }.answer(call);
        }
    };
    let said = special(refusal, told).unwrap_or_else(|| usual(refusal));
    match refusal.retry_after() {
        Some(seconds) => said.with_wait(seconds),
        None => said,
    }
    .answer(call)
}

fn special(refusal: &Refusal, told: Told) -> Option<ApiError> {
    match (told, refusal) {
        (Told::Sending, Refusal::Throttled { .. }) => {
            Some(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "over_email_send_rate_limit"))
        }
        (Told::Refreshing, Refusal::Protocol(_)) => {
            Some(ApiError::new(StatusCode::UNAUTHORIZED, "invalid_refresh_token"))
        }
        // The session ended meanwhile, or somebody set another password with it.
        (Told::Setting, Refusal::GrantGone | Refusal::CurrentPassword) => {
            Some(ApiError::new(StatusCode::UNAUTHORIZED, "invalid_token"))
        }
        (Told::Setting, Refusal::NotFound) => {
            Some(ApiError::new(StatusCode::FORBIDDEN, "password_change_disabled"))
        }
        _ => None,
    }
}

/// A refusal as this face says it, but for what is special about a call.
pub fn usual(refusal: &Refusal) -> ApiError {
    let denied = |code| ApiError::new(StatusCode::FORBIDDEN, code);
    match refusal {
        Refusal::IdentifierMalformed | Refusal::IdentifierHidden | Refusal::IdentifierUnreachable => {
            ApiError::new(StatusCode::BAD_REQUEST, "invalid_email")
        }
        Refusal::Captcha(_) => ApiError::new(StatusCode::BAD_REQUEST, "captcha_failed"),
        Refusal::RecoveryOff => denied("recovery_disabled"),
        Refusal::SignInOff => denied("email_provider_disabled"),
        Refusal::SignUpOff => denied("signup_disabled"),
        Refusal::Credentials => ApiError::new(StatusCode::UNAUTHORIZED, "invalid_credentials"),
        Refusal::Protocol(fault) if fault.error == OAuthError::InsufficientScope => {
            denied("insufficient_scope")
        }
        Refusal::Protocol(_) => ApiError::new(StatusCode::UNAUTHORIZED, "invalid_token"),
        Refusal::PasswordWeak(violations) => {
            ApiError::new(StatusCode::BAD_REQUEST, "weak_password").with_data(issues(violations))
        }
        Refusal::Throttled { .. }
        | Refusal::RecoveryWaits { .. }
        | Refusal::CodesBlocked
        | Refusal::PasswordBlocked => ApiError::new(StatusCode::TOO_MANY_REQUESTS, "over_request_rate_limit"),
        Refusal::Busy { .. } | Refusal::BreachCheckDown { .. } => {
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "request.unavailable")
        }
        // Everything else is a code that does not do, or leads nowhere any more.
        _ => ApiError::new(StatusCode::UNAUTHORIZED, "invalid_otp"),
    }
}
