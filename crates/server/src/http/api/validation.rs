//! Says which fields of a well-formed body are out of bounds, as `path: expected …`. The bounds are
//! attributes of the fields (`validator`); a test compares them with the API description. Rules that need
//! stored data, the clock or a parsed value are the core's.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use rekey_core::types::identifier::{Identifier, IdentifierError, IdentifierKind};

/// A JSON object as it was sent. The core merges its fields into what is stored and checks the whole.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct JsonObject(pub Map<String, Value>);

impl Validate for JsonObject {
    fn validate(&self) -> Result<(), ValidationErrors> {
        Ok(())
    }
}

/// Checks a text of at most `MAX` characters that is more than white space.
pub fn validate_name<const MAX: usize>(text: &str) -> Result<(), ValidationError> {
    if !text.trim().is_empty() && text.chars().count() <= MAX {
        return Ok(());
    }
    let mut error = ValidationError::new("length");
    error.add_param(Cow::from("min"), &1);
    error.add_param(Cow::from("max"), &MAX);
    Err(error)
}

/// Checks a mail address.
pub fn validate_email(text: &str) -> Result<(), ValidationError> {
    let refused = |why: IdentifierError| {
        let expected = why.expected("expected a mail address");
        ValidationError::new("email").with_message(Cow::from(expected))
    };
    Identifier::try_parse_as(IdentifierKind::Email, text).map(drop).map_err(refused)
}

/// One line for each problem, sorted by path.
pub fn validation_problems(errors: &ValidationErrors) -> Vec<String> {
    let mut problems = Vec::new();
    collect_problems(errors, "", &mut problems);
    // `validator` keeps fields in a hash map, whose order differs from call to call.
    problems.sort();
    problems
}

fn collect_problems(errors: &ValidationErrors, parent: &str, problems: &mut Vec<String>) {
    for (field, kind) in errors.errors() {
        let path = format!("{parent}{}", to_camel_case(field));
        match kind {
            ValidationErrorsKind::Struct(inner) => collect_problems(inner, &format!("{path}."), problems),
            ValidationErrorsKind::List(items) => {
                for (at, inner) in items {
                    collect_problems(inner, &format!("{path}[{at}]."), problems);
                }
            }
            ValidationErrorsKind::Field(errors) => {
                problems.extend(errors.iter().map(|error| format!("{path}: {}", describe(error))));
            }
        }
    }
}

/// The name of a field in JSON. The SDK's bodies, which have snake case, have no bounds.
fn to_camel_case(field: &str) -> String {
    let (first, rest) = field.split_once('_').unwrap_or((field, ""));
    let capitalize = |part: &str| match part.split_at_checked(1) {
        Some((initial, tail)) => format!("{}{tail}", initial.to_ascii_uppercase()),
        None => String::new(),
    };
    rest.split('_').fold(first.to_owned(), |name, part| name + &capitalize(part))
}

/// What was expected. The value itself is not repeated, because it may be a secret in the wrong place.
fn describe(error: &ValidationError) -> String {
    if let Some(message) = &error.message {
        return message.to_string();
    }
    let bound = |name: &str| error.params.get(name).and_then(Value::as_u64);
    let unit = match error.params.get("value") {
        Some(Value::String(_)) => " characters",
        _ => "",
    };
    match (error.code.as_ref(), bound("min"), bound("max")) {
        ("range", Some(min), Some(max)) => format!("expected a number from {min} to {max}"),
        (_, Some(min), Some(max)) => format!("expected {min} to {max}{unit}"),
        (_, None, Some(max)) => format!("expected at most {max}{unit}"),
        (_, Some(1), None) => format!("expected at least 1{}", unit.trim_end_matches('s')),
        (_, Some(min), None) => format!("expected at least {min}{unit}"),
        (_, None, None) => "expected another value".to_owned(),
    }
}

#[cfg(test)]
mod tests;
