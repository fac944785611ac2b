//! Verifies the user by a code sent to an address. The result is a verification record id, which is valid for
//! ten minutes and only together with the user's own token.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::account_api::addresses::parse_identifier;
use crate::http::account_api::extractor::AccountJson;
use crate::http::api::{ApiError, ApiResponse};
use rekey_core::account::{self, Attempt, CodeRequest};
use rekey_core::types::identifier::{Identifier, IdentifierKind};
use rekey_core::types::secret::Secret;
use rekey_core::verification::verification_request::VerificationRequest;

/// A verification record; its id goes into `logto-verification-id` or into the body of a change of address.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VerificationRecord)]
pub struct RecordOut {
    verification_record_id: String,
    /// When it expires.
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<VerificationRequest> for RecordOut {
    fn from(record: VerificationRequest) -> Self {
        let end = record.grant_expires_at.map_or(0, |at| at.0 / 1000);
        let end = OffsetDateTime::from_unix_timestamp(end).ok();
        let expires_at = end.and_then(|end| end.format(&Rfc3339).ok()).unwrap_or_default();
        Self { verification_record_id: record.id.0, expires_at }
    }
}

/// The kind of address.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AddressKind)]
pub enum KindIn {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
}

/// An email address.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = AddressIdentifier)]
pub struct IdentifierIn {
    #[serde(rename = "type")]
    kind: KindIn,
    value: String,
}

impl IdentifierIn {
    /// Parses the address, or says what was expected.
    fn parse(&self) -> Result<Identifier, String> {
        let kind = match self.kind {
            KindIn::Email => IdentifierKind::Email,
            KindIn::Phone => IdentifierKind::Phone,
        };
        parse_identifier(kind, "identifier.value", &self.value)
    }
}

/// The purpose of a code.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = VerificationTemplate)]
pub enum TemplateIn {
    /// Permission for calls that need a recent verification.
    UserPermissionValidation,
}

/// Where to send a code. Without a template, the user's own address verifies the user, and any other address
/// verifies itself.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = AccountVerificationCodeRequest)]
pub struct CodeIn {
    identifier: IdentifierIn,
    template_type: Option<TemplateIn>,
}

/// A received code.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CodeProof)]
pub struct CheckIn {
    identifier: IdentifierIn,
    verification_id: String,
    #[schema(value_type = String)]
    code: Secret,
}

/// The record that the code verified.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VerificationResult)]
pub struct CheckedOut {
    verification_record_id: String,
}

/// `POST /api/verifications/verification-code`: sends a code. The response is the same whether or not an
/// account has the address.
#[utoipa::path(
    post, path = "/api/verifications/verification-code", tag = "account", security(("bearer" = [])),
    request_body = CodeIn,
    responses(
        (status = 201, description = "A code is on its way.", body = RecordOut),
        (status = 501, description = "`connector.not_found`."),
    ),
)]
pub async fn send_code(given: AccountJson<CodeIn>) -> ApiResponse {
    let AccountJson { request, body } = given;
    let identifier = match body.identifier.parse() {
        Ok(parsed) => parsed,
        Err(details) => return ApiError::invalid(details).into_response(&request.call),
    };
    let code_request = CodeRequest { identifier, for_permission: body.template_type.is_some() };
    let sent = account::send_code(request.context(), &request.principal, &code_request).await;
    request.respond(sent.map(|record| HttpResponse::Created().json(RecordOut::from(record))))
}

/// `POST /api/verifications/verification-code/verify`: verifies the code.
#[utoipa::path(
    post, path = "/api/verifications/verification-code/verify", tag = "account", security(("bearer" = [])),
    request_body = CheckIn,
    responses(
        (status = 200, description = "The code is right.", body = CheckedOut),
        (status = 400, description = "`verification_record.not_found`, `verification_code.*`, `session.verification_blocked_too_many_attempts`, `guard.invalid_input`."),
    ),
)]
pub async fn check_code(given: AccountJson<CheckIn>) -> ApiResponse {
    let AccountJson { request, body } = given;
    let identifier = match body.identifier.parse() {
        Ok(parsed) => parsed,
        Err(details) => return ApiError::invalid(details).into_response(&request.call),
    };
    let CheckIn { verification_id, code, .. } = body;
    let attempt = Attempt { identifier: &identifier, record: &verification_id, code: code.expose() };
    let outcome = account::verify_code(request.context(), &request.principal, attempt).await;
    let proved = CheckedOut { verification_record_id: verification_id.clone() };
    request.respond(outcome.map(|()| HttpResponse::Ok().json(proved)))
}
