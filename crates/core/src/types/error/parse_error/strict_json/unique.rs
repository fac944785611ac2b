//! JSON without duplicate keys (RFC 8259 4 lets each parser choose which of two counts). A filter in front of
//! this server, its log and the handler could otherwise read different values, so such a text is refused.

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
}

/// Parses JSON in one pass.
pub fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read: Result<UniqueKeys, _> = serde_path_to_error::deserialize(&mut reader);
    match read {
        Ok(UniqueKeys(value)) => reader.end().map(|()| value).map_err(|_| JsonError::Syntax),
        Err(error) if error.inner().is_data() => Err(JsonError::DuplicateKey(duplicate_key_path(&error))),
        Err(_) => Err(JsonError::Syntax),
    }
}

/// The path of the key, at or before which the error's path ends.
fn duplicate_key_path(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let message = error.inner().to_string();
    let key = message.rsplit_once(" at line ").map_or(message.as_str(), |(key, _)| key);
    match error.path().to_string().as_str() {
        "." => format!("{key}: comes twice"),
        path => format!("{path}.{key}: comes twice"),
    }
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

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
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
    fn everything_else_is_read_as_always() {
        let text = r#"{"a":[null,true,-1,18446744073709551615,1.5,"x"],"b":{"a":{"a":1}},"c":{}}"#;
        assert_eq!(parse(text.as_bytes()), Ok(serde_json::from_str(text).unwrap()));
        assert_eq!(parse(b" 5 "), Ok(json!(5)));
        let deep = "[".repeat(1000);
        for wrong in ["", "{", "{\"a\":1}x", "{\"a\"}", "\u{0}", &deep] {
            assert_eq!(parse(wrong.as_bytes()), Err(JsonError::Syntax), "{wrong}");
        }
    }
}
