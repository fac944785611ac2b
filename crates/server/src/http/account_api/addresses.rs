//! Sets or removes the primary email address or phone number of the signed-in user. Setting one requires the
//! verification record of that address.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::account_api::extractor::{AccountJson, AccountRequest};
use crate::http::api::{ApiError, ApiResponse};
use rekey_core::account::{self, NewAddress};
use rekey_core::types::identifier::{Identifier, IdentifierKind};

/// A new email address, and the record that verifies it.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewEmail)]
pub struct NewEmailIn {
    email: String,
    new_identifier_verification_record_id: String,
}

/// A new phone number, and the record that verifies it.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewPhone)]
pub struct NewPhoneIn {
    phone: String,
    new_identifier_verification_record_id: String,
}

/// Parses the text of this field as an identifier of this kind, or says what was expected.
pub(super) fn parse_identifier(kind: IdentifierKind, field: &str, text: &str) -> Result<Identifier, String> {
    let form = match kind {
        IdentifierKind::Phone => "expected a phone number with its country code",
        IdentifierKind::Email | IdentifierKind::Username => "expected an e-mail address",
    };
    Identifier::try_parse_as(kind, text).map_err(|why| format!("{field}: {}", why.expected(form)))
}

async fn try_set(request: &AccountRequest, typed: Result<Identifier, String>, record: String) -> ApiResponse {
    let identifier = match typed {
        Ok(identifier) => identifier,
        Err(details) => return ApiError::invalid(details).into_response(&request.call),
    };
    let new = NewAddress { identifier, verification_id: record };
    let outcome =
        account::set_address(request.context(), &request.principal, request.verification_id(), &new).await;
    request.respond_empty(outcome)
}

async fn try_remove(request: &AccountRequest, kind: IdentifierKind) -> ApiResponse {
    let outcome =
        account::remove_address(request.context(), &request.principal, request.verification_id(), kind).await;
    request.respond_empty(outcome)
}

/// `POST /api/my-account/primary-email`: sets the email address.
#[utoipa::path(
    post, path = "/api/my-account/primary-email", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a recent verification.")),
    request_body = NewEmailIn,
    responses(
        (status = 204, description = "It is the user's address now."),
        (status = 400, description = "`account_center.*`, `auth.unauthorized` without the scope email, `verification_record.not_found`, `guard.invalid_input`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
        (status = 422, description = "`user.email_already_in_use`."),
    ),
)]
pub async fn set_email(given: AccountJson<NewEmailIn>) -> ApiResponse {
    let AccountJson { request, body } = given;
    let typed = parse_identifier(IdentifierKind::Email, "email", &body.email);
    try_set(&request, typed, body.new_identifier_verification_record_id).await
}

/// `DELETE /api/my-account/primary-email`: removes the email address.
#[utoipa::path(
    delete, path = "/api/my-account/primary-email", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a recent verification.")),
    responses(
        (status = 204, description = "The user has no email address any more."),
        (status = 400, description = "`account_center.*`, `auth.unauthorized` without the scope email, `user.email_required`, `user.email_or_phone_required`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
    ),
)]
pub async fn remove_email(request: AccountRequest) -> ApiResponse {
    try_remove(&request, IdentifierKind::Email).await
}

/// `POST /api/my-account/primary-phone`: sets the phone number.
#[utoipa::path(
    post, path = "/api/my-account/primary-phone", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a recent verification.")),
    request_body = NewPhoneIn,
    responses(
        (status = 204, description = "It is the user's number now."),
        (status = 400, description = "`account_center.*`, `auth.unauthorized` without the scope phone, `verification_record.not_found`, `guard.invalid_input`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
        (status = 422, description = "`user.phone_already_in_use`."),
    ),
)]
pub async fn set_phone(given: AccountJson<NewPhoneIn>) -> ApiResponse {
    let AccountJson { request, body } = given;
    let typed = parse_identifier(IdentifierKind::Phone, "phone", &body.phone);
    try_set(&request, typed, body.new_identifier_verification_record_id).await
}

/// `DELETE /api/my-account/primary-phone`: removes the phone number.
#[utoipa::path(
    delete, path = "/api/my-account/primary-phone", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a recent verification.")),
    responses(
        (status = 204, description = "The user has no phone number any more."),
        (status = 400, description = "`account_center.*`, `auth.unauthorized` without the scope phone, `user.phone_required`, `user.email_or_phone_required`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
    ),
)]
pub async fn remove_phone(request: AccountRequest) -> ApiResponse {
    try_remove(&request, IdentifierKind::Phone).await
}
