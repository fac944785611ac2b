//! JSON without duplicate keys (RFC 8259 4 lets each parser choose which of two counts): a filter in front of
//! this server, its log and the handler could otherwise read different values. Text with U+0000 is refused too,
//! because PostgreSQL does not store it; lone surrogates are none of JSON's text.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How much of a duplicate key is shown, in characters.
const MAX_KEY_LEN: usize = 64;

/// Why a text was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// It is no JSON.
    Syntax,
    /// A duplicate key; the text names the place: `users[0].name: comes twice`.
    DuplicateKey(String),
    /// A text has U+0000; the text names the place: `users[0].name: expected text without U+0000`.
    NullCharacter(String),
}

/// Marks an error about U+0000. No key begins with it, since such a key is refused itself.
const NULL_CHARACTER: &str = "\0";

/// Parses JSON in one pass.
pub fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read: Result<UniqueKeys, _> = serde_path_to_error::deserialize(&mut reader);
    match read {
        Ok(UniqueKeys(value)) => reader.end().map(|()| value).map_err(|_| JsonError::Syntax),
        Err(error) if error.inner().is_data() => Err(describe(&error)),
        Err(_) => Err(JsonError::Syntax),
    }
}

/// Names the text with U+0000, or the object if it is one of its keys; or the path of a duplicate key, at or
/// before which the error's path ends.
fn describe(error: &serde_path_to_error::Error<serde_json::Error>) -> JsonError {
    let message = error.inner().to_string();
    let key = message.rsplit_once(" at line ").map_or(message.as_str(), |(key, _)| key);
    match error.path().to_string().as_str() {
        path if key == NULL_CHARACTER => {
            JsonError::NullCharacter(format!("{path}: expected text without U+0000"))
        }
        "." => JsonError::DuplicateKey(format!("{key}: comes twice")),
        path => JsonError::DuplicateKey(format!("{path}.{key}: comes twice")),
    }
}

fn check_text<E: serde::de::Error>(text: &str) -> Result<(), E> {
    if text.contains('\0') { Err(E::custom(NULL_CHARACTER)) } else { Ok(()) }
}

struct UniqueKeys(Value);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueKeysVisitor).map(Self)
    }
}

struct UniqueKeysVisitor;

impl<'de> Visitor<'de> for UniqueKeysVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        check_text(value).map(|()| value.into())
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        check_text(&value).map(|()| Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(UniqueKeys(item)) = items.next_element()? {
            read.push(item);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            check_text(&key)?;
            if read.contains_key(&key) {
                return Err(A::Error::custom(key.chars().take(MAX_KEY_LEN).collect::<String>()));
            }
            let UniqueKeys(value) = fields.next_value()?;
            read.insert(key, value);
        }
        Ok(Value::Object(read))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{JsonError, parse};

    #[test]
    fn a_key_that_comes_twice_is_named_by_its_place() {
        for (text, place) in [
            (r#"{"a":1,"a":1}"#, "a"),
            (r#"{"a":{"b":[1,{"c":1,"d":{},"c":2}]}}"#, "a.b[1].c"),
            (r#"[{"a":1,"\u0061":2}]"#, "[0].a"),
            (r#"{"a at line 2":1,"a at line 2":2}"#, "a at line 2"),
        ] {
            assert_eq!(
                parse(text.as_bytes()),
                Err(JsonError::DuplicateKey(format!("{place}: comes twice"))),
                "{text}"
            );
        }
    }

    #[test]
    fn a_text_with_a_null_character_is_named_by_its_place() {
        for (text, place) in [
            (r#""\u0000""#, "."),
            (r#"{"a":"x\u0000"}"#, "a"),
            (r#"{"a":{"b":["c","\u0000"]}}"#, "a.b[1]"),
            (r#"{"\u0000":1}"#, "."),
            (r#"{"a":[{"b\u0000":1,"b\u0000":2}]}"#, "a[0]"),
        ] {
            let problem = format!("{place}: expected text without U+0000");
            assert_eq!(parse(text.as_bytes()), Err(JsonError::NullCharacter(problem)), "{text}");
        }
        assert_eq!(parse(br#"["\\u0000"]"#), Ok(json!(["\\u0000"])));
    }

    #[test]
    fn everything_else_is_read_as_always() {
        let text = r#"{"a":[null,true,-1,18446744073709551615,1.5,"x"],"b":{"a":{"a":1}},"c":{}}"#;
        assert_eq!(parse(text.as_bytes()), Ok(serde_json::from_str(text).unwrap()));
        assert_eq!(parse(b" 5 "), Ok(json!(5)));
        let deep = "[".repeat(1000);
        for wrong in ["", "{", "{\"a\":1}x", "{\"a\"}", "\u{0}", "\"\u{0}\"", r#""\ud800""#, &deep] {
            assert_eq!(parse(wrong.as_bytes()), Err(JsonError::Syntax), "{wrong}");
        }
    }
}
