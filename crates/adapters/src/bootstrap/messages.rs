//! Webhooks and message templates as the file describes them, in the words of the Management API.

use std::collections::BTreeMap;

use serde::Deserialize;

use rekey_core::messages::template_type::TemplateType;
use rekey_core::templates::template::{Details, TemplateChannel, TemplateKey};
use rekey_core::templates::{FileTemplate, NewTemplate};
use rekey_core::types::secret::Secret;
use rekey_core::webhooks::webhook::WebhookEventKind;
use rekey_core::webhooks::{FileWebhook, WebhookInput};

/// A webhook.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WebhookSpec {
    id: String,
    name: Option<String>,
    #[serde(default)]
    events: Vec<WebhookEventKind>,
    /// The only event, as clients of an older version of the API say it.
    event: Option<WebhookEventKind>,
    config: WebhookConfig,
    signing_key: Option<Secret>,
    enabled: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WebhookConfig {
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// Accepted and ignored, as the API does.
    #[serde(rename = "retries")]
    _retries: Option<u8>,
}

impl From<WebhookSpec> for FileWebhook {
    fn from(spec: WebhookSpec) -> Self {
        let WebhookSpec { id, name, events, event, config, signing_key, enabled } = spec;
        let input = WebhookInput {
            name,
            events: Some(events.into_iter().chain(event).collect()),
            url: Some(config.url),
            headers: Some(config.headers),
            is_enabled: enabled,
        };
        Self { id, input, signing_key }
    }
}

/// A message template.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TemplateSpec {
    id: String,
    #[serde(default)]
    channel: TemplateChannel,
    language_tag: String,
    template_type: TemplateType,
    #[serde(default)]
    variant: String,
    /// The application whose messages it is for.
    #[serde(default)]
    project: String,
    details: Details,
}

impl From<TemplateSpec> for FileTemplate {
    fn from(spec: TemplateSpec) -> Self {
        let TemplateSpec { id, channel, language_tag, template_type, variant, project, details } = spec;
        let language_tag = language_tag.to_ascii_lowercase();
        let key = TemplateKey { channel, template_type, language_tag, variant, project };
        Self { id, new: NewTemplate { key, details } }
    }
}
