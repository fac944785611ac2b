//! The JSON form of a webhook. `event` and `retries` come from an older version of this API: the first is
//! accepted as the only event, the second is accepted and ignored, because the number of attempts is not set
//! per webhook.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::validation::validate_name;
use crate::http::management_api::webhooks::deliveries_schema::WebhookStats;
use rekey_core::types::time::Timestamp;
use rekey_core::webhooks::WebhookInput;
use rekey_core::webhooks::webhook::{Webhook, WebhookEventKind};

/// A new webhook.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewHook)]
pub struct NewWebhookIn {
    /// Its name.
    #[schema(min_length = 1, max_length = 256)]
    #[validate(custom(function = validate_name::<256>))]
    name: Option<String>,
    /// The events that it subscribes to; at least one.
    events: Option<Vec<WebhookEventKind>>,
    /// The only event; for clients of an older version.
    event: Option<WebhookEventKind>,
    #[validate(nested)]
    config: WebhookConfigIn,
    enabled: Option<bool>,
}

/// The changes of a webhook.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = HookPatch)]
pub struct WebhookPatchIn {
    #[schema(min_length = 1, max_length = 256)]
    #[validate(custom(function = validate_name::<256>))]
    name: Option<String>,
    events: Option<Vec<WebhookEventKind>>,
    /// The only event; for clients of an older version.
    event: Option<WebhookEventKind>,
    #[validate(nested)]
    config: Option<WebhookConfigIn>,
    enabled: Option<bool>,
}

/// The target of a webhook.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = HookConfig)]
pub struct WebhookConfigIn {
    /// An https URL; http and private addresses only with `settings.outbound.allowPrivateAddresses`.
    #[schema(max_length = 2048)]
    #[validate(length(max = 2048, message = "expected an https address"))]
    url: String,
    /// Additional headers, except those of the signature. `******` keeps the stored value of that header.
    headers: Option<BTreeMap<String, String>>,
    /// Of an older version; accepted and ignored.
    #[schema(minimum = 0, maximum = 3)]
    #[expect(dead_code, reason = "clients may still say it")]
    retries: Option<u8>,
}

/// A webhook.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Hook)]
pub(super) struct WebhookOut {
    tenant_id: &'static str,
    id: String,
    name: String,
    /// Always null; see `events`.
    event: Option<WebhookEventKind>,
    events: Vec<WebhookEventKind>,
    config: ConfigOut,
    /// The key of the signatures: the whole text for one format, the bytes after `whsec_` for the other.
    signing_key: String,
    /// Also false after too many deliveries in a row have failed.
    enabled: bool,
    /// Why it can't be enabled: `secret_key` if its URL and keys can no longer be decrypted and have to be
    /// set again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    disabled_reason: Option<&'static str>,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    execution_stats: Option<WebhookStats>,
}

/// The target.
#[derive(Serialize, ToSchema)]
#[schema(as = HookTarget)]
struct ConfigOut {
    url: String,
    headers: BTreeMap<String, String>,
}

impl WebhookOut {
    /// The webhook with its delivery statistics.
    pub(super) fn with_stats(self, execution_stats: Option<WebhookStats>) -> Self {
        Self { execution_stats, ..self }
    }
}

impl From<Webhook> for WebhookOut {
    fn from(webhook: Webhook) -> Self {
        Self {
            tenant_id: "default",
            id: webhook.id,
            name: webhook.name,
            event: None,
            events: webhook.events,
            config: ConfigOut { url: webhook.target.url, headers: webhook.target.headers },
            signing_key: webhook.target.key.expose().to_owned(),
            enabled: webhook.is_enabled,
            disabled_reason: webhook.is_unreadable.then_some("secret_key"),
            created_at: webhook.created_at,
            execution_stats: None,
        }
    }
}

impl From<WebhookConfigIn> for WebhookInput {
    fn from(config: WebhookConfigIn) -> Self {
        let WebhookConfigIn { url, headers, .. } = config;
        Self { url: Some(url), headers, ..Self::default() }
    }
}

impl From<NewWebhookIn> for WebhookInput {
    fn from(new: NewWebhookIn) -> Self {
        let NewWebhookIn { name, events, event, config, enabled } = new;
        WebhookPatchIn { name, events, event, config: Some(config), enabled }.into()
    }
}

impl From<WebhookPatchIn> for WebhookInput {
    fn from(patch: WebhookPatchIn) -> Self {
        let WebhookPatchIn { name, events, event, config, enabled } = patch;
        let target = config.map(Self::from).unwrap_or_default();
        Self { name, events: events.or(event.map(|event| vec![event])), is_enabled: enabled, ..target }
    }
}
