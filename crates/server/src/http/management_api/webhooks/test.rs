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
use crate::http::management_api::webhooks::schema::WebhookConfigIn;
use rekey_core::types::error::Result;
use rekey_core::webhooks::trial::{self, Trial};
use rekey_core::webhooks::webhook::{WebhookEventKind, WebhookResponse};

/// A test delivery.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = HookTest)]
pub struct TestIn {
    /// The events; at least one.
    events: Vec<WebhookEventKind>,
    /// The target.
    #[validate(nested)]
    config: WebhookConfigIn,
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

async fn try_send(request: &ManagementRequest, id: &str, body: TestIn) -> Result<ApiResponse> {
    let app = &request.call.app;
    let requests = trial::sample_requests(&app.core, id, &body.events, body.config.into()).await?;
    let mut last = None;
    for signed in requests {
        let response = app.webhooks.post(&signed, app.webhook_reach(id, signed.url.expose())).await;
        let failed = delivery_error(&response).is_some();
        last = Some(response);
        if failed {
            break;
        }
    }
    let trial = Trial { events: &body.events, response: last.as_ref() };
    trial::audit_test(&app.core, request.actor(), id, trial).await?;
    let failed = last.as_ref().and_then(delivery_error).map(|error| error.into_response(&request.call));
    Ok(failed.unwrap_or_else(|| HttpResponse::NoContent().finish()))
}

fn delivery_error(response: &WebhookResponse) -> Option<ApiError> {
    let error = |code| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code);
    match response.status {
        Some(200..300) => None,
        Some(status) => {
            let data = json!({ "responseStatus": status, "responseBody": response.text });
            Some(error("hook.endpoint_responded_with_error").with_data(data))
        }
        None => Some(error("hook.send_test_payload_failed").with_data(json!({ "message": response.text }))),
    }
}
