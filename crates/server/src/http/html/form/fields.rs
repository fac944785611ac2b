//! Parses the fields of a form's body, within bounds and without duplicates.

use std::collections::HashSet;

use rekey_core::types::text;

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
    /// A name or a value is not UTF-8, or has U+0000.
    NotPlain,
}

/// Parses the fields of a body, rejecting duplicate names. Fields are counted before they are parsed and
/// names are not compared pairwise: this runs before the CSRF token is checked, so anyone can cause the work.
pub fn parse_bounded_fields(body: &[u8]) -> Result<Vec<(String, String)>, FieldsError> {
    if body.iter().filter(|byte| **byte == b'&').count() >= MAX_FIELDS {
        return Err(FieldsError::TooMany);
    }
    if !text::is_plain(body) {
        return Err(FieldsError::NotPlain);
    }
    let mut pairs = Vec::new();
    let mut names = HashSet::new();
    for (key, value) in url::form_urlencoded::parse(body) {
        if key.len() > MAX_FIELD_NAME_BYTES {
            return Err(FieldsError::TooMany);
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
        for broken in [b"a=%ff".as_slice(), b"%ff=a", b"a=%00", b"a%00=b", b"a=\0", b"a=\xff"] {
            assert_eq!(parse_bounded_fields(broken), Err(FieldsError::NotPlain));
        }
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
