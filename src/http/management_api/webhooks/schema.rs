//! The JSON form of a webhook. `event` and `retries` come from an older version of this API: the first is
//! accepted as the only event, the second is accepted and ignored, because the number of attempts is not set
//! per webhook.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::core::types::time::Timestamp;
use crate::core::webhooks::WebhookInput;
use crate::core::webhooks::webhook::{HookEvent, Webhook};
use crate::http::api::validation::validate_name;

/// A hook to be made.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewHook {
    /// What operators call it.
    #[schema(min_length = 1, max_length = 256)]
    #[validate(custom(function = validate_name::<256>))]
    name: Option<String>,
    /// What it wants to hear of; at least one.
    events: Option<Vec<HookEvent>>,
    /// Of an older version: the only event.
    event: Option<HookEvent>,
    #[validate(nested)]
    config: HookConfig,
    enabled: Option<bool>,
}

/// What may be changed of a hook.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HookPatch {
    #[schema(min_length = 1, max_length = 256)]
    #[validate(custom(function = validate_name::<256>))]
    name: Option<String>,
    events: Option<Vec<HookEvent>>,
    /// Of an older version: the only event.
    event: Option<HookEvent>,
    #[validate(nested)]
    config: Option<HookConfig>,
    enabled: Option<bool>,
}

/// Where a hook listens.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HookConfig {
    /// An https address; http and private addresses only where `settings.outbound.allowPrivateAddresses` says
    /// so.
    #[schema(max_length = 2048)]
    #[validate(length(max = 2048, message = "expected an https address"))]
    url: String,
    /// Headers that are sent along; they can't be those of the signature. `******` keeps what is stored under
    /// that name.
    headers: Option<BTreeMap<String, String>>,
    /// Of an older version; taken and not used.
    #[schema(minimum = 0, maximum = 3)]
    #[expect(dead_code, reason = "clients may still say it")]
    retries: Option<u8>,
}

/// A hook.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Hook)]
pub(super) struct WebhookOut {
    tenant_id: &'static str,
    id: String,
    name: String,
    /// Always null: `events` has them all.
    event: Option<HookEvent>,
    events: Vec<HookEvent>,
    config: ConfigOut,
    /// Checks signatures: the whole text for one kind, the bytes behind `whsec_` for the other.
    signing_key: String,
    /// False also after too many deliveries in a row were given up.
    enabled: bool,
    /// Why it can't be enabled: `secret_key` when its address and keys can't be opened any more, so that they
    /// have to be set anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    disabled_reason: Option<&'static str>,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    execution_stats: Option<WebhookStats>,
}

/// Where it listens.
#[derive(Serialize, ToSchema)]
#[schema(as = HookTarget)]
struct ConfigOut {
    url: String,
    headers: BTreeMap<String, String>,
}

/// The deliveries of the last day.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookStats)]
pub(super) struct WebhookStats {
    /// Those that arrived.
    pub success_count: i64,
    /// All that ended.
    pub request_count: i64,
}

impl WebhookOut {
    /// The webhook with its delivery statistics.
    pub(super) fn with_stats(self, execution_stats: Option<WebhookStats>) -> Self {
        Self { execution_stats, ..self }
    }
}

impl From<Webhook> for WebhookOut {
    fn from(hook: Webhook) -> Self {
        Self {
            tenant_id: "default",
            id: hook.id,
            name: hook.name,
            event: None,
            events: hook.events,
            config: ConfigOut { url: hook.target.url, headers: hook.target.headers },
            signing_key: hook.target.key.expose().to_owned(),
            enabled: hook.is_enabled,
            disabled_reason: hook.is_unreadable.then_some("secret_key"),
            created_at: hook.created_at,
            execution_stats: None,
        }
    }
}

impl From<HookConfig> for WebhookInput {
    fn from(config: HookConfig) -> Self {
        let HookConfig { url, headers, .. } = config;
        Self { url: Some(url), headers, ..Self::default() }
    }
}

impl From<NewHook> for WebhookInput {
    fn from(new: NewHook) -> Self {
        let NewHook { name, events, event, config, enabled } = new;
        HookPatch { name, events, event, config: Some(config), enabled }.into()
    }
}

impl From<HookPatch> for WebhookInput {
    fn from(patch: HookPatch) -> Self {
        let HookPatch { name, events, event, config, enabled } = patch;
        let target = config.map(Self::from).unwrap_or_default();
        Self { name, events: events.or(event.map(|event| vec![event])), is_enabled: enabled, ..target }
    }
}
