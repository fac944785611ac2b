//! Validates templates: every part parses, uses only variables of its type, and shows the required content,
//! even where a message lacks optional values. One line for each problem, with the path first.

use std::collections::HashSet;

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::Value as Json;

use crate::messages::message::Rendered;
use crate::templates::content::{check_content, compile, sample_template};
use crate::templates::template::{ContentType, TemplateChannel};
use crate::templates::{NewTemplate, variables};
use crate::types::identifier::email::Email;

/// The longest body source, in bytes.
pub(super) const MAX_BODY_BYTES: usize = 64 * 1024;
/// The longest SMS source.
pub(super) const MAX_SMS_BYTES: usize = 2000;
/// The longest subject source.
pub(super) const MAX_SUBJECT_BYTES: usize = 500;
/// The longest address of `replyTo` and `sendFrom`.
const MAX_ADDRESS_LEN: usize = 320;

/// The most problems that are reported; a template can have one at every character.
pub(super) const MAX_ERRORS: usize = 20;

/// A preview of a template.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The rendered message.
    pub rendered: Rendered,
    /// The values that were used.
    pub variables: Json,
}

/// The errors of a template.
pub(crate) fn validation_errors(new: &NewTemplate) -> Vec<String> {
    let mut found = check_form(new);
    if found.is_empty() {
        found = match compile(new) {
            Ok(templates) => check_content(new, &templates),
            Err(problems) => problems,
        };
    }
    found.truncate(MAX_ERRORS);
    found
}

/// The errors of a list of templates, each with its place.
pub(super) fn list_errors(new: &[NewTemplate]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (place, template) in new.iter().enumerate() {
        let current = validation_errors(template).into_iter();
        found.extend(current.map(|problem| format!("templates[{place}].{problem}")));
        if !seen.insert(&template.key) {
            found.push(format!("templates[{place}]: expected no two for the same"));
        }
    }
    found
}

/// The preview, or the errors.
pub(super) fn preview(new: &NewTemplate) -> Result<Preview, Vec<String>> {
    let found = validation_errors(new);
    if !found.is_empty() {
        return Err(found);
    }
    let variables = variables::sample_values(new.key.template_type, new.key.channel, false);
    let result = compile(new)?.render(&sample_template(new), &Value::from(Serde(variables.clone())));
    result
        .map(|rendered| Preview { rendered, variables })
        .map_err(|reason| vec![format!("details: {reason}")])
}

/// The errors that need no parsing.
fn check_form(new: &NewTemplate) -> Vec<String> {
    let key = &new.key;
    let details = &new.details;
    let mut found = Vec::new();
    let mut unless = |fine: bool, problem: &str| {
        if !fine {
            found.push(problem.to_owned());
        }
    };
    unless(is_language_tag(&key.language_tag), "languageTag: expected a language tag such as en or pt-BR");
    unless(is_name(&key.variant), "variant: expected up to 64 letters, digits, - and _");
    let is_mail = key.channel == TemplateChannel::Email;
    let subject = details.subject.as_str();
    unless(!subject.contains(char::is_control), "details.subject: expected one line");
    unless(!is_mail || !subject.trim().is_empty(), "details.subject: missing");
    unless(is_mail || subject.is_empty(), "details.subject: an SMS has none");
    let (text, html) = details.bodies(key.channel);
    unless(text.is_some() || html.is_some(), "details: expected content, text or html");
    unless(is_mail || html.is_none(), "details: an SMS has no HTML");
    let usual = if is_mail { ContentType::Html } else { ContentType::Plain };
    let beside = match details.content_type.unwrap_or(usual) {
        ContentType::Html => details.html.is_some(),
        ContentType::Plain => details.text.is_some(),
    };
    unless(
        details.content.is_none() || !beside,
        "details.content: expected only one of content and what it is",
    );
    for (name, address) in [("replyTo", &details.reply_to), ("sendFrom", &details.send_from)] {
        let fine = address.as_deref().is_none_or(is_mailbox);
        unless(fine, &format!("details.{name}: expected a mail address, or a name and <the address>"));
        unless(is_mail || address.is_none(), &format!("details.{name}: an SMS has none"));
    }
    found
}

fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    text.len() <= 35
        && (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn is_name(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Whether this can be a `replyTo`: `a@b` or `Name <a@b>`. A line break in it would start another header.
pub fn is_mailbox(text: &str) -> bool {
    let address = match text.rsplit_once('<') {
        Some((_, rest)) => rest.trim().strip_suffix('>').unwrap_or_default(),
        None => text.trim(),
    };
    text.len() <= MAX_ADDRESS_LEN && !text.contains(char::is_control) && Email::parse(address).is_some()
}
