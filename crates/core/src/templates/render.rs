//! Templates filled with the values of a message, within bounds.

use std::io::{self, Write};

use minijinja::Value;

use crate::messages::message::{AddressedMessage, Rendered};
use crate::templates::compiled::{Templates, part_name, to_one_line};
use crate::templates::template::{Template, TemplateChannel};
use crate::templates::validation::Preview;
use crate::templates::{NewTemplate, html_to_text, validation, variables};
use crate::types::error::{Refusal, Result};
use crate::{Core, sandbox};

/// The largest body that is sent, in bytes; mail programs cut larger mails.
const MAX_BODY_BYTES: usize = 100 * 1024;
/// The longest SMS, in bytes of UTF-8: ten segments.
const MAX_SMS_BYTES: usize = 1530;
/// The longest subject, in bytes.
const MAX_SUBJECT_BYTES: usize = 512;

/// A message rendered with an operator's template.
#[derive(Clone, Debug)]
pub struct RenderedTemplate {
    /// The rendered message.
    pub rendered: Rendered,
    /// The reply address.
    pub reply_to: Option<String>,
    /// The sender.
    pub send_from: Option<String>,
}

/// Renders the message with an operator's template. The lookup tries the application and variant, the
/// variant, the application, and the default; each time the type in the message's language, the type in the
/// fallback language, and for a code the generic type. None when there is none, or when it fails: that is
/// counted, and logged without its content.
pub fn render_custom(core: &Core, brand: &str, envelope: &AddressedMessage) -> Option<RenderedTemplate> {
    let snapshot = core.snapshot();
    let fallback = &snapshot.settings.sign_in_experience.language_info.fallback_language;
    let found = snapshot.templates.find(envelope, fallback)?;
    render(core, &snapshot.templates, found, brand, envelope)
}

pub(crate) fn render(
    core: &Core,
    templates: &Templates,
    found: &Template,
    brand: &str,
    envelope: &AddressedMessage,
) -> Option<RenderedTemplate> {
    match templates.render(found, &variables::values_of(envelope, brand)) {
        Ok(rendered) => Some(RenderedTemplate {
            rendered,
            reply_to: found.details.reply_to.clone(),
            send_from: found.details.send_from.clone(),
        }),
        Err(reason) => {
            tracing::error!(
                template.id = found.id,
                reason,
                "the words of a message failed; the built-in ones go out"
            );
            core.metrics.count_template_fault(found.key.template_type.name());
            None
        }
    }
}

/// Renders the message with this connector's own template; none when it has none, or when it fails.
pub fn render_connector(
    core: &Core,
    brand: &str,
    envelope: &AddressedMessage,
    connector: &str,
) -> Option<RenderedTemplate> {
    core.snapshot().connector_templates.render(core, brand, envelope, connector)
}

/// Renders a template with sample values.
pub fn preview(new: &NewTemplate) -> Result<Preview> {
    validation::preview(new).map_err(|problems| Refusal::SettingsInvalid(problems).into())
}

impl Templates {
    /// Renders a template.
    pub(super) fn render(
        &self,
        template: &Template,
        context: &Value,
    ) -> std::result::Result<Rendered, String> {
        let part = |part, most| self.render_part(&template.id, part, context, most);
        let (text, html) = template.details.bodies(template.key.channel);
        if template.key.channel == TemplateChannel::Sms {
            let text = part("text", MAX_SMS_BYTES)?.trim().to_owned();
            return Ok(Rendered { subject: String::new(), text, html: None });
        }
        let has_text = text.is_some();
        let html = html.map(|_| part("body.html", MAX_BODY_BYTES)).transpose()?;
        let text = match &html {
            Some(html) if !has_text => html_to_text::convert(html),
            _ => part("text", MAX_BODY_BYTES)?,
        };
        Ok(Rendered { subject: to_one_line(&part("subject", MAX_SUBJECT_BYTES)?), text, html })
    }

    fn render_part(
        &self,
        id: &str,
        part: &str,
        context: &Value,
        most: usize,
    ) -> std::result::Result<String, String> {
        let describe = |error| sandbox::describe_error(&error);
        let template = self.environment.get_template(&part_name(id, part)).map_err(describe)?;
        let mut writer = LimitedWriter { bytes: Vec::new(), limit: most };
        template.render_captured_to(context.clone(), &mut writer).map_err(describe)?;
        String::from_utf8(writer.bytes).map_err(|_| "not text".to_owned())
    }
}

/// Writes up to this many bytes and no more.
struct LimitedWriter {
    bytes: Vec<u8>,
    limit: usize,
}

impl Write for LimitedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(io::Error::other(format!("larger than {} bytes", self.limit)));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
