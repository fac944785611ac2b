//! Describes a change for its audit entry: one line for each value, with its path, the old value and the new
//! one. Secrets are masked, so that the log shows that one changed but not its value.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::types::secret::masks::MASK;

/// The most values that are listed for one change.
const MAX_CHANGES: usize = 100;
/// The longest value, in characters of its JSON.
const MAX_VALUE_LEN: usize = 500;
/// Words, in lowercase, that mark a name as that of a secret.
const SECRET_WORDS: [&str; 7] =
    ["secret", "token", "apikey", "privatekey", "authorization", "credential", "passphrase"];

/// Lists what differs between two states; an absent value is null. `is_secret` tells whether the value at a
/// path must be masked, besides those whose names give them away.
pub(crate) fn diff(
    before: &impl Serialize,
    after: &impl Serialize,
    is_secret: impl Fn(&str) -> bool,
) -> Value {
    let read = |state: Result<Value, serde_json::Error>| state.unwrap_or_default();
    let mut found = Vec::new();
    collect_changes(&mut found, "", &read(serde_json::to_value(before)), &read(serde_json::to_value(after)));
    let more = found.len().saturating_sub(MAX_CHANGES);
    let listed = found.into_iter().take(MAX_CHANGES).map(|change| {
        let hides = is_secret(&change.path) || is_named_secret(&change.path);
        json!({ "path": change.path, "before": mask(change.before, hides), "after": mask(change.after, hides) })
    });
    let mut listed: Vec<Value> = listed.collect();
    if more > 0 {
        listed.push(json!({ "path": "…", "before": null, "after": format!("{more} more") }));
    }
    Value::Array(listed)
}

struct Change {
    path: String,
    before: Value,
    after: Value,
}

fn collect_changes(found: &mut Vec<Change>, path: &str, before: &Value, after: &Value) {
    let nothing = Map::new();
    let (one, other) = match (before, after) {
        (Value::Object(one), Value::Object(other)) => (one, other),
        (Value::Object(one), Value::Null) => (one, &nothing),
        (Value::Null, Value::Object(other)) => (&nothing, other),
        (before, after) if before == after => return,
        (before, after) => {
            found.push(Change { path: path.to_owned(), before: before.clone(), after: after.clone() });
            return;
        }
    };
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    for name in names {
        let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let at = |map: &Map<String, Value>| map.get(name).cloned().unwrap_or_default();
        collect_changes(found, &below, &at(one), &at(other));
    }
}

/// Whether the last segment of a path names a secret, or one above it a group of secrets.
fn is_named_secret(path: &str) -> bool {
    let plain = path.to_ascii_lowercase().replace(['_', '-'], "");
    let (above, last) = plain.rsplit_once('.').unwrap_or(("", plain.as_str()));
    let holds = |name: &str| name.contains("secret") || name.contains("credential") || name == "headers";
    last == "password" || SECRET_WORDS.iter().any(|word| last.contains(word)) || above.split('.').any(holds)
}

/// The value as it is shown to readers of the log: booleans and numbers are never secrets, whatever they are
/// called.
fn mask(value: Value, hides: bool) -> Value {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
        _ if hides => Value::from(MASK),
        value => match value.to_string() {
            text if text.len() <= MAX_VALUE_LEN => value,
            text => Value::from(format!("{}…", text.chars().take(MAX_VALUE_LEN).collect::<String>())),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::diff;

    fn diff_of(before: &Value, after: &Value) -> Value {
        diff(before, after, |path| path.starts_with("config.auth"))
    }

    #[test]
    fn only_what_differs_is_recorded_by_its_path() {
        let before = json!({ "a": 1, "b": { "c": [1], "d": "x" }, "gone": true });
        let after = json!({ "a": 1, "b": { "c": [1, 2], "d": "x" }, "new": { "deep": "y" } });
        let expected = json!([
            { "path": "b.c", "before": [1], "after": [1, 2] },
            { "path": "gone", "before": true, "after": null },
            { "path": "new.deep", "before": null, "after": "y" },
        ]);
        assert_eq!(diff_of(&before, &after), expected);
        assert_eq!(diff_of(&before, &before), json!([]));
        assert_eq!(
            diff_of(&Value::Null, &json!({ "a": 1 })),
            json!([{ "path": "a", "before": null, "after": 1 }])
        );
    }

    #[test]
    fn a_change_of_a_secret_is_recorded_without_its_value() {
        let before = json!({ "clientSecret": "hunter2", "config": { "auth": { "pass": "one" }, "host": "a" }, "password": true });
        let after = json!({ "clientSecret": "hunter3", "config": { "auth": { "pass": "two" }, "host": "b" }, "password": false });
        let listed = diff_of(&before, &after);
        let text = listed.to_string();
        assert!(!["hunter", "one", "two"].iter().any(|secret| text.contains(secret)), "{text}");
        let paths: Vec<&str> =
            listed.as_array().unwrap().iter().map(|line| line["path"].as_str().unwrap()).collect();
        assert_eq!(paths, ["clientSecret", "config.auth.pass", "config.host", "password"]);
        assert_eq!(listed[0]["after"], "******");
        assert_eq!(listed[3]["after"], false);
    }

    #[test]
    fn long_values_and_many_of_them_are_cut() {
        let many: serde_json::Map<String, Value> =
            (0..150).map(|n| (format!("k{n}"), json!("x".repeat(900)))).collect();
        let listed = diff_of(&Value::Null, &Value::Object(many));
        assert_eq!(listed.as_array().unwrap().len(), 101);
        assert!(listed.to_string().len() < 100_000);
    }
}
