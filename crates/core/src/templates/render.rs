//! Templates filled with the values of a message.

use crate::Core;
use crate::messages::message::{AddressedMessage, Rendered};
use crate::templates::compiled::Templates;
use crate::templates::template::Template;
use crate::templates::validation::Preview;
use crate::templates::{NewTemplate, validation, variables};
use crate::types::error::{Refusal, Result};

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
    let live = core.snapshot();
    let fallback = &live.settings.sign_in_experience.language_info.fallback_language;
    let found = live.templates.find(envelope, fallback)?;
    render(core, &live.templates, found, brand, envelope)
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
