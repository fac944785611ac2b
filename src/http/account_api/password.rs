//! Sets or changes the password of the signed-in user.

use actix_web::HttpResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::account_api::extractor::AccountJson;
use crate::http::api::ApiResponse;
use rekey_core::account;
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
    request.respond(outcome.map(|()| HttpResponse::NoContent().finish()))
}
