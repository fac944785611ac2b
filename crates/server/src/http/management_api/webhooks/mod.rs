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
use crate::http::management_api::webhooks::schema::{NewWebhookIn, WebhookOut, WebhookPatchIn};
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
pub async fn list(request: ManagementRequest, http_request: HttpRequest) -> ApiResponse {
    match ListQuery::from_http_request(&http_request).bool_param(STATS_PARAM) {
        Ok(with_stats) => request.respond(try_list(&request, with_stats).await),
        Err(error) => error.into_response(&request.call),
    }
}

async fn try_list(request: &ManagementRequest, with_stats: bool) -> Result<ApiResponse> {
    let webhooks = webhooks::list(request.core(), request.actor()).await?;
    let stats = load_stats(request, with_stats).await?;
    let shown: Vec<WebhookOut> =
        webhooks.into_iter().map(|webhook| to_webhook_out(webhook, stats.as_ref())).collect();
    Ok(HttpResponse::Ok().json(shown))
}

/// The attempts of the last day by webhook, if they were requested.
async fn load_stats(request: &ManagementRequest, wanted: bool) -> Result<Option<StatsByWebhook>> {
    if !wanted {
        return Ok(None);
    }
    let counted = count_by_webhook(request.core()).await?.into_iter();
    let by_hook =
        |(webhook, success_count, request_count)| (webhook, WebhookStats { success_count, request_count });
    Ok(Some(counted.map(by_hook).collect()))
}

fn to_webhook_out(webhook: Webhook, stats: Option<&StatsByWebhook>) -> WebhookOut {
    let counted = stats.map(|stats| stats.get(&webhook.id).copied().unwrap_or_default());
    WebhookOut::from(webhook).with_stats(counted)
}

/// `POST /api/hooks`: creates a webhook.
#[utoipa::path(
    post, path = "/api/hooks", tag = "management", operation_id = "createHook", request_body = NewWebhookIn,
    responses((status = 201, body = WebhookOut), (status = 400, description = "`guard.invalid_input`, or `hook.missing_events`.")),
)]
pub async fn create(given: ManagementJson<NewWebhookIn>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond(try_create(&request, body).await)
}

async fn try_create(request: &ManagementRequest, body: NewWebhookIn) -> Result<ApiResponse> {
    let webhook = webhooks::create(request.core(), request.actor(), body.into()).await?;
    request.refresh_then(HttpResponse::Created().json(WebhookOut::from(webhook))).await
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
pub async fn show(request: ManagementRequest, id: Path<String>, http_request: HttpRequest) -> ApiResponse {
    match ListQuery::from_http_request(&http_request).bool_param(STATS_PARAM) {
        Ok(with_stats) => request.respond_for_id(&id, try_show(&request, &id, with_stats).await),
        Err(error) => error.into_response(&request.call),
    }
}

async fn try_show(request: &ManagementRequest, id: &str, with_stats: bool) -> Result<ApiResponse> {
    let webhook = webhooks::find(request.core(), request.actor(), id).await?;
    let stats = load_stats(request, with_stats).await?;
    Ok(HttpResponse::Ok().json(to_webhook_out(webhook, stats.as_ref())))
}

/// `PATCH /api/hooks/{id}`: replaces the named fields as a whole.
#[utoipa::path(
    patch, path = "/api/hooks/{id}", tag = "management", operation_id = "updateHook", params(("id", description = "The webhook.")),
    request_body = WebhookPatchIn,
    responses(
        (status = 200, body = WebhookOut),
        (status = 400, description = "`guard.invalid_input`, or `hook.missing_events`."),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn update(given: ManagementJson<WebhookPatchIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let patched = webhooks::patch(request.core(), request.actor(), &id, body.into()).await;
    request
        .respond_to_change(&id, patched.map(|webhook| HttpResponse::Ok().json(WebhookOut::from(webhook))))
        .await
}

/// `PATCH /api/hooks/{id}/signing-key`: generates a new key; the previous one also signs for a day.
#[utoipa::path(
    patch, path = "/api/hooks/{id}/signing-key", tag = "management", operation_id = "rotateHookSigningKey",
    params(("id", description = "The webhook.")),
    responses((status = 200, body = WebhookOut), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn rotate_signing_key(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let rotated = webhooks::rotate(request.core(), request.actor(), &id).await;
    request
        .respond_to_change(&id, rotated.map(|webhook| HttpResponse::Ok().json(WebhookOut::from(webhook))))
        .await
}

/// `DELETE /api/hooks/{id}`: deletes a webhook with its deliveries.
#[utoipa::path(
    delete, path = "/api/hooks/{id}", tag = "management", operation_id = "deleteHook", params(("id", description = "The webhook.")),
    responses((status = 204), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let deleted = webhooks::delete(request.core(), request.actor(), &id).await;
    request.respond_to_change(&id, deleted.map(|()| HttpResponse::NoContent().finish())).await
}
