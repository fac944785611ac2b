//! The account center settings, which decide what signed-in users may see and change about themselves. Values
//! in the bootstrap file are applied again at every start.

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::api::{ApiResponse, JsonObject};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use rekey_core::settings::AccountCenter;
use rekey_core::snapshot;
use rekey_core::types::error::Result;

/// The account center.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ActiveAccountCenter)]
struct CenterOut {
    tenant_id: &'static str,
    id: &'static str,
    #[serde(flatten)]
    #[schema(inline)]
    center: AccountCenter,
}

fn current_response(request: &ManagementRequest) -> ApiResponse {
    let center = request.core().snapshot().settings.account_center.clone();
    HttpResponse::Ok().json(CenterOut { tenant_id: "default", id: "default", center })
}

/// `GET /api/account-center`: what signed-in users may see and change of their own account.
#[utoipa::path(
    get, path = "/api/account-center", tag = "management", operation_id = "showAccountCenter",
    responses((status = 200, body = CenterOut)),
)]
pub async fn show(request: ManagementRequest) -> ApiResponse {
    current_response(&request)
}

/// `PATCH /api/account-center`: replaces the named fields, and within `fields` the named ones; returns all of
/// them.
#[utoipa::path(
    patch, path = "/api/account-center", tag = "management", operation_id = "updateAccountCenter",
    request_body = AccountCenter,
    responses((status = 200, body = CenterOut), (status = 400, description = "`guard.invalid_input`.")),
)]
pub async fn update(given: ManagementJson<JsonObject>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let outcome = try_update(&request, body.0).await;
    request.respond(outcome)
}

async fn try_update(request: &ManagementRequest, patch: Map<String, Value>) -> Result<ApiResponse> {
    let call = &request.call;
    snapshot::patch_account_center(call.context(), &request.actor_id, patch).await?;
    call.app.reload_settings().await?;
    Ok(current_response(request))
}
