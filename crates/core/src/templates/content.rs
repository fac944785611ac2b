//! What the text of a template must and must not contain.

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::Value as Json;

use crate::messages::message::Rendered;
use crate::messages::template_type::TemplateType;
use crate::templates::compiled::Templates;
use crate::templates::template::{Template, TemplateChannel};
use crate::templates::validation::{MAX_BODY_BYTES, MAX_ERRORS, MAX_SMS_BYTES, MAX_SUBJECT_BYTES};
use crate::templates::{NewTemplate, compiled, variables};
use crate::types::error::parse_error;
use crate::types::time::Timestamp;

/// The errors of its variables and of its output for samples.
pub(super) fn check_content(new: &NewTemplate, templates: &Templates) -> Vec<String> {
    let template = sample_template(new);
    let known = variables::known_variables(new.key.template_type);
    let mut found = Vec::new();
    for (part, source) in compiled::sources(&template) {
        for name in templates
            .required_variables(&template.id, part)
            .iter()
            .filter(|name| !known.contains(&name.as_str()))
            .take(MAX_ERRORS)
        {
            let place =
                line_of_variable(source, name).map(|line| format!("line {line}: ")).unwrap_or_default();
            let description = parse_error::describe_unknown("variable", name, known.iter().copied());
            found.push(format!("details.{}: {place}{name}: {description}", field_of_part(new, part)));
        }
    }
    for is_bare in [false, true] {
        let values = variables::sample_values(new.key.template_type, new.key.channel, is_bare);
        match templates.render(&template, &Value::from(Serde(values.clone()))) {
            Ok(rendered) => found.extend(find_missing_content(new, &rendered, &values)),
            Err(reason) => found.push(format!("details: {reason}")),
        }
    }
    found.dedup();
    found
}

/// The line on which a variable is used, as far as it can be found.
fn line_of_variable(source: &str, name: &str) -> Option<usize> {
    let first = name.split('.').next().unwrap_or(name);
    let at = source.find(name).or_else(|| source.find(first))?;
    Some(source.get(..at)?.matches('\n').count() + 1)
}

/// Content that the message must show and does not. The subject is not checked: a locked screen shows it.
fn find_missing_content(new: &NewTemplate, rendered: &Rendered, values: &Json) -> Option<String> {
    let link = values.get("link").and_then(Json::as_str);
    let shows =
        |text: &str, wanted: &str| text.contains(wanted) || text.contains(&wanted.replace('/', "&#x2f;"));
    let everywhere = |wanted: &str| {
        shows(&rendered.text, wanted) && rendered.html.as_deref().is_none_or(|html| shows(html, wanted))
    };
    let code = || everywhere(variables::SAMPLE_CODE);
    let way = || link.is_some_and(everywhere);
    let token = || values.get("token").and_then(Json::as_str).is_some_and(everywhere);
    let (fine, what) = match new.key.template_type {
        TemplateType::ForgotPassword if link.is_some() => {
            (code() || way() || token(), "{{ code }} or {{ link }}")
        }
        TemplateType::OrganizationInvitation
        | TemplateType::PasswordChanged
        | TemplateType::AddressChanged
        | TemplateType::AttemptsBlocked
        | TemplateType::UsernameChanged => (way(), "{{ link }}"),
        kind if kind.has_code() => (code(), "{{ code }}"),
        _ => (true, ""),
    };
    (!fine).then(|| format!("details: expected {what} in every body, whatever the message lacks"))
}

/// The field that a part came from.
fn field_of_part(new: &NewTemplate, part: &str) -> &'static str {
    let details = &new.details;
    match part {
        "subject" => "subject",
        "text" if details.text.is_some() => "text",
        "body.html" if details.html.is_some() => "html",
        _ => "content",
    }
}

pub(super) fn sample_template(new: &NewTemplate) -> Template {
    Template {
        id: "preview".to_owned(),
        key: new.key.clone(),
        details: new.details.clone(),
        created_at: Timestamp(0),
    }
}

pub(super) fn compile(new: &NewTemplate) -> Result<Templates, Vec<String>> {
    let template = sample_template(new);
    let mut language = compiled::build_environment();
    let mut found = Vec::new();
    for (part, source) in compiled::sources(&template) {
        let most = match (part, new.key.channel) {
            ("subject", _) => MAX_SUBJECT_BYTES,
            (_, TemplateChannel::Sms) => MAX_SMS_BYTES,
            (_, TemplateChannel::Email) => MAX_BODY_BYTES,
        };
        let problem = if source.len() > most {
            Some(format!("expected at most {most} bytes"))
        } else {
            compiled::add_part(&mut language, "", part, source).err()
        };
        found.extend(problem.map(|problem| format!("details.{}: {problem}", field_of_part(new, part))));
    }
    if found.is_empty() { Ok(Templates::new(vec![template])) } else { Err(found) }
}
