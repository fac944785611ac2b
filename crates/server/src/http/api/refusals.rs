//! How the JSON APIs answer each refusal: one exhaustive match.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::http::api::error::{ApiError, bad_request, not_found, unprocessable};
use rekey_core::types::error::violation::Violation;
use rekey_core::types::error::{CaptchaFault, ConnectorFault, Refusal};
use rekey_core::types::identifier::IdentifierError;

/// The error for a refusal in these APIs.
#[expect(clippy::too_many_lines, reason = "a line for each, so that none is forgotten")]
pub fn of(refusal: &Refusal) -> ApiError {
    match refusal {
        Refusal::NotFound => not_found("entity.not_found"),
        Refusal::Duplicate => unprocessable("entity.unique_integrity_violation"),
        Refusal::SettingsInvalid(problems) => ApiError::invalid(problems.join("\n")),
        Refusal::IdentifierHidden => identifier_error(IdentifierError::Hidden),
        Refusal::UsernameMixed => identifier_error(IdentifierError::Mixed),
        Refusal::PasswordAndDigest | Refusal::PasswordAlgorithmMissing => bad_request(refusal.code()),
        Refusal::EmailTaken => unprocessable("user.email_already_in_use"),
        Refusal::PhoneTaken => unprocessable("user.phone_already_in_use"),
        Refusal::UsernameTaken => unprocessable("user.username_already_in_use"),
        Refusal::InvalidCredentials => unprocessable("session.invalid_credentials"),
        Refusal::SamePassword => unprocessable("user.same_password"),
        Refusal::WebhookEventsMissing => bad_request("hook.missing_events"),
        Refusal::Connector(fault) => connector_error(fault),
        Refusal::Captcha(CaptchaFault::Missing) => unprocessable("session.captcha_required"),
        Refusal::Captcha(_) => unprocessable("session.captcha_failed"),
        // Clients compare this sentence, so it is part of the contract.
        Refusal::UserRequired => bad_request("request.invalid_input").with_data(json!({
            "message": "User information data is required to check user information."
        })),
        Refusal::PasswordWeak(violations) => unprocessable("password.rejected").with_data(issues(violations)),
        Refusal::CodesBlocked | Refusal::PasswordBlocked => {
            bad_request("session.verification_blocked_too_many_attempts")
        }
        Refusal::Throttled { .. } => {
            retryable_error(StatusCode::TOO_MANY_REQUESTS, "request.rate_limited", refusal)
        }
        Refusal::RecoveryDelayed { .. } | Refusal::Busy { .. } | Refusal::BreachCheckUnavailable { .. } => {
            retryable_error(StatusCode::SERVICE_UNAVAILABLE, "request.unavailable", refusal)
        }
        Refusal::IdentifierMalformed
        | Refusal::IdentifierUnreachable
        | Refusal::RecoveryDisabled
        | Refusal::SignInDisabled
        | Refusal::SignUpDisabled
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
        | Refusal::WrongCurrentPassword
        | Refusal::Protocol(_)
        | Refusal::Account(_) => unprocessable("request.refused"),
    }
}

fn identifier_error(why: IdentifierError) -> ApiError {
    ApiError::invalid(format!("identifier: {}", why.expected("expected an address or a name")))
}

fn connector_error(fault: &ConnectorFault) -> ApiError {
    let explained = |code, why: &String| ApiError { details: Some(why.clone()), ..bad_request(code) };
    match fault {
        ConnectorFault::Missing => {
            bad_request("sign_in_experiences.forgot_password_method_requires_connector")
        }
        ConnectorFault::UnknownFactory => unprocessable("connector.not_found_with_connector_id"),
        ConnectorFault::Invalid(why) => explained("connector.invalid_config", why),
        ConnectorFault::Failed(why) => explained("connector.general", why),
    }
}

fn retryable_error(status: StatusCode, code: &'static str, refusal: &Refusal) -> ApiError {
    ApiError { retry_after: refusal.retry_after(), ..ApiError::new(status, code) }
}

/// The violations of a new password, each with its code and the limit that it violates.
pub fn issues(violations: &[Violation]) -> Value {
    let issue = |violation: &Violation| match (violation, violation.bound()) {
        (Violation::TooLong { .. }, Some(max)) => {
            json!({ "code": violation.code(), "interpolation": { "max": max } })
        }
        (_, Some(min)) => json!({ "code": violation.code(), "interpolation": { "min": min } }),
        (_, None) => json!({ "code": violation.code() }),
    };
    violations.iter().map(issue).collect()
}
