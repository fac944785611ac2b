//! Sets or changes the password of the signed-in user, or verifies the user by it.

use actix_web::HttpResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::account_api::error::blocked_error;
use crate::http::account_api::extractor::AccountJson;
use crate::http::account_api::verifications::RecordOut;
use crate::http::api::ApiResponse;
use rekey_core::account;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::secret::Secret;

/// A new password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPassword)]
pub struct NewPasswordIn {
    #[schema(value_type = String)]
    password: Secret,
}

/// `POST /api/my-account/password`: needs a recent verification, unless the user has neither a password nor
/// an address.
#[utoipa::path(
    post, path = "/api/my-account/password", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a recent verification.")),
    request_body = NewPasswordIn,
    responses(
        (status = 204, description = "It is set."),
        (status = 400, description = "`account_center.not_enabled`, `account_center.field_not_editable`, `guard.invalid_input`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
        (status = 422, description = "`password.rejected` with the issues in `data`, `user.same_password`."),
    ),
)]
pub async fn set(given: AccountJson<NewPasswordIn>) -> ApiResponse {
    let AccountJson { request, body } = given;
    let outcome = account::set_password(
        request.context(),
        &request.principal,
        request.verification_id(),
        &body.password,
    )
    .await;
    request.respond_empty(outcome)
}

/// The user's password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordProof)]
pub struct PasswordIn {
    #[schema(value_type = String)]
    password: Secret,
}

/// `POST /api/verifications/password`: verifies the user by the password.
#[utoipa::path(
    post, path = "/api/verifications/password", tag = "account", operation_id = "by_password", security(("bearer" = [])),
    request_body = PasswordIn,
    responses(
        (status = 201, description = "The password is right.", body = RecordOut),
        (status = 400, description = "`session.verification_blocked_too_many_attempts`, `guard.invalid_input`."),
        (status = 422, description = "`session.invalid_credentials`."),
    ),
)]
pub async fn verify(given: AccountJson<PasswordIn>) -> ApiResponse {
    let AccountJson { request, body } = given;
    match account::reauthenticate_by_password(request.context(), &request.principal, &body.password).await {
        Err(Error::Refused(Refusal::Throttled { retry_after })) => {
            blocked_error(retry_after).into_response(&request.call)
        }
        other => request.respond(other.map(|record| HttpResponse::Created().json(RecordOut::from(record)))),
    }
}
