//! The password of a person, changed or set for the first time by their app.

use actix_web::HttpResponse;
use serde::Deserialize;
use utoipa::ToSchema;

use super::person::Given;
use crate::domain::account;
use crate::faces::common::api::Answer;
use crate::model::secret::Secret;

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPassword)]
pub struct NewPasswordIn {
    #[schema(value_type = String)]
    password: Secret,
}

/// `POST /api/my-account/password`: a proof is needed unless the person has neither a password nor an address.
#[utoipa::path(
    post, path = "/api/my-account/password", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a fresh proof.")),
    request_body = NewPasswordIn,
    responses(
        (status = 204, description = "It is set."),
        (status = 400, description = "`account_center.not_enabled`, `account_center.field_not_editable`, `guard.invalid_input`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
        (status = 422, description = "`password.rejected` with the issues in `data`, `user.same_password`."),
    ),
)]
pub async fn set(given: Given<NewPasswordIn>) -> Answer {
    let Given { person, body } = given;
    let (rekey, caller) = (person.rekey(), person.caller());
    let outcome = account::set_password(rekey, caller, &person.who, person.proof(), &body.password).await;
    person.answer(outcome.map(|()| HttpResponse::NoContent().finish()))
}
