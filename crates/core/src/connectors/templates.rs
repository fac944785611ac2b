//! Templates in the configuration of a connector, as configurations of other servers have them. They apply to
//! messages sent through that connector, and only where the operator has set no custom template, or it fails.
//! Only messages with a code use them, and templates that a provider stores itself are left to the provider.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Core;
use crate::connectors::spec::{ConnectorSpec, ConnectorType};
use crate::messages::message::AddressedMessage;
use crate::messages::template_type::TemplateType;
use crate::templates::compiled::Templates;
use crate::templates::template::{ContentType, Details, Template, TemplateChannel, TemplateKey};
use crate::templates::{NewTemplate, RenderedTemplate, render, validation};
use crate::types::error::parse_error::strict_json;
use crate::types::time::Timestamp;

/// The language of templates that name none.
const NEUTRAL_LANGUAGE: &str = "en";

/// The templates of every connector, by its id.
#[derive(Debug, Default)]
pub struct ConnectorTemplates(HashMap<String, Templates>);

/// One entry of the list. Fields of other servers without a meaning here are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    usage_type: TemplateType,
    #[serde(alias = "type")]
    content_type: Option<ContentType>,
    #[serde(default)]
    subject: String,
    content: Option<String>,
}

/// The same for a provider that names the templates by their purpose.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivery {
    #[serde(default)]
    subject: String,
    html: Option<String>,
    text: Option<String>,
    reply_to: Option<String>,
}

impl ConnectorTemplates {
    /// Compiles them. A connector with invalid templates is used without them, and the fault is logged.
    pub fn new(connectors: &[ConnectorSpec]) -> Self {
        let ready = |spec: &ConnectorSpec| match read_templates(spec) {
            Ok(templates) if templates.is_empty() => None,
            Ok(templates) => Some((
                spec.id.clone(),
                Templates::new(templates.into_iter().map(to_template(spec)).collect()),
            )),
            Err(problems) => {
                let reason = problems.join("; ");
                tracing::error!(
                    connector.id = spec.id,
                    reason,
                    "the templates of a connector can't be compiled"
                );
                None
            }
        };
        Self(connectors.iter().filter_map(ready).collect())
    }

    /// Renders the message with this connector's template; none when it has none, or when it fails.
    pub fn render(
        &self,
        core: &Core,
        brand: &str,
        envelope: &AddressedMessage,
        connector: &str,
    ) -> Option<RenderedTemplate> {
        let templates = self.0.get(connector)?;
        let found = templates.find(
            &AddressedMessage { locale: NEUTRAL_LANGUAGE.to_owned(), ..envelope.clone() },
            NEUTRAL_LANGUAGE,
        )?;
        render(core, templates, found, brand, envelope)
    }
}

/// What is wrong with the templates of this connector, with the path first.
pub fn validation_errors(spec: &ConnectorSpec) -> Vec<String> {
    read_templates(spec).err().unwrap_or_default()
}

fn to_template(spec: &ConnectorSpec) -> impl Fn(NewTemplate) -> Template {
    move |new| Template {
        id: format!("{}:{}", spec.id, new.key.template_type.name()),
        key: new.key,
        details: new.details,
        created_at: Timestamp(0),
    }
}

/// The templates with a code, in the order of the list: of two with the same key, the last one counts.
fn read_templates(spec: &ConnectorSpec) -> Result<Vec<NewTemplate>, Vec<String>> {
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for (path, entry) in entries(spec).into_iter().chain(deliveries(spec)) {
        match entry.map_err(|problem| vec![problem]).and_then(validate) {
            // Notices contain more than a code and use the built-in templates.
            Ok(new) => found.extend(Some(new).filter(|new| new.key.template_type.has_code())),
            Err(problems) => wrong.extend(problems.iter().map(|problem| prefix_error(&path, problem))),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

fn prefix_error(path: &str, problem: &str) -> String {
    let inside = problem.strip_prefix("details.").unwrap_or(problem);
    format!("{path}.{}", inside.strip_prefix("details: ").unwrap_or(inside))
}

fn validate(new: NewTemplate) -> Result<NewTemplate, Vec<String>> {
    let found = validation::validation_errors(&new);
    if found.is_empty() { Ok(new) } else { Err(found) }
}

type Entries = Vec<(String, Result<NewTemplate, String>)>;

fn entries(spec: &ConnectorSpec) -> Entries {
    let list = spec.config.get("templates").and_then(Value::as_array);
    let entry = |(place, value): (usize, &Value)| {
        // Without content of its own it refers to a template that the provider stores.
        value.get("content")?;
        let read = strict_json::read::<Entry>(value.clone());
        let new = read.map(|entry| {
            let details = Details {
                subject: if spec.kind == ConnectorType::Email { entry.subject } else { String::new() },
                content: entry.content,
                content_type: entry.content_type.filter(|_| spec.kind == ConnectorType::Email),
                ..Details::default()
            };
            NewTemplate { key: template_key(spec, entry.usage_type), details }
        });
        Some((format!("config.templates[{place}]"), new))
    };
    list.into_iter().flatten().enumerate().filter_map(entry).collect()
}

fn deliveries(spec: &ConnectorSpec) -> Entries {
    let all: Option<&Map<String, Value>> = spec.config.get("deliveries").and_then(Value::as_object);
    let entry = |(name, value): (&String, &Value)| {
        value.get("html").or_else(|| value.get("text"))?;
        let kind = TemplateType::deserialize(Value::String(name.clone()));
        let kind = kind.map_err(|error| error.to_string());
        let read = kind.and_then(|kind| Ok((kind, strict_json::read::<Delivery>(value.clone())?)));
        let new = read.map(|(kind, delivery)| {
            let Delivery { subject, html, text, reply_to } = delivery;
            let details = Details { subject, html, text, reply_to, ..Details::default() };
            NewTemplate { key: template_key(spec, kind), details }
        });
        Some((format!("config.deliveries.{name}"), new))
    };
    all.into_iter().flatten().filter_map(entry).collect()
}

fn template_key(spec: &ConnectorSpec, template_type: TemplateType) -> TemplateKey {
    let channel = match spec.kind {
        ConnectorType::Email => TemplateChannel::Email,
        ConnectorType::Sms => TemplateChannel::Sms,
    };
    let variant = String::new();
    let project = String::new();
    TemplateKey { channel, template_type, language_tag: NEUTRAL_LANGUAGE.to_owned(), variant, project }
}
