//! Users: create, change and delete them. Administrators are exempt from the password policy and from
//! nothing else.

/// Custom data and profile.
pub mod data;
/// Passwords.
pub mod passwords;
/// Request bodies.
mod request_schema;
/// The JSON form of a user.
mod schema;
/// Lists and searches.
pub mod search;
/// Sessions.
pub mod sessions;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use crate::http::api::ApiResponse;
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use crate::http::management_api::pagination::ListQuery;
use crate::http::management_api::users::request_schema::{NewUserIn, SuspensionIn, UserPatchIn};
use crate::http::management_api::users::schema::UserOut;
use rekey_core::types::error::{Refusal, Result};
use rekey_core::types::ids::UserId;
use rekey_core::user_management::{self, InitialPassword, import_hash};
use rekey_core::users;
use rekey_core::users::user::User;

/// `POST /api/users`: creates a user.
#[utoipa::path(
    post, path = "/api/users", tag = "management", operation_id = "createUser", request_body = NewUserIn,
    responses(
        (status = 200, body = UserOut),
        (status = 400, description = "`guard.invalid_input`, `user.password_and_digest` or `user.password_algorithm_required`."),
        (status = 422, description = "Another person has it: `user.email_already_in_use`, `user.phone_already_in_use`, `user.username_already_in_use`. Or \
                                      the password is longer than any can be: `password.rejected`."),
    ),
)]
pub async fn create(given: ManagementJson<NewUserIn>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let created = try_create(&request, body).await;
    request.respond(created.map(|user| HttpResponse::Ok().json(UserOut::from(user))))
}

async fn try_create(request: &ManagementRequest, body: NewUserIn) -> Result<User> {
    let core = request.core();
    let (new, secrets) = body.into_parts();
    let password = match (secrets.password, secrets.digest, secrets.algorithm) {
        (Some(_), Some(_), _) => return Err(Refusal::PasswordAndDigest.into()),
        (None, Some(_), None) => return Err(Refusal::PasswordAlgorithmMissing.into()),
        (None, Some(digest), Some(algorithm)) => {
            Some(InitialPassword::Imported(import_hash::read_digest(algorithm, &digest)?))
        }
        (password, None, _) => password.map(InitialPassword::Plain),
    };
    user_management::create(core, request.actor(), new, password).await
}

/// `GET /api/users/{id}`: a user.
#[utoipa::path(
    get, path = "/api/users/{id}", tag = "management", operation_id = "showUser",
    params(
        ("id", description = "The user."),
        ("includeSsoIdentities" = Option<bool>, Query, description = "Whether to include `ssoIdentities`, of which there are none."),
        ("includePasswordHash" = Option<bool>, Query, description = "Whether to include `passwordDigest` and `passwordAlgorithm`."),
    ),
    responses(
        (status = 200, body = UserOut),
        (status = 400, description = "`guard.invalid_input`."),
        (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn show(request: ManagementRequest, id: Path<String>, http_request: HttpRequest) -> ApiResponse {
    let list_query = ListQuery::from_http_request(&http_request);
    let (sso, hash) =
        match (list_query.bool_param("includeSsoIdentities"), list_query.bool_param("includePasswordHash")) {
            (Ok(sso), Ok(hash)) => (sso, hash),
            (Err(error), _) | (_, Err(error)) => return error.into_response(&request.call),
        };
    let found = if hash {
        let user = UserId(id.clone());
        let found = users::search::with_digest(request.core(), request.actor(), &user).await;
        found.and_then(|user| user.ok_or(Refusal::NotFound.into()))
    } else {
        find_user(&request, &id).await
    };
    request
        .respond_for_id(&id, found.map(|user| HttpResponse::Ok().json(UserOut::with_extras(user, sso, hash))))
}

/// `PATCH /api/users/{id}`: replaces the named fields as a whole; null removes one.
#[utoipa::path(
    patch, path = "/api/users/{id}", tag = "management", operation_id = "updateUser", params(("id", description = "The user.")),
    request_body = UserPatchIn,
    responses(
        (status = 200, body = UserOut),
        (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`."),
        (status = 422, description = "It is taken: `user.email_already_in_use`, `user.phone_already_in_use`, `user.username_already_in_use`."),
    ),
)]
pub async fn update(given: ManagementJson<UserPatchIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let user = UserId(id.clone());
    let patched = user_management::patch(request.core(), request.actor(), &user, body.into()).await;
    respond_with_user(&request, &id, patched)
}

/// `PATCH /api/users/{id}/is-suspended`: suspends a user, which ends every session and token, or lifts the
/// suspension.
#[utoipa::path(
    patch, path = "/api/users/{id}/is-suspended", tag = "management", operation_id = "suspendUser", params(("id", description = "The user.")),
    request_body = SuspensionIn,
    responses((status = 200, body = UserOut), (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`.")),
)]
pub async fn suspend(given: ManagementJson<SuspensionIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let user = UserId(id.clone());
    let outcome =
        user_management::set_suspended(request.core(), request.actor(), &user, body.is_suspended).await;
    respond_with_user(&request, &id, outcome)
}

/// `DELETE /api/users/{id}`: deletes a user; all sessions and tokens end.
#[utoipa::path(
    delete, path = "/api/users/{id}", tag = "management", operation_id = "deleteUser", params(("id", description = "The user.")),
    responses((status = 204), (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let user = UserId(id.clone());
    let deleted = user_management::delete(request.core(), request.actor(), &user).await;
    request.respond_for_id(&id, deleted.map(|()| HttpResponse::NoContent().finish()))
}

/// The user with this id.
async fn find_user(request: &ManagementRequest, id: &str) -> Result<User> {
    let found = users::search::find(request.core(), &UserId(id.to_owned())).await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// A response with a user.
fn respond_with_user(request: &ManagementRequest, id: &str, outcome: Result<User>) -> ApiResponse {
    request.respond_for_id(id, outcome.map(|user| HttpResponse::Ok().json(UserOut::from(user))))
}
