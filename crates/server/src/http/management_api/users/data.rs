//! A user's custom data and profile. The given fields are merged into the stored ones; `PATCH
//! /api/users/{id}` replaces the whole.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::{ApiResponse, JsonObject};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use crate::http::management_api::users::find_user;
use rekey_core::types::ids::UserId;
use rekey_core::user_management;
use rekey_core::users::custom_data::Document;
use rekey_core::users::profile::Profile;

/// Custom data of apps.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CustomData)]
pub struct DataIn {
    custom_data: Map<String, Value>,
}

/// The profile.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ProfilePatch)]
pub struct ProfileIn {
    /// Null removes a field.
    #[schema(value_type = Profile)]
    profile: Map<String, Value>,
}

/// `GET /api/users/{id}/custom-data`: the custom data of apps.
#[utoipa::path(
    get, path = "/api/users/{id}/custom-data", tag = "management", operation_id = "showUserCustomData", params(("id", description = "The user.")),
    responses((status = 200, body = Document), (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`.")),
)]
pub async fn show(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = find_user(&request, &id).await;
    request.respond_for_id(&id, found.map(|user| HttpResponse::Ok().json(user.custom_data)))
}

/// `PATCH /api/users/{id}/custom-data`: merges these fields into the custom data.
#[utoipa::path(
    patch, path = "/api/users/{id}/custom-data", tag = "management", operation_id = "updateUserCustomData", params(("id", description = "The user.")),
    request_body = DataIn,
    responses((status = 200, body = Document), (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`.")),
)]
pub async fn update(given: ManagementJson<DataIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let user = UserId(id.clone());
    let changed =
        user_management::merge_custom_data(request.core(), request.actor(), &user, body.custom_data).await;
    request.respond_for_id(&id, changed.map(|user| HttpResponse::Ok().json(user.custom_data)))
}

/// `PATCH /api/users/{id}/profile`: merges these fields into the profile.
#[utoipa::path(
    patch, path = "/api/users/{id}/profile", tag = "management", operation_id = "updateUserProfile", params(("id", description = "The user.")),
    request_body = ProfileIn,
    responses((status = 200, body = Profile), (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`.")),
)]
pub async fn update_profile(given: ManagementJson<ProfileIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let user = UserId(id.clone());
    let changed = user_management::merge_profile(request.core(), request.actor(), &user, body.profile).await;
    request.respond_for_id(&id, changed.map(|user| HttpResponse::Ok().json(user.profile)))
}

/// `GET /api/users/{id}/logto-configs`: data of API clients about the user. No one else sees it, and it has
/// no effect.
#[utoipa::path(
    get, path = "/api/users/{id}/logto-configs", tag = "management", operation_id = "showUserConfigs", params(("id", description = "The user.")),
    responses((status = 200, body = Document), (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`.")),
)]
pub async fn show_configs(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = find_user(&request, &id).await;
    request.respond_for_id(&id, found.map(|user| HttpResponse::Ok().json(user.configs)))
}

/// `PATCH /api/users/{id}/logto-configs`: merges these fields into that data.
#[utoipa::path(
    patch, path = "/api/users/{id}/logto-configs", tag = "management", operation_id = "updateUserConfigs", params(("id", description = "The user.")),
    request_body = Document,
    responses((status = 200, body = Document), (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`.")),
)]
pub async fn update_configs(given: ManagementJson<JsonObject>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let user = UserId(id.clone());
    let changed = user_management::merge_configs(request.core(), request.actor(), &user, body.0).await;
    request.respond_for_id(&id, changed.map(|user| HttpResponse::Ok().json(user.configs)))
}
