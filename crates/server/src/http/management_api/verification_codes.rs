//! Verification codes for an application's own purposes: sent to an address, and checked. Only authenticated
//! API clients can call this, so the responses say what happened.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_core::types::identifier::{Identifier, IdentifierKind};
use rekey_core::verification::external;

/// The recipient of a code: an email address or a phone number.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = VerificationCodeRequest)]
#[serde(deny_unknown_fields)]
pub struct SendIn {
    #[schema(format = Email)]
    email: Option<String>,
    phone: Option<String>,
}

/// A code, and its recipient.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = VerificationCode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyIn {
    #[schema(format = Email)]
    email: Option<String>,
    phone: Option<String>,
    #[schema(max_length = 32)]
    verification_code: String,
}

/// `POST /api/verification-codes`: sends a code.
#[utoipa::path(post, path = "/api/verification-codes", tag = "management", request_body = SendIn,
    responses((status = 204), (status = 501, description = "`connector.not_found`")))]
pub async fn create(given: ManagementJson<SendIn>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let sent = match parse_identifier(body.email, body.phone) {
        Ok(to) => external::send(request.context(), &to).await,
        Err(refused) => Err(refused),
    };
    respond(&request, sent)
}

/// `POST /api/verification-codes/verify`: verifies a code.
#[utoipa::path(post, path = "/api/verification-codes/verify", tag = "management", request_body = VerifyIn,
    responses((status = 204), (status = 400, description = "`verification_code.not_found`, `.expired`, `.exceed_max_try`, `.code_mismatch`")))]
pub async fn verify(given: ManagementJson<VerifyIn>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let VerifyIn { email, phone, verification_code } = body;
    let checked = match parse_identifier(email, phone) {
        Ok(of) => external::verify(request.context(), &of, &verification_code).await,
        Err(refused) => Err(refused),
    };
    match checked {
        Err(Error::Refused(Refusal::Throttled { retry_after })) => {
            let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "request.rate_limited");
            error.with_retry_after(retry_after).into_response(&request.call)
        }
        other => respond(&request, other),
    }
}

/// Exactly one of the two must be given.
fn parse_identifier(email: Option<String>, phone: Option<String>) -> Result<Identifier> {
    let invalid = |problem: String| Refusal::SettingsInvalid(vec![problem]);
    let (kind, field, form, text) = match (email, phone) {
        (Some(email), None) => (IdentifierKind::Email, "email", "expected a mail address", email),
        // Accepted in the form of other products: digits with the country code, with or without a plus.
        (None, Some(phone)) => {
            (IdentifierKind::Phone, "phone", "expected a number with its country code", phone)
        }
        _ => return Err(invalid("expected either email or phone".to_owned()).into()),
    };
    let read = Identifier::try_parse_as(kind, &text);
    Ok(read.map_err(|why| invalid(format!("{field}: {}", why.expected(form))))?)
}

fn respond(request: &ManagementRequest, outcome: Result<()>) -> ApiResponse {
    let bad = |code| ApiError::new(StatusCode::BAD_REQUEST, code).into_response(&request.call);
    let Err(error) = outcome else { return HttpResponse::NoContent().finish() };
    match &error {
        Error::Refused(Refusal::IdentifierUnreachable) => {
            ApiError::new(StatusCode::NOT_IMPLEMENTED, "connector.not_found").into_response(&request.call)
        }
        Error::Refused(Refusal::Throttled { retry_after }) => {
            let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "request.message_rate_limited");
            error.with_retry_after(*retry_after).into_response(&request.call)
        }
        Error::Refused(Refusal::RequestEnded) => bad("verification_code.not_found"),
        Error::Refused(Refusal::CodeExpired) => bad("verification_code.expired"),
        Error::Refused(Refusal::CodeExhausted) => bad("verification_code.exceed_max_try"),
        Error::Refused(Refusal::CodeWrong { .. } | Refusal::CodeSuperseded { .. }) => {
            bad("verification_code.code_mismatch")
        }
        _ => request.respond(Err(error)),
    }
}
