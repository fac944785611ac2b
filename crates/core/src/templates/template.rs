//! Operators' message templates: key and content. They are not secret, because recipients read them; the
//! values that are inserted are.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::messages::template_type::TemplateType;
use crate::types::error::{Refusal, Result, parse_error};
use crate::types::time::Timestamp;

/// The channel.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum TemplateChannel {
    /// By mail.
    #[default]
    Email,
    /// By SMS.
    Sms,
}

/// The format of `content`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContentType {
    /// Text.
    #[serde(rename = "text/plain")]
    Plain,
    /// HTML.
    #[serde(rename = "text/html")]
    Html,
}

/// The content of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Details {
    /// One line; none for SMS.
    pub subject: String,
    /// The body, in the field that other products use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The format of `content`; by default HTML for mail and text for SMS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<ContentType>,
    /// The body as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The body as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// The reply address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// The sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_from: Option<String>,
}

/// The key of a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TemplateKey {
    /// The channel.
    pub channel: TemplateChannel,
    /// The purpose.
    pub template_type: TemplateType,
    /// The language.
    pub language_tag: String,
    /// The variant; empty for the default.
    pub variant: String,
    /// The application whose messages it is for; empty for all.
    pub project: String,
}

/// A template to be saved.
#[derive(Clone, Debug)]
pub struct NewTemplate {
    /// Its key.
    pub key: TemplateKey,
    /// Its content.
    pub details: Details,
}

/// A stored template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: TemplateKey,
    /// Its content.
    pub details: Details,
    /// When it was first saved.
    pub created_at: Timestamp,
}

impl TemplateChannel {
    /// The name in APIs and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

impl Details {
    /// The text and the HTML, from whichever fields are set.
    pub fn bodies(&self, channel: TemplateChannel) -> (Option<&str>, Option<&str>) {
        let content = self.content.as_deref();
        let usual = if channel == TemplateChannel::Email { ContentType::Html } else { ContentType::Plain };
        match self.content_type.unwrap_or(usual) {
            ContentType::Plain => (self.text.as_deref().or(content), self.html.as_deref()),
            ContentType::Html => (self.text.as_deref(), self.html.as_deref().or(content)),
        }
    }

    /// As JSON, to be stored.
    pub(super) fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string(self).map_err(anyhow::Error::from)?)
    }

    /// These details with the named ones replaced; null removes one.
    pub(super) fn merge_patch(&self, patch: Map<String, Value>) -> Result<Self> {
        let mut whole = serde_json::to_value(self).map_err(anyhow::Error::from)?;
        if let Value::Object(fields) = &mut whole {
            for (name, value) in patch {
                // An unknown name stays in, so that it is reported even if it is null.
                let known = matches!(
                    name.as_str(),
                    "content" | "contentType" | "text" | "html" | "replyTo" | "sendFrom"
                );
                if value.is_null() && known {
                    fields.remove(&name)
                } else {
                    fields.insert(name, value)
                };
            }
        }
        serde_path_to_error::deserialize(whole)
            .map_err(|error| Refusal::SettingsInvalid(vec![parse_error::describe(&error)]).into())
    }
}
