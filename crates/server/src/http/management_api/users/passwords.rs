//! Sets and checks users' passwords: the policy does not apply, and no session ends. A check counts toward
//! the throttle like a sign-in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use crate::http::management_api::users::{find_user, respond_with_user};
use rekey_core::types::error::Result;
use rekey_core::types::ids::UserId;
use rekey_core::types::secret::Secret;
use rekey_core::user_management;
use rekey_core::users::user::User;

/// A password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = UserPassword)]
pub struct PasswordIn {
    #[schema(value_type = String, min_length = 1)]
    #[validate(length(min = 1))]
    password: Secret,
}

/// Whether the user has a password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HasPassword)]
struct HasPasswordOut {
    has_password: bool,
}

/// Whether a password has expired.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PasswordExpiration)]
pub struct ExpirationIn {
    #[serde(rename = "isExpired")]
    #[expect(dead_code, reason = "passwords do not expire here, whatever is asked")]
    is_expired: bool,
}

/// `GET /api/users/{id}/has-password`: whether the user has a password.
#[utoipa::path(
    get, path = "/api/users/{id}/has-password", tag = "management", operation_id = "showUserHasPassword", params(("id", description = "The user.")),
    responses((status = 200, body = HasPasswordOut), (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`.")),
)]
pub async fn show(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = find_user(&request, &id).await;
    let answer =
        |user: User| HttpResponse::Ok().json(HasPasswordOut { has_password: user.password_digest.is_some() });
    request.respond_for_id(&id, found.map(answer))
}

/// `PATCH /api/users/{id}/password`: sets a password. It is not checked against the policy, no session ends,
/// and no notice is sent.
#[utoipa::path(
    patch, path = "/api/users/{id}/password", tag = "management", operation_id = "setUserPassword", params(("id", description = "The user.")),
    request_body = PasswordIn,
    responses(
        (status = 200, body = crate::http::management_api::users::schema::UserOut),
        (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`."),
        (status = 422, description = "It is empty or too long: `password.rejected`."),
    ),
)]
pub async fn set(given: ManagementJson<PasswordIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let outcome = try_set(&request, &UserId(id.clone()), &body.password).await;
    respond_with_user(&request, &id, outcome)
}

async fn try_set(request: &ManagementRequest, id: &UserId, password: &Secret) -> Result<User> {
    find_user(request, id.as_str()).await?;
    user_management::set_password(request.core(), request.actor(), id, password).await
}

/// `POST /api/users/{id}/password/verify`: 204 if it is the user's password.
#[utoipa::path(
    post, path = "/api/users/{id}/password/verify", tag = "management", operation_id = "verifyUserPassword", params(("id", description = "The user.")),
    request_body = PasswordIn,
    responses(
        (status = 204),
        (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`."),
        (status = 422, description = "It is not: `session.invalid_credentials`."),
    ),
)]
pub async fn verify(given: ManagementJson<PasswordIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let user = UserId(id.clone());
    let checked =
        user_management::check_password(request.core(), request.actor(), &user, &body.password).await;
    request.respond_for_id(&id, checked.map(|()| HttpResponse::NoContent().finish()))
}

/// `PATCH /api/users/{id}/password/expiration`: always 400, because passwords do not expire here (NIST
/// 800-63B 3.1.1.2).
#[utoipa::path(
    patch, path = "/api/users/{id}/password/expiration", tag = "management", operation_id = "expireUserPassword", params(("id", description = "The user.")),
    request_body = ExpirationIn,
    responses((status = 400, description = "`sign_in_experiences.password_expiration_not_enabled`, or `guard.invalid_input`.")),
)]
pub async fn expire(given: ManagementJson<ExpirationIn>) -> ApiResponse {
    let code = "sign_in_experiences.password_expiration_not_enabled";
    ApiError::new(StatusCode::BAD_REQUEST, code).into_response(&given.request.call)
}
