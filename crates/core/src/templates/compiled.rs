//! Compiled message templates: parsed once and looked up by key. HTML is escaped, text and subject are
//! not. Names chosen by users or apps are only ever values: they are never parsed as templates.

use std::collections::HashMap;
use std::fmt;

use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use crate::messages::message::AddressedMessage;
use crate::messages::template_type::TemplateType;
use crate::sandbox;
use crate::templates::template::{Template, TemplateChannel, TemplateKey};
use crate::types::identifier::address::Address;

/// The fuel of one part; each unit pays for a step or 64 bytes, so a bit more than a megabyte at most.
const FUEL: u64 = 20_000;
/// All active templates.
pub struct Templates {
    pub(super) environment: Environment<'static>,
    by_key: HashMap<TemplateKey, Template>,
}

impl Templates {
    /// Compiles them. A template that this version cannot parse is left out, and logged.
    pub fn new(all: Vec<Template>) -> Self {
        let mut language = build_environment();
        let mut by_key = HashMap::new();
        for template in all {
            match add_template(&mut language, &template) {
                Ok(()) => {
                    by_key.insert(template.key.clone(), template);
                }
                Err(reason) => {
                    tracing::error!(
                        template.id = template.id,
                        reason,
                        "a message template can't be compiled"
                    );
                }
            }
        }
        Self { environment: language, by_key }
    }

    /// The languages that there are templates in.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.by_key.keys().map(|key| key.language_tag.as_str())
    }

    /// The template for this message.
    pub(crate) fn find(&self, envelope: &AddressedMessage, fallback: &str) -> Option<&Template> {
        let variant = envelope.message.variant();
        let project = envelope.message.app_id();
        let places = [(project, variant), ("", variant), (project, ""), ("", "")];
        places.into_iter().find_map(|(project, variant)| self.find_at(envelope, fallback, project, variant))
    }

    fn find_at(
        &self,
        envelope: &AddressedMessage,
        fallback: &str,
        project: &str,
        variant: &str,
    ) -> Option<&Template> {
        let channel = match envelope.to.as_ref()? {
            Address::Email(_) => TemplateChannel::Email,
            Address::Phone(_) => TemplateChannel::Sms,
        };
        let wanted = envelope.message.template_type();
        let of = |template_type, language: &str| {
            let language_tag = language.to_ascii_lowercase();
            let variant = variant.to_owned();
            let project = project.to_owned();
            self.by_key.get(&TemplateKey { channel, template_type, language_tag, variant, project })
        };
        let general = || of(TemplateType::Generic, fallback).filter(|_| wanted.has_code());
        of(wanted, &envelope.locale).or_else(|| of(wanted, fallback)).or_else(general)
    }

    /// The variables that a part uses.
    pub(super) fn required_variables(&self, id: &str, part: &str) -> Vec<String> {
        let template = self.environment.get_template(&part_name(id, part));
        let mut names: Vec<_> =
            template.map(|found| found.undeclared_variables(true)).unwrap_or_default().into_iter().collect();
        names.sort();
        names
    }
}

impl Default for Templates {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates").field("count", &self.by_key.len()).finish_non_exhaustive()
    }
}

/// Only listed variables are defined, and one that a message lacks is empty.
pub(super) fn build_environment() -> Environment<'static> {
    let mut language = sandbox::bounded_environment(FUEL);
    language.set_undefined_behavior(UndefinedBehavior::Chainable);
    language.set_auto_escape_callback(|name| {
        if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
    });
    language
}

/// The parts of a template, by their names in the engine.
pub(super) fn sources(template: &Template) -> Vec<(&'static str, &str)> {
    let (text, html) = template.details.bodies(template.key.channel);
    let subject =
        (template.key.channel == TemplateChannel::Email).then_some(template.details.subject.as_str());
    let all = [("subject", subject), ("text", text), ("body.html", html)];
    all.into_iter().filter_map(|(part, source)| Some((part, source?))).collect()
}

fn add_template(language: &mut Environment<'static>, template: &Template) -> Result<(), String> {
    for (part, source) in sources(template) {
        add_part(language, &template.id, part, source)?;
    }
    Ok(())
}

/// Parses one part; the error says what is wrong with it.
pub(super) fn add_part(
    language: &mut Environment<'static>,
    id: &str,
    part: &str,
    source: &str,
) -> Result<(), String> {
    if let Some(problem) = sandbox::find_unsupported_syntax(source) {
        return Err(problem);
    }
    let added = language.add_template_owned(part_name(id, part), source.to_owned());
    added.map_err(|error| match error.line() {
        Some(line) => format!("line {line}: {}", sandbox::describe_error(&error)),
        None => sandbox::describe_error(&error),
    })
}

pub(super) fn part_name(id: &str, part: &str) -> String {
    format!("{id}/{part}")
}

/// A line break in a subject would start a new header and with it a new recipient; in a name, a sentence that
/// seems to be ours.
pub(super) fn to_one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.split(breaks).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}
