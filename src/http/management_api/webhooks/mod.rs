//! Webhooks: create, list and change them. The signing key is in every response about a webhook, because the
//! operator has to give it to the receiver.

/// Deliveries, and sending them again.
pub mod deliveries;
mod deliveries_schema;
/// JSON types.
mod schema;
/// Test deliveries.
pub mod test;

use std::collections::HashMap;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use crate::http::api::ApiResponse;
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use crate::http::management_api::pagination::ListQuery;
use crate::http::management_api::webhooks::deliveries_schema::WebhookStats;
use crate::http::management_api::webhooks::schema::{HookPatch, NewHook, WebhookOut};
use rekey_core::types::error::Result;
use rekey_core::webhooks;
use rekey_core::webhooks::deliveries::count_by_webhook;
use rekey_core::webhooks::webhook::Webhook;

/// The parameter that requests delivery statistics.
const STATS_PARAM: &str = "includeExecutionStats";

type StatsByWebhook = HashMap<String, WebhookStats>;

/// `GET /api/hooks`: all webhooks, in the order of their creation.
#[utoipa::path(
    get, path = "/api/hooks", tag = "management", operation_id = "listHooks",
    params(("includeExecutionStats" = Option<bool>, Query, description = "Whether to count the deliveries of the last day.")),
    responses((status = 200, body = [WebhookOut]), (status = 400, description = "`guard.invalid_input`.")),
)]
pub async fn list(machine: ManagementRequest, request: HttpRequest) -> ApiResponse {
    match ListQuery::from_http_request(&request).bool_param(STATS_PARAM) {
        Ok(with_stats) => machine.respond(try_list(&machine, with_stats).await),
        Err(error) => error.into_response(&machine.call),
    }
}

async fn try_list(machine: &ManagementRequest, with_stats: bool) -> Result<ApiResponse> {
    let hooks = webhooks::list(machine.core(), machine.actor()).await?;
    let stats = load_stats(machine, with_stats).await?;
    let shown: Vec<WebhookOut> = hooks.into_iter().map(|hook| to_webhook_out(hook, stats.as_ref())).collect();
    Ok(HttpResponse::Ok().json(shown))
}

/// The attempts of the last day by webhook, if they were requested.
async fn load_stats(machine: &ManagementRequest, wanted: bool) -> Result<Option<StatsByWebhook>> {
    if !wanted {
        return Ok(None);
    }
    let counted = count_by_webhook(machine.core()).await?.into_iter();
    let by_hook =
        |(hook, success_count, request_count)| (hook, WebhookStats { success_count, request_count });
    Ok(Some(counted.map(by_hook).collect()))
}

fn to_webhook_out(hook: Webhook, stats: Option<&StatsByWebhook>) -> WebhookOut {
    let counted = stats.map(|stats| stats.get(&hook.id).copied().unwrap_or_default());
    WebhookOut::from(hook).with_stats(counted)
}

/// `POST /api/hooks`: creates a webhook.
#[utoipa::path(
    post, path = "/api/hooks", tag = "management", operation_id = "createHook", request_body = NewHook,
    responses((status = 201, body = WebhookOut), (status = 400, description = "`guard.invalid_input`, or `hook.missing_events`.")),
)]
pub async fn create(given: ManagementJson<NewHook>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond(try_create(&request, body).await)
}

async fn try_create(machine: &ManagementRequest, body: NewHook) -> Result<ApiResponse> {
    let hook = webhooks::create(machine.core(), machine.actor(), body.into()).await?;
    machine.refresh_then(HttpResponse::Created().json(WebhookOut::from(hook))).await
}

/// `GET /api/hooks/{id}`: a webhook.
#[utoipa::path(
    get, path = "/api/hooks/{id}", tag = "management", operation_id = "showHook",
    params(("id", description = "The webhook."), ("includeExecutionStats" = Option<bool>, Query, description = "Whether to count the deliveries of the last day.")),
    responses(
        (status = 200, body = WebhookOut),
        (status = 400, description = "`guard.invalid_input`."),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn show(machine: ManagementRequest, id: Path<String>, request: HttpRequest) -> ApiResponse {
    match ListQuery::from_http_request(&request).bool_param(STATS_PARAM) {
        Ok(with_stats) => machine.respond_for_id(&id, try_show(&machine, &id, with_stats).await),
        Err(error) => error.into_response(&machine.call),
    }
}

async fn try_show(machine: &ManagementRequest, id: &str, with_stats: bool) -> Result<ApiResponse> {
    let hook = webhooks::find(machine.core(), machine.actor(), id).await?;
    let stats = load_stats(machine, with_stats).await?;
    Ok(HttpResponse::Ok().json(to_webhook_out(hook, stats.as_ref())))
}

/// `PATCH /api/hooks/{id}`: replaces the named fields as a whole.
#[utoipa::path(
    patch, path = "/api/hooks/{id}", tag = "management", operation_id = "updateHook", params(("id", description = "The webhook.")),
    request_body = HookPatch,
    responses(
        (status = 200, body = WebhookOut),
        (status = 400, description = "`guard.invalid_input`, or `hook.missing_events`."),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn update(given: ManagementJson<HookPatch>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let patched = webhooks::patch(request.core(), request.actor(), &id, body.into()).await;
    request.respond_to_change(&id, patched.map(|hook| HttpResponse::Ok().json(WebhookOut::from(hook)))).await
}

/// `PATCH /api/hooks/{id}/signing-key`: generates a new key; the previous one also signs for a day.
#[utoipa::path(
    patch, path = "/api/hooks/{id}/signing-key", tag = "management", operation_id = "rotateHookSigningKey",
    params(("id", description = "The webhook.")),
    responses((status = 200, body = WebhookOut), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn rotate_signing_key(machine: ManagementRequest, id: Path<String>) -> ApiResponse {
    let rotated = webhooks::rotate(machine.core(), machine.actor(), &id).await;
    machine.respond_to_change(&id, rotated.map(|hook| HttpResponse::Ok().json(WebhookOut::from(hook)))).await
}

/// `DELETE /api/hooks/{id}`: deletes a webhook with its deliveries.
#[utoipa::path(
    delete, path = "/api/hooks/{id}", tag = "management", operation_id = "deleteHook", params(("id", description = "The webhook.")),
    responses((status = 204), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(machine: ManagementRequest, id: Path<String>) -> ApiResponse {
    let deleted = webhooks::delete(machine.core(), machine.actor(), &id).await;
    machine.respond_to_change(&id, deleted.map(|()| HttpResponse::NoContent().finish())).await
}
