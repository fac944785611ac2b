//! Connectors in the Management API: configure and test them. Secrets can be set but are never returned:
//! `******` stands in their place, which leaves them unchanged when it is sent back.

/// Factories, and tests.
pub mod factories;
/// JSON types.
mod schema;

use actix_web::HttpResponse;
use actix_web::web::Path;

use crate::http::api::ApiResponse;
use crate::http::management_api::connectors::schema::{ConnectorOut, NewIn, PatchIn};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use rekey_core::connectors::port::ConnectorRegistry;
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::connectors::{self, ConnectorPatch, NewConnector};
use rekey_core::types::error::Result;

fn connector_registry(request: &ManagementRequest) -> &dyn ConnectorRegistry {
    request.call.app.get_ref()
}

/// `GET /api/connectors`: all connectors, in the order of their priority.
#[utoipa::path(
    get, path = "/api/connectors", tag = "management", operation_id = "listConnectors",
    responses((status = 200, body = [ConnectorOut])),
)]
pub async fn list(request: ManagementRequest) -> ApiResponse {
    let found = connectors::list(request.core()).await;
    let all = |found: Vec<ConnectorSpec>| {
        let shown: Vec<_> = found
            .into_iter()
            .map(|connector| ConnectorOut::new(connector_registry(&request), connector))
            .collect();
        HttpResponse::Ok().json(shown)
    };
    request.respond(found.map(all))
}

/// `POST /api/connectors`: creates a connector. It replaces those of its kind, unless it has a priority.
#[utoipa::path(
    post, path = "/api/connectors", tag = "management", operation_id = "createConnector", request_body = NewIn,
    responses(
        (status = 200, body = ConnectorOut),
        (status = 400, description = "`connector.invalid_config` with what is wrong in `details`, `guard.invalid_input`."),
        (status = 422, description = "`connector.not_found_with_connector_id`: there is no such factory. `entity.unique_integrity_violation`: the id is taken."),
    ),
)]
pub async fn create(given: ManagementJson<NewIn>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond(try_create(&request, body).await)
}

async fn try_create(request: &ManagementRequest, body: NewIn) -> Result<ApiResponse> {
    let NewIn { connector_id: factory, config, id, priority, .. } = body;
    let new = NewConnector { id, factory, config, priority };
    let core = request.core();
    let connector = connectors::create(core, request.actor(), connector_registry(request), new).await?;
    request
        .refresh_then(HttpResponse::Ok().json(ConnectorOut::new(connector_registry(request), connector)))
        .await
}

/// `GET /api/connectors/{id}`: a connector.
#[utoipa::path(
    get, path = "/api/connectors/{id}", tag = "management", operation_id = "showConnector",
    params(("id", description = "The connector.")),
    responses(
        (status = 200, body = ConnectorOut),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn show(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = connectors::find(request.core(), &id).await;
    request.respond_for_id(
        &id,
        found.map(|connector| {
            HttpResponse::Ok().json(ConnectorOut::new(connector_registry(&request), connector))
        }),
    )
}

/// `PATCH /api/connectors/{id}`: changes settings or priority.
#[utoipa::path(
    patch, path = "/api/connectors/{id}", tag = "management", operation_id = "updateConnector",
    params(("id", description = "The connector.")), request_body = PatchIn,
    responses(
        (status = 200, body = ConnectorOut),
        (status = 400, description = "`connector.invalid_config` with what is wrong in `details`, `guard.invalid_input`."),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
        (status = 422, description = "`connector.not_found_with_connector_id`: it is one of development, which only the bootstrap file sets up."),
    ),
)]
pub async fn update(given: ManagementJson<PatchIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let outcome = try_update(&request, &id, body).await;
    request.respond_for_id(&id, outcome)
}

async fn try_update(request: &ManagementRequest, id: &str, body: PatchIn) -> Result<ApiResponse> {
    let core = request.core();
    let change = ConnectorPatch { config: body.config, priority: body.priority };
    let connector = connectors::patch(core, request.actor(), connector_registry(request), id, change).await?;
    request
        .refresh_then(HttpResponse::Ok().json(ConnectorOut::new(connector_registry(request), connector)))
        .await
}

/// `DELETE /api/connectors/{id}`: deletes a connector. Messages that only it could send wait, and what needs
/// them is no longer offered.
#[utoipa::path(
    delete, path = "/api/connectors/{id}", tag = "management", operation_id = "deleteConnector",
    params(("id", description = "The connector.")),
    responses(
        (status = 204, description = "Done. If it was the last of its kind, the header Rekey-Stops-Working names what no longer works, such as recovery by email."),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn destroy(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let deleted = connectors::delete(request.core(), request.actor(), &id).await;
    let answer = |stops: Vec<&str>| {
        let mut answer = HttpResponse::NoContent();
        if !stops.is_empty() {
            answer.insert_header(("Rekey-Stops-Working", stops.join(", ")));
        }
        answer.finish()
    };
    request.respond_to_change(&id, deleted.map(answer)).await
}
