//! The JSON form of message templates. The core's types are used as they are; `DetailsName` only describes
//! one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use rekey_core::messages::message::Rendered;
use rekey_core::messages::template_type::TemplateType;
use rekey_core::templates::template::{Details, Template, TemplateChannel, TemplateKey};
use rekey_core::templates::{NewTemplate, Preview};
use rekey_core::types::time::Timestamp;

/// The content. `content` has the type `contentType`, by default HTML for email; `text` and `html` are the
/// bodies by name.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = TemplateDetails)]
#[expect(dead_code, reason = "only described; the model reads it")]
pub(super) struct DetailsName {
    #[schema(required = false, max_length = 500)]
    subject: String,
    #[schema(nullable = false, max_length = 65536)]
    content: Option<String>,
    #[schema(nullable = false, pattern = "^text/(html|plain)$")]
    content_type: Option<String>,
    #[schema(nullable = false, max_length = 65536)]
    text: Option<String>,
    #[schema(nullable = false, max_length = 65536)]
    html: Option<String>,
    #[schema(nullable = false, max_length = 320)]
    reply_to: Option<String>,
    #[schema(nullable = false, max_length = 320)]
    send_from: Option<String>,
}

/// A template to save or to preview.
// `Serialize`, because an error about the list carries what it is about.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[schema(as = Template)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateIn {
    #[serde(default)]
    channel: TemplateChannel,
    #[schema(max_length = 35)]
    language_tag: String,
    template_type: TemplateType,
    #[serde(default)]
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9_-]*$")]
    variant: String,
    #[schema(value_type = DetailsName)]
    details: Details,
}

/// Templates to save.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = Templates)]
#[serde(deny_unknown_fields)]
pub struct TemplatesIn {
    #[schema(min_items = 1, max_items = 50)]
    #[validate(length(min = 1, max = 50))]
    pub(super) templates: Vec<TemplateIn>,
}

/// A stored template.
#[derive(Serialize, ToSchema)]
#[schema(as = StoredTemplate)]
#[serde(rename_all = "camelCase")]
pub struct TemplateOut {
    tenant_id: &'static str,
    id: String,
    channel: TemplateChannel,
    language_tag: String,
    template_type: TemplateType,
    variant: String,
    #[schema(value_type = DetailsName)]
    details: Details,
    #[schema(value_type = i64)]
    created_at: Timestamp,
}

/// The number of deleted templates.
#[derive(Serialize, ToSchema)]
#[schema(as = DeletedTemplateCount)]
#[serde(rename_all = "camelCase")]
pub struct DeletedOut {
    pub(super) row_count: u64,
}

/// A rendered template.
#[derive(Serialize, ToSchema)]
#[schema(as = TemplatePreview)]
pub struct PreviewOut {
    subject: String,
    text: String,
    html: Option<String>,
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    variables: Value,
}

impl From<Preview> for PreviewOut {
    fn from(preview: Preview) -> Self {
        let Rendered { subject, text, html } = preview.rendered;
        Self { subject, text, html, variables: preview.variables }
    }
}

impl From<TemplateIn> for NewTemplate {
    fn from(given: TemplateIn) -> Self {
        let TemplateIn { channel, language_tag, template_type, variant, details } = given;
        let project = String::new();
        Self { key: TemplateKey { channel, template_type, language_tag, variant, project }, details }
    }
}

impl From<Template> for TemplateOut {
    fn from(kept: Template) -> Self {
        let Template { id, key, details, created_at } = kept;
        let TemplateKey { channel, template_type, language_tag, variant, .. } = key;
        let language_tag = format_language_tag(&language_tag);
        Self { tenant_id: "default", id, channel, language_tag, template_type, variant, details, created_at }
    }
}

/// A language tag in its usual capitalization: `pt-BR`, `zh-Hant`.
fn format_language_tag(tag: &str) -> String {
    let part = |(place, part): (usize, &str)| match (place, part.len()) {
        (1.., 2) => part.to_ascii_uppercase(),
        (1.., 4) => {
            let (first, rest) = part.split_at_checked(1).unwrap_or((part, ""));
            format!("{}{rest}", first.to_ascii_uppercase())
        }
        _ => part.to_owned(),
    };
    tag.split('-').enumerate().map(part).collect::<Vec<_>>().join("-")
}
