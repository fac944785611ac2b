//! Which bodies are read as a form.

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
    let many = |count: usize| (0..count).map(|number| format!("f{number}=1")).collect::<Vec<_>>().join("&");
    assert!(parse_bounded_fields(many(64).as_bytes()).is_ok());
    assert_eq!(parse_bounded_fields(many(65).as_bytes()), Err(FieldsError::TooMany));
    assert_eq!(parse_bounded_fields(format!("{}=1", "n".repeat(129)).as_bytes()), Err(FieldsError::TooMany));
}
