//! The secrets of an application. Two may be valid at once: create the new one, deploy it, delete the old
//! one.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::ApiResponse;
use crate::http::api::validation::validate_name;
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use rekey_core::apps::{self, AppSecret, NewSecret};
use rekey_core::types::error::Result;
use rekey_core::types::time::Timestamp;

/// A new secret.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewApplicationSecret)]
pub struct SecretIn {
    #[schema(min_length = 1, max_length = 128)]
    #[validate(custom(function = validate_name::<128>))]
    name: String,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

/// `GET /api/applications/{id}/secrets`: names and times of the secrets, without their values.
#[utoipa::path(
    get, path = "/api/applications/{id}/secrets", tag = "management", operation_id = "listApplicationSecrets", params(("id", description = "The client id.")),
    responses((status = 200, body = [SecretOut]), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn list(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = apps::list_secrets(request.core(), &id).await;
    let shown = |secrets: Vec<AppSecret>| secrets.into_iter().map(SecretOut::from).collect::<Vec<_>>();
    request.respond_for_id(&id, found.map(|secrets| HttpResponse::Ok().json(shown(secrets))))
}

/// `POST /api/applications/{id}/secrets`: creates a secret. Only this response has its value.
#[utoipa::path(
    post, path = "/api/applications/{id}/secrets", tag = "management", operation_id = "createApplicationSecret", params(("id", description = "The client id.")), request_body = SecretIn,
    responses(
        (status = 201, body = SecretOut),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
        (status = 422, description = "The name is taken: `entity.unique_integrity_violation`. A public application has no secrets: `request.refused`."),
    ),
)]
pub async fn create(given: ManagementJson<SecretIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond_for_id(&id, try_create(&request, &id, body).await)
}

async fn try_create(request: &ManagementRequest, id: &str, body: SecretIn) -> Result<ApiResponse> {
    let new = NewSecret { name: body.name, expires_at: body.expires_at };
    let (row, secret) = apps::add_secret(request.core(), request.actor(), id, new).await?;
    let shown = SecretOut { value: Some(secret.expose().to_owned()), ..SecretOut::from(row) };
    request.refresh_then(HttpResponse::Created().json(shown)).await
}

/// `DELETE /api/applications/{id}/secrets/{name}`: deletes a secret, which is invalid from then on.
#[utoipa::path(
    delete, path = "/api/applications/{id}/secrets/{name}", tag = "management", operation_id = "deleteApplicationSecret",
    params(("id", description = "The client id."), ("name", description = "The name of the secret.")),
    responses((status = 204), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(request: ManagementRequest, place: Path<(String, String)>) -> ApiResponse {
    let (id, name) = place.into_inner();
    let deleted = apps::delete_secret(request.core(), request.actor(), &id, &name).await;
    request.respond_to_change(&name, deleted.map(|()| HttpResponse::NoContent().finish())).await
}

/// A secret, without its value.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApplicationSecret)]
struct SecretOut {
    tenant_id: &'static str,
    application_id: String,
    name: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    /// The value; only in the response that creates it.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

impl From<AppSecret> for SecretOut {
    fn from(secret: AppSecret) -> Self {
        let AppSecret { app_id: application_id, name, created_at, expires_at, .. } = secret;
        Self { tenant_id: "default", application_id, name, created_at, expires_at, value: None }
    }
}
