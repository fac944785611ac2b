//! What is read as an email address, a phone number or a username.

use super::{Identifier, IdentifierError};

#[test]
fn the_one_field_understands_three_kinds() {
    assert_eq!(Identifier::parse("Ada@Example.com"), Some(Identifier::Email("ada@example.com".into())));
    assert_eq!(Identifier::parse("+1 202 555 0134"), Some(Identifier::Phone("12025550134".into())));
    assert_eq!(Identifier::parse("Ada_L"), Some(Identifier::Username("ada_l".into())));
    assert_eq!(Identifier::parse("not an id"), None);
    assert_eq!(Identifier::parse("12"), None);
    assert_eq!(Identifier::parse("\u{200b}Ada_L\u{202c}"), Some(Identifier::Username("ada_l".into())));
    assert_eq!(Identifier::try_parse("ad\u{200b}a"), Err(IdentifierError::Hidden));
}

#[test]
fn masks_keep_the_owner_oriented() {
    let masked = |text| Identifier::parse(text).map(|id| id.masked());
    assert_eq!(masked("ada@example.com"), Some("a•••@example.com".into()));
    assert_eq!(masked("+12025550134"), Some("•••0134".into()));
}

#[test]
fn tags_can_be_read_back() {
    for text in ["ada@example.com", "+12025550134", "ada"] {
        let id = Identifier::parse(text);
        assert_eq!(id.as_ref().and_then(|id| Identifier::from_key(&id.to_key())), id);
    }
}
