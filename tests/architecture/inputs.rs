//! Bodies and forms state their bounds where they are declared: each derives `Validate`, and the bounds that
//! are checked are those that the API description states. `utoipa` takes literals only: both stand on the
//! field and are compared here.

use super::{File, interfaces, none};

/// A struct with its attributes and its fields, as text.
struct Item<'a> {
    name: &'a str,
    attributes: String,
    fields: &'a str,
}

/// The structs of a file.
fn items(text: &str) -> Vec<Item<'_>> {
    let starts = text.match_indices("struct ").map(|(at, word)| (at, at + word.len()));
    let item = |(at, name_at): (usize, usize)| {
        let name = text[name_at..].split(|c: char| !c.is_alphanumeric()).next()?;
        let above = text[..at].lines().rev().take_while(|line| !line.trim().is_empty());
        let attributes = above.filter(|line| !line.trim_start().starts_with("//")).collect();
        let inner = text[name_at..].split_once("{\n").map_or("", |(_, inner)| inner);
        Some(Item { name, attributes, fields: inner.split("\n}").next()? })
    };
    starts.filter_map(item).collect()
}

/// The fields of a struct, each with the attributes above it.
fn fields(text: &str) -> Vec<String> {
    let (mut found, mut field) = (Vec::new(), String::new());
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        field += line;
        let is_whole = field.matches(['[', '(']).count() == field.matches([']', ')']).count();
        if is_whole && line.ends_with(',') {
            found.push(std::mem::take(&mut field));
        }
    }
    found
}

/// The number that one of these names is set to.
fn bound<'a>(attributes: &'a str, names: &[&str]) -> Option<&'a str> {
    let after = names.iter().find_map(|name| attributes.split_once(&format!("{name} = ")))?.1;
    after.split([',', ')']).next()
}

fn checked(field: &str) -> Option<[Option<&str>; 2]> {
    let (_, rule) = field.split_once("#[validate(")?;
    match rule.split_once("validate_name::<") {
        Some((_, most)) => Some([Some("1"), most.split('>').next()]),
        None => {
            let bounds = [bound(rule, &["(min", " min"]), bound(rule, &["(max", " max"])];
            bounds.iter().any(Option::is_some).then_some(bounds)
        }
    }
}

fn described(field: &str) -> [Option<&str>; 2] {
    let least = bound(field, &["min_length", "min_items", "minimum"]);
    [least, bound(field, &["max_length", "max_items", "maximum"])]
}

fn unbounded(file: &File) -> Vec<String> {
    let is_input = |item: &Item<'_>| item.name.ends_with("In") || item.name.ends_with("Form");
    let is_read = |item: &Item<'_>| item.attributes.contains("Deserialize");
    let found = items(&file.text).into_iter().filter(|item| is_input(item) && is_read(item));
    let unbounded = found.filter(|item| !item.attributes.contains("Validate"));
    unbounded.map(|item| format!("{}: {} does not derive Validate", file.path, item.name)).collect()
}

fn misdescribed(file: &File) -> Vec<String> {
    let is_described =
        |item: &Item<'_>| ["ToSchema", "IntoParams"].iter().any(|it| item.attributes.contains(it));
    let found: Vec<_> = items(&file.text).into_iter().filter(is_described).collect();
    let differs = |field: &String| checked(field).is_some_and(|bounds| bounds != described(field));
    let fields = found.iter().flat_map(|item| fields(item.fields).into_iter().map(move |it| (item.name, it)));
    let wrong = fields.filter(|(_, field)| differs(field));
    wrong.map(|(name, field)| format!("{}: {name} describes other bounds: {field}", file.path)).collect()
}

#[test]
fn every_body_and_form_states_its_bounds() {
    none(&interfaces("").into_iter().flat_map(unbounded).collect::<Vec<_>>());
    let text = |derives: &str, name: &str| {
        format!("use a::B;\n\n/// A body.\n#[derive({derives})]\n#[x]\npub struct {name} {{\n    a: B,\n}}\n")
    };
    let found = |derives, name| unbounded(&File::new("src/http/x.rs", &text(derives, name))).len();
    assert_eq!((found("Deserialize, ToSchema", "CodeIn"), found("serde::Deserialize", "CodeForm")), (1, 1));
    assert_eq!((found("Deserialize, Validate", "CodeIn"), found("Serialize", "CodeIn")), (0, 0));
}

#[test]
fn what_is_described_is_what_is_checked() {
    none(&interfaces("").into_iter().flat_map(misdescribed).collect::<Vec<_>>());
    let text = |schema: &str, rule: &str| {
        format!(
            "#[derive(ToSchema, Validate)]\nstruct AIn {{\n    /// It.\n    #[schema({schema})]\n    \
             #[validate({rule})]\n    a: B,\n    c: D,\n}}\n"
        )
    };
    let found = |schema, rule| misdescribed(&File::new("src/http/x.rs", &text(schema, rule))).len();
    for (schema, rule) in [
        ("max_items = 20", "length(min = 1, max = 20)"),
        ("minimum = 60, maximum = 600", "range(min = 60, max = 601)"),
        ("max_length = 128", "custom(function = validate_name::<128>)"),
        ("format = Email", "length(max = 0, message = \"expected none, or (a)\")"),
    ] {
        assert_eq!(found(schema, rule), 1, "{schema}: {rule}");
    }
    for (schema, rule) in [
        ("min_items = 1, max_items = 20", "length(min = 1, max = 20)"),
        ("value_type = String, min_length = 1", "length(min = 1)"),
        ("min_length = 1, max_length = 128", "custom(function = validate_name::<128>)"),
        ("max_length = 5", "nested"),
    ] {
        assert_eq!(found(schema, rule), 0, "{schema}: {rule}");
    }
}
