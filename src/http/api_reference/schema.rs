//! Summarizes a schema for people: fields, types and limits. It reads the description's JSON and supports as
//! much of JSON Schema as our own types need.

use serde_json::Value;

/// One field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Whether it is required.
    pub is_required: bool,
    /// Its description.
    pub note: String,
}

/// The type of a value.
#[derive(Clone, Debug, Default)]
pub struct Kind {
    /// The type as text.
    pub text: String,
    /// The name of the schema with the details.
    pub link: Option<String>,
}

/// The fields of an object; empty for other types.
pub(super) fn read_fields(schema: &Value) -> Vec<Field> {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|known| known == name));
    let own = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let own = own.map(|(name, schema)| Field {
        name: name.clone(),
        kind: read_kind(schema),
        is_required: is_required(name),
        note: read_note(schema),
    });
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    own.chain(parts.flat_map(read_fields)).collect()
}

/// The description of a schema.
pub(super) fn read_note(schema: &Value) -> String {
    schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The type of this schema's values.
pub(super) fn read_kind(schema: &Value) -> Kind {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
        return Kind { text: name.to_owned(), link: Some(name.to_owned()) };
    }
    if let Some(of) = ["oneOf", "anyOf"].iter().find_map(|name| schema.get(*name)).and_then(Value::as_array) {
        return one_of(of);
    }
    if let Some(items) = schema.get("items") {
        let Kind { text, link } = read_kind(items);
        return Kind { text: format!("[{text}]"), link };
    }
    Kind { text: plain(schema), link: None }
}

fn one_of(schemas: &[Value]) -> Kind {
    let kinds: Vec<Kind> = schemas.iter().map(read_kind).collect();
    let texts: Vec<&str> = kinds.iter().map(|kind| kind.text.as_str()).collect();
    let text = texts.join(" | ");
    Kind { text, link: kinds.into_iter().find_map(|kind| kind.link) }
}

fn plain(schema: &Value) -> String {
    if let Some(variants) = schema.get("enum").and_then(Value::as_array) {
        let variants: Vec<String> = variants.iter().map(Value::to_string).collect();
        return variants.join(" | ");
    }
    let types = match schema.get("type") {
        Some(Value::String(one)) => one.clone(),
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => "any".to_owned(),
    };
    match bounds(schema) {
        Some(bounds) => format!("{types} ({bounds})"),
        None => types,
    }
}

fn bounds(schema: &Value) -> Option<String> {
    let bound = |names: [&str; 3]| names.iter().find_map(|name| schema.get(*name)).map(Value::to_string);
    let least = bound(["minimum", "minLength", "minItems"]);
    let most = bound(["maximum", "maxLength", "maxItems"]);
    match (least, most) {
        (None, None) => None,
        (least, most) => Some(format!("{}–{}", least.unwrap_or_default(), most.unwrap_or_default())),
    }
}
