//! Applications in the Management API. A secret is only in the response that creates it.

mod fields;
/// Request bodies, for the API description.
mod request_schema;
/// JSON types.
mod schema;
/// Application secrets.
pub mod secrets;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value};

use crate::http::api::{ApiResponse, JsonObject};
use crate::http::management_api::applications::schema::ApplicationOut;
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use crate::http::management_api::pagination::{ListQuery, Page};
use rekey_core::apps;
use rekey_core::apps::client_app::ClientApp;
use rekey_core::types::error::Result;

/// `GET /api/applications`: all applications, or those of `types` or with `search` in their name.
#[utoipa::path(
    get, path = "/api/applications", tag = "management", operation_id = "listApplications",
    params(
        ("types" = Option<String>, Query, description = "Only these types, separated by commas."),
        ("search" = Option<String>, Query, description = "Only those with this text in their name, ignoring case, or with this id."),
        Page,
    ),
    responses((status = 200, body = [ApplicationOut<'static>]), (status = 400, description = "`guard.invalid_pagination`.")),
)]
pub async fn list(request: ManagementRequest, http_request: HttpRequest) -> ApiResponse {
    let list_query = ListQuery::from_http_request(&http_request);
    match apps::list(request.core()).await {
        Ok(all) => {
            let wanted = all.iter().filter(|app| matches_filter(app, &list_query));
            list_query.respond_with_page(&request.call, &wanted.map(ApplicationOut::from).collect::<Vec<_>>())
        }
        Err(error) => request.respond(Err(error)),
    }
}

fn matches_filter(app: &ClientApp, list_query: &ListQuery) -> bool {
    let mut types = list_query.values("types").flat_map(|types| types.split(',')).peekable();
    let mut texts = list_query.values("search").map(|text| text.trim_matches('%').to_lowercase());
    let name = app.name.to_lowercase();
    (types.peek().is_none() || types.any(|kind| kind == app.kind.name()))
        && texts.all(|text| name.contains(&text) || app.id.to_lowercase() == text)
}

/// `POST /api/applications`: registers an application; the response has the first secret of a confidential
/// one.
#[utoipa::path(
    post, path = "/api/applications", tag = "management", operation_id = "createApplication", request_body = request_schema::ApplicationIn,
    responses(
        (status = 200, body = ApplicationOut<'static>),
        (status = 422, description = "The id is taken: `entity.unique_integrity_violation`."),
    ),
)]
pub async fn create(given: ManagementJson<JsonObject>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond(try_create(&request, body.0).await)
}

async fn try_create(request: &ManagementRequest, body: Map<String, Value>) -> Result<ApiResponse> {
    let fields = fields::flatten_fields(body, &["id", "type"])?;
    let made = apps::create(request.core(), request.actor(), fields).await;
    let (app, secret) = made.map_err(fields::map_problem_paths)?;
    request.refresh_then(HttpResponse::Ok().json(ApplicationOut::with_secret(&app, secret.as_ref()))).await
}

/// `GET /api/applications/{id}`: an application.
#[utoipa::path(
    get, path = "/api/applications/{id}", tag = "management", operation_id = "showApplication", params(("id", description = "The client id.")),
    responses((status = 200, body = ApplicationOut<'static>), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn show(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = apps::find(request.core(), &id).await;
    request.respond_for_id(&id, found.map(|app| HttpResponse::Ok().json(ApplicationOut::from(&app))))
}

/// `PATCH /api/applications/{id}`: replaces the named fields; null restores the default.
#[utoipa::path(
    patch, path = "/api/applications/{id}", tag = "management", operation_id = "updateApplication", params(("id", description = "The client id.")),
    request_body = request_schema::ApplicationPatch,
    responses((status = 200, body = ApplicationOut<'static>), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn update(given: ManagementJson<JsonObject>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond_for_id(&id, try_update(&request, &id, body.0).await)
}

async fn try_update(request: &ManagementRequest, id: &str, body: Map<String, Value>) -> Result<ApiResponse> {
    let fields = fields::flatten_fields(body, &[])?;
    let patched = apps::patch(request.core(), request.actor(), id, fields).await;
    let app = patched.map_err(fields::map_problem_paths)?;
    request.refresh_then(HttpResponse::Ok().json(ApplicationOut::from(&app))).await
}

/// `DELETE /api/applications/{id}`: deletes an application with its secrets and tokens.
#[utoipa::path(
    delete, path = "/api/applications/{id}", tag = "management", operation_id = "deleteApplication", params(("id", description = "The client id.")),
    responses((status = 204), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let deleted = apps::delete(request.core(), request.actor(), &id).await;
    request.respond_to_change(&id, deleted.map(|()| HttpResponse::NoContent().finish())).await
}
