//! The bodies of the deliveries of webhooks.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use crate::core::types::time::Timestamp;
use crate::core::webhooks::deliveries::Delivery;
use crate::http::management_api::webhooks::deliveries::LOG_KEY_PREFIX;

/// A delivery.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookDelivery)]
pub(super) struct DeliveryOut {
    /// What the receiver sees as `webhook-id`, on every try.
    pub(super) id: String,
    pub(super) event: String,
    /// `pending`, `delivered` or `failed`.
    state: String,
    /// Tries so far.
    attempts: i64,
    /// What was sent.
    pub(super) request: Map<String, Value>,
    /// The last answer.
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

/// What a receiver answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookResponse)]
pub struct ResponseOut {
    /// The status; null when there was no answer.
    pub status_code: Option<i64>,
    /// The beginning of the text, or why there was no answer.
    pub body: Option<String>,
}

/// A delivery as the audit log would say it.
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

/// Since when everything is sent again.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = HookReplay)]
pub struct ReplayIn {
    /// In milliseconds since 1970.
    pub(super) since: Timestamp,
}

/// How many are sent again.
#[derive(Serialize, ToSchema)]
#[schema(as = HookReplayResult)]
pub(super) struct ReplayedOut {
    pub(super) count: u64,
}

pub(super) fn to_log_out(hook: &str, delivery: Delivery) -> LogOut {
    let key = format!("{LOG_KEY_PREFIX}{}", delivery.event);
    let response = ResponseOut { status_code: delivery.status, body: delivery.answer };
    let result = if delivery.state == "delivered" { "Success" } else { "Error" };
    let payload =
        LogPayload { key: key.clone(), result, hook_id: hook.to_owned(), json: delivery.body, response };
    LogOut { tenant_id: "default", id: delivery.id, key, payload, created_at: delivery.created_at }
}
