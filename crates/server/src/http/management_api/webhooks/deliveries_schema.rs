//! The bodies of the deliveries of webhooks, and how many there were.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::management_api::webhooks::deliveries::LOG_KEY_PREFIX;
use rekey_core::types::time::Timestamp;
use rekey_core::webhooks::deliveries::Delivery;

/// A delivery.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookDelivery)]
pub(super) struct DeliveryOut {
    /// The `webhook-id` header, the same on every attempt.
    pub(super) id: String,
    pub(super) event: String,
    /// `pending`, `delivered` or `failed`.
    state: String,
    /// Attempts so far.
    attempts: i64,
    /// The delivered body.
    pub(super) request: Map<String, Value>,
    /// The last response.
    response: ResponseOut,
    created_at: Timestamp,
    done_at: Option<Timestamp>,
}

impl From<Delivery> for DeliveryOut {
    fn from(delivery: Delivery) -> Self {
        let Delivery { id, event, state, attempts, body, status, answer, created_at, done_at } = delivery;
        let response = ResponseOut { status_code: status, body: answer };
        Self { id, event, state, attempts, request: body, response, created_at, done_at }
    }
}

/// The response of a receiver.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookResponse)]
pub struct ResponseOut {
    /// The status; null if there was no response.
    pub status_code: Option<i64>,
    /// The beginning of the body, or why there was no response.
    pub body: Option<String>,
}

/// A delivery in the form of an audit log entry.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookLog)]
pub(super) struct LogOut {
    tenant_id: &'static str,
    pub(super) id: String,
    key: String,
    payload: LogPayload,
    created_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookLogPayload)]
struct LogPayload {
    key: String,
    /// `Success` or `Error`.
    pub(super) result: &'static str,
    hook_id: String,
    pub(super) json: Map<String, Value>,
    response: ResponseOut,
}

/// The deliveries of the last day.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookStats)]
pub(super) struct WebhookStats {
    /// The successful ones.
    pub success_count: i64,
    /// All that succeeded or failed.
    pub request_count: i64,
}

/// The start of the time range from which events are sent again.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = HookReplay)]
pub struct ReplayIn {
    /// In milliseconds since 1970.
    pub(super) since: Timestamp,
}

/// The number of deliveries that are sent again.
#[derive(Serialize, ToSchema)]
#[schema(as = HookReplayResult)]
pub(super) struct ReplayedOut {
    pub(super) count: u64,
}

pub(super) fn to_log_out(webhook: &str, delivery: Delivery) -> LogOut {
    let key = format!("{LOG_KEY_PREFIX}{}", delivery.event);
    let response = ResponseOut { status_code: delivery.status, body: delivery.answer };
    let result = if delivery.state == "delivered" { "Success" } else { "Error" };
    let payload =
        LogPayload { key: key.clone(), result, hook_id: webhook.to_owned(), json: delivery.body, response };
    LogOut { tenant_id: "default", id: delivery.id, key, payload, created_at: delivery.created_at }
}
