//! Parses the fields of a form's body, within bounds and without duplicates.

use std::collections::HashSet;

/// The most fields; our largest form has a dozen.
pub(super) const MAX_FIELDS: usize = 64;

/// The longest field name, in bytes.
const MAX_FIELD_NAME_BYTES: usize = 128;

/// What is wrong with the fields of a form.
#[derive(Debug, PartialEq, Eq)]
pub enum FieldsError {
    /// There are too many fields, or a name is too long.
    TooMany,
    /// A field is duplicated.
    Duplicate,
    /// A field is not UTF-8.
    InvalidUtf8,
}

/// Parses the fields of a body, rejecting duplicate names. Fields are counted before they are parsed and
/// names are not compared pairwise: this runs before the CSRF token is checked, so anyone can cause the work.
pub fn parse_bounded_fields(body: &[u8]) -> Result<Vec<(String, String)>, FieldsError> {
    if body.iter().filter(|byte| **byte == b'&').count() >= MAX_FIELDS {
        return Err(FieldsError::TooMany);
    }
    let mut pairs = Vec::new();
    let mut names = HashSet::new();
    let is_replaced = body.windows(9).any(|part| part.eq_ignore_ascii_case(b"%EF%BF%BD"));
    for (key, value) in url::form_urlencoded::parse(body) {
        if key.len() > MAX_FIELD_NAME_BYTES {
            return Err(FieldsError::TooMany);
        }
        if value.contains('\u{fffd}') && !is_replaced {
            return Err(FieldsError::InvalidUtf8);
        }
        if !names.insert(key.clone().into_owned()) {
            return Err(FieldsError::Duplicate);
        }
        pairs.push((key.into_owned(), value.into_owned()));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::{FieldsError, parse_bounded_fields};

    #[test]
    fn a_field_twice_or_broken_is_refused() {
        assert_eq!(parse_bounded_fields(b"a=1&b=2").map(|pairs| pairs.len()), Ok(2));
        assert_eq!(parse_bounded_fields(b"a=1&a=2"), Err(FieldsError::Duplicate));
        assert_eq!(parse_bounded_fields(b"a=%ff"), Err(FieldsError::InvalidUtf8));
        assert!(parse_bounded_fields("a=%EF%BF%BD".as_bytes()).is_ok());
    }

    #[test]
    fn fields_are_few_and_their_names_short() {
        let many =
            |count: usize| (0..count).map(|number| format!("f{number}=1")).collect::<Vec<_>>().join("&");
        assert!(parse_bounded_fields(many(64).as_bytes()).is_ok());
        assert_eq!(parse_bounded_fields(many(65).as_bytes()), Err(FieldsError::TooMany));
        assert_eq!(
            parse_bounded_fields(format!("{}=1", "n".repeat(129)).as_bytes()),
            Err(FieldsError::TooMany)
        );
    }
}
