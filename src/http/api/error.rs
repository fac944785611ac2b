//! Responses of the JSON APIs, and errors in one shape: `{ code, message, data?, details? }`. An internal
//! error is logged here, once, and its response reveals nothing else.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::app::is_store_failure;
use crate::core::types::error::violation::Violation;
use crate::core::types::error::{CaptchaFault, ConnectorFault, Error, Refusal};
use crate::core::types::identifier::IdentifierError;
use crate::http::api::ApiRequest;
use crate::http::middleware::request_log::log_failure;

/// Every error code; the messages are in `locales/*/api.ftl`.
pub const ERROR_CODES: &[&str] = &[
    "account_center.field_not_editable",
    "account_center.field_not_enabled",
    "account_center.not_enabled",
    "anonymous_disabled",
    "captcha_failed",
    "auth.authorization_header_missing",
    "auth.authorization_token_type_not_supported",
    "auth.forbidden",
    "auth.third_party_application_forbidden",
    "auth.unauthorized",
    "connector.general",
    "connector.invalid_config",
    "connector.not_found",
    "connector.not_found_with_connector_id",
    "email_provider_disabled",
    "entity.not_exists_with_id",
    "entity.not_found",
    "entity.unique_integrity_violation",
    "guard.invalid_input",
    "guard.invalid_pagination",
    "hook.endpoint_responded_with_error",
    "hook.missing_events",
    "hook.send_test_payload_failed",
    "idempotency_in_progress",
    "idempotency_key_reused",
    "insufficient_scope",
    "invalid_credentials",
    "invalid_email",
    "invalid_otp",
    "invalid_refresh_token",
    "invalid_token",
    "invalid_type",
    "jwt_customizer.general",
    "oauth_unavailable",
    "one_time_token.cannot_reactivate_token",
    "one_time_token.email_mismatch",
    "one_time_token.token_consumed",
    "one_time_token.token_expired",
    "one_time_token.token_not_found",
    "one_time_token.token_revoked",
    "over_email_send_rate_limit",
    "over_request_rate_limit",
    "password.rejected",
    "password_change_disabled",
    "paywall_not_found",
    "recovery_disabled",
    "request.failed",
    "request.invalid_input",
    "request.message_rate_limited",
    "request.method_not_allowed",
    "request.not_found",
    "request.not_json",
    "request.rate_limited",
    "request.refused",
    "request.too_large",
    "request.unavailable",
    "session.captcha_failed",
    "session.captcha_required",
    "session.identifier_not_found",
    "session.identity_conflict",
    "session.interaction_not_found",
    "session.invalid_credentials",
    "session.invalid_interaction_type",
    "session.not_found",
    "session.not_supported_for_forgot_password",
    "session.verification_blocked_too_many_attempts",
    "session.verification_failed",
    "session.verification_session_not_found",
    "sign_in_experiences.forgot_password_method_requires_connector",
    "sign_in_experiences.password_expiration_not_enabled",
    "signup_disabled",
    "upstream",
    "user.email_already_in_use",
    "user.email_or_phone_required",
    "user.email_required",
    "user.last_sign_in_method_required",
    "user.missing_profile",
    "user.new_password_required_in_profile",
    "user.password_algorithm_required",
    "user.password_and_digest",
    "user.phone_already_in_use",
    "user.phone_required",
    "user.same_password",
    "user.sign_in_method_not_enabled",
    "user.sign_up_method_not_enabled",
    "user.suspended",
    "user.user_not_exist",
    "user.username_already_in_use",
    "verification_code.code_mismatch",
    "verification_code.email_mismatch",
    "verification_code.exceed_max_try",
    "verification_code.expired",
    "verification_code.not_found",
    "verification_code.phone_mismatch",
    "verification_record.not_found",
    "verification_record.permission_denied",
    "weak_password",
];

/// An error. The code is stable; the message is for people.
#[derive(ToSchema)]
#[schema(as = Error)]
#[expect(dead_code, reason = "only described; `ApiError` writes it")]
pub struct ErrorOut {
    /// The stable code; absent only if the body is not JSON or the server failed.
    #[schema(nullable = false)]
    code: Option<String>,
    /// The message, in the language of Accept-Language.
    message: String,
    /// More data, for programs.
    data: Option<Value>,
    /// One line for each error in the body.
    #[schema(nullable = false)]
    details: Option<String>,
}

/// The response of a handler.
pub type ApiResponse = HttpResponse;

/// An error in the shape of the JSON APIs.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    data: Option<Value>,
    details: Option<String>,
    retry_after: Option<i64>,
}

impl ApiError {
    /// An error with a status and a stable code.
    pub const fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, data: None, details: None, retry_after: None }
    }

    /// 400 `guard.invalid_input`: the body is JSON but does not match the schema, with one line for each
    /// problem.
    pub fn invalid(details: String) -> Self {
        Self { details: Some(details), ..Self::new(StatusCode::BAD_REQUEST, "guard.invalid_input") }
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

/// The error for a refusal in these APIs.
#[expect(clippy::too_many_lines, reason = "a line for each, so that none is forgotten")]
pub fn of(refusal: &Refusal) -> ApiError {
    let bad = |code| ApiError::new(StatusCode::BAD_REQUEST, code);
    let unfit = |code| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code);
    match refusal {
        Refusal::NotFound => ApiError::new(StatusCode::NOT_FOUND, "entity.not_found"),
        Refusal::Duplicate => {
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "entity.unique_integrity_violation")
        }
        Refusal::SettingsInvalid(problems) => ApiError::invalid(problems.join("\n")),
        Refusal::IdentifierHidden => identifier_error(IdentifierError::Hidden),
        Refusal::UsernameMixed => identifier_error(IdentifierError::Mixed),
        Refusal::PasswordAndDigest | Refusal::PasswordAlgorithmMissing => bad(refusal.code()),
        Refusal::EmailTaken => unfit("user.email_already_in_use"),
        Refusal::PhoneTaken => unfit("user.phone_already_in_use"),
        Refusal::UsernameTaken => unfit("user.username_already_in_use"),
        Refusal::InvalidCredentials => unfit("session.invalid_credentials"),
        Refusal::SamePassword => unfit("user.same_password"),
        Refusal::WebhookEventsMissing => bad("hook.missing_events"),
        Refusal::Connector(fault) => connector_error(fault),
        Refusal::Captcha(CaptchaFault::Missing) => unfit("session.captcha_required"),
        Refusal::Captcha(_) => unfit("session.captcha_failed"),
        // Clients compare this sentence, so it is part of the contract.
        Refusal::UserRequired => bad("request.invalid_input").with_data(json!({
            "message": "User information data is required to check user information."
        })),
        Refusal::PasswordWeak(violations) => {
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "password.rejected").with_data(issues(violations))
        }
        Refusal::CodesBlocked | Refusal::PasswordBlocked => {
            bad("session.verification_blocked_too_many_attempts")
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
        | Refusal::Account(_) => unfit("request.refused"),
    }
}

fn identifier_error(why: IdentifierError) -> ApiError {
    ApiError::invalid(format!("identifier: {}", why.expected("expected an address or a name")))
}

fn connector_error(fault: &ConnectorFault) -> ApiError {
    let explained = |code, why: &String| ApiError {
        details: Some(why.clone()),
        ..ApiError::new(StatusCode::BAD_REQUEST, code)
    };
    match fault {
        ConnectorFault::Missing => ApiError::new(
            StatusCode::BAD_REQUEST,
            "sign_in_experiences.forgot_password_method_requires_connector",
        ),
        ConnectorFault::UnknownFactory => {
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "connector.not_found_with_connector_id")
        }
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
