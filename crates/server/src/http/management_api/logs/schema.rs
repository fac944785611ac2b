//! The JSON form of an audit log entry. Webhook deliveries are entries too, with their request and response.
//! The user agent is parsed for display; of an unknown one only its own text is shown.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::management_api::webhooks::deliveries::ResponseOut;
use rekey_core::audit::Entry;
use rekey_core::types::caller::user_agent::UserAgent;
use rekey_core::types::time::Timestamp;

/// An entry.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditLog)]
pub struct LogOut {
    tenant_id: &'static str,
    id: String,
    key: String,
    payload: PayloadOut,
    created_at: Timestamp,
}

/// The event: what happened, to whom, from where.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditLogPayload)]
struct PayloadOut {
    key: String,
    /// `Success` or `Error`.
    result: &'static str,
    /// The code of the refusal, or a word of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<String>,
    ip: String,
    user_agent: String,
    user_agent_parsed: UserAgentOut,
    user_id: Option<String>,
    application_id: Option<String>,
    /// The request, session or key to which it belongs.
    session_id: Option<String>,
    /// The number of refusals of the same kind within an hour that this entry represents, if more than one;
    /// in a flood it is updated at each doubling.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    occurrences: Option<i64>,
    /// What was changed (each with `path`, `before` and `after`, secrets masked), read or tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Value>)]
    details: Option<Value>,
    /// The webhook of a delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    hook_id: Option<String>,
    /// The delivered body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    json: Option<Map<String, Value>>,
    /// The response of the receiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    response: Option<ResponseOut>,
}

/// The parsed user agent; unknown parts are absent.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditLogUserAgent)]
struct UserAgentOut {
    browser: PartOut,
    os: PartOut,
    device: DeviceOut,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AuditLogUserAgentPart)]
struct PartOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AuditLogDevice)]
struct DeviceOut {
    /// `mobile` or `tablet`; absent for a desktop.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    model: Option<&'static str>,
}

impl UserAgentOut {
    fn parse(text: &str) -> Self {
        let UserAgent { browser, browser_version, os, os_version, device, model } = UserAgent::parse(text);
        Self {
            browser: PartOut { name: browser, version: browser_version },
            os: PartOut { name: os, version: os_version },
            device: DeviceOut { kind: device, model },
        }
    }
}

impl From<Entry> for LogOut {
    fn from(entry: Entry) -> Self {
        let failed = entry.result.contains('.') || ["throttled", "refused"].contains(&entry.result.as_str());
        // Only a webhook delivery has a body, and it belongs to the webhook.
        let (hook_id, session_id) = match entry.body {
            Some(_) => (entry.about, None),
            None => (None, entry.about),
        };
        let response = ResponseOut { status_code: entry.status, body: entry.answer };
        let payload = PayloadOut {
            key: entry.key.clone(),
            result: if failed { "Error" } else { "Success" },
            error: failed.then_some(entry.result),
            ip: entry.ip,
            user_agent_parsed: UserAgentOut::parse(&entry.user_agent),
            user_agent: entry.user_agent,
            user_id: entry.user_id,
            application_id: entry.app_id,
            session_id,
            occurrences: Some(entry.occurrences).filter(|count| *count > 1),
            details: entry.details.and_then(|text| serde_json::from_str(&text).ok()),
            response: hook_id.is_some().then_some(response),
            hook_id,
            json: entry.body.map(|body| serde_json::from_str(&body).unwrap_or_default()),
        };
        Self { tenant_id: "default", id: entry.id, key: entry.key, payload, created_at: entry.created_at }
    }
}
