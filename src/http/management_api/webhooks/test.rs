//! A test: sends events about a fictional user to a URL before it is stored, or to find out why nothing
//! arrives.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use crate::http::management_api::webhooks::schema::HookConfig;
use rekey_core::types::error::Result;
use rekey_core::webhooks::trial::{self, Trial};
use rekey_core::webhooks::webhook::{HookEvent, WebhookResponse};

/// A test delivery.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = HookTest)]
pub struct TestIn {
    /// The events; at least one.
    events: Vec<HookEvent>,
    /// The target.
    #[validate(nested)]
    config: HookConfig,
}

/// `POST /api/hooks/{id}/test`: sends a sample body of each event, signed with the key of this webhook.
#[utoipa::path(
    post, path = "/api/hooks/{id}/test", tag = "management", operation_id = "testHook", params(("id", description = "The webhook.")),
    request_body = TestIn,
    responses(
        (status = 204),
        (status = 400, description = "`guard.invalid_input`, or `hook.missing_events`."),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
        (status = 422, description = "It answered something else than 2xx: `hook.endpoint_responded_with_error`, with the answer in `data`; or it \
                                      could not be reached: `hook.send_test_payload_failed`."),
    ),
)]
pub async fn send(given: ManagementJson<TestIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond_for_id(&id, try_send(&request, &id, body).await)
}

async fn try_send(machine: &ManagementRequest, id: &str, body: TestIn) -> Result<ApiResponse> {
    let app = &machine.call.app;
    let parcels = trial::sample_requests(&app.core, id, &body.events, body.config.into()).await?;
    let mut last = None;
    for parcel in parcels {
        let heard = app.webhooks.post(&parcel, app.webhook_reach()).await;
        let failed = delivery_error(&heard).is_some();
        last = Some(heard);
        if failed {
            break;
        }
    }
    let trial = Trial { events: &body.events, heard: last.as_ref() };
    trial::audit_test(&app.core, machine.actor(), id, trial).await?;
    let failed = last.as_ref().and_then(delivery_error).map(|error| error.into_response(&machine.call));
    Ok(failed.unwrap_or_else(|| HttpResponse::NoContent().finish()))
}

fn delivery_error(heard: &WebhookResponse) -> Option<ApiError> {
    let error = |code| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code);
    match heard.status {
        Some(200..300) => None,
        Some(status) => {
            let data = json!({ "responseStatus": status, "responseBody": heard.text });
            Some(error("hook.endpoint_responded_with_error").with_data(data))
        }
        None => Some(error("hook.send_test_payload_failed").with_data(json!({ "message": heard.text }))),
    }
}
