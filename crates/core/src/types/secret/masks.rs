//! Masks for secrets. A response contains `******` in place of a secret; sent back at the same path, at any
//! depth, it keeps the stored secret. Anywhere else it is an error, and it is never stored as a secret
//! itself.

use serde_json::Value;

/// Stands for a secret in responses, and in a change that keeps it.
pub const MASK: &str = "******";

/// The error for a secret that was set for another server: a caller who may change the destination could
/// read the secret there.
const SECRET_NEEDED_AGAIN: &str =
    "expected the secret again, because scheme, host or port of the server changed";

/// Secrets that were restored, and masks without a stored secret, by path.
#[derive(Debug, Default)]
pub(crate) struct Restored {
    kept: Vec<String>,
    missing: Vec<String>,
}

impl Restored {
    /// Replaces the masks in a value by the stored secrets; `stored` is none where no secret may be.
    pub(crate) fn restore(&mut self, given: &mut Value, stored: Option<&Value>, path: &str) {
        match given {
            Value::String(text) if text == MASK => self.restore_one(given, stored, path),
            Value::Object(fields) => {
                for (name, inner) in fields {
                    self.restore(
                        inner,
                        stored.and_then(|stored| stored.get(name)),
                        &format!("{path}.{name}"),
                    );
                }
            }
            Value::Array(items) => {
                for (at, inner) in items.iter_mut().enumerate() {
                    self.restore(inner, stored.and_then(|stored| stored.get(at)), &format!("{path}[{at}]"));
                }
            }
            _ => {}
        }
    }

    /// An earlier version could store the mask itself, which is no secret.
    fn restore_one(&mut self, given: &mut Value, stored: Option<&Value>, path: &str) {
        match stored.filter(|stored| !stored.is_null() && !holds_mask(stored)) {
            Some(stored) => {
                given.clone_from(stored);
                self.kept.push(path.to_owned());
            }
            None => self.missing.push(path.to_owned()),
        }
    }

    /// The errors for masks without a stored secret, one line each.
    pub(crate) fn missing_problems(&self) -> Vec<String> {
        let missing = |path: &String| {
            format!(
                "{path}: expected the value itself, because no secret is stored here that {MASK} could stand for"
            )
        };
        self.missing.iter().map(missing).collect()
    }

    /// The errors for the masks, one line each; `leads_elsewhere` tells whether the secrets would be sent to
    /// another server.
    pub(crate) fn problems(self, leads_elsewhere: impl FnOnce() -> bool) -> Vec<String> {
        let mut found = self.missing_problems();
        if !self.kept.is_empty() && leads_elsewhere() {
            found.extend(self.kept.iter().map(|path| format!("{path}: {SECRET_NEEDED_AGAIN}")));
        }
        found
    }
}

fn holds_mask(value: &Value) -> bool {
    match value {
        Value::String(text) => text == MASK,
        Value::Object(fields) => fields.values().any(holds_mask),
        Value::Array(items) => items.iter().any(holds_mask),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Restored;

    /// The value with its secrets, and the errors for its masks.
    fn restored(mut given: Value, stored: &Value, leads_elsewhere: bool) -> (Value, Vec<String>) {
        let mut found = Restored::default();
        found.restore(&mut given, Some(stored), "config");
        (given, found.problems(|| leads_elsewhere))
    }

    #[test]
    fn a_mask_keeps_what_is_stored_at_its_path() {
        let stored = json!({ "a": "one", "deep": { "b": ["two", { "c": "three" }] }, "other": 7 });
        let given = json!({ "a": "******", "deep": { "b": ["new", { "c": "******" }] }, "other": "****" });
        let (value, problems) = restored(given, &stored, false);
        let expected = json!({ "a": "one", "deep": { "b": ["new", { "c": "three" }] }, "other": "****" });
        assert_eq!((value, problems), (expected, Vec::new()));
        assert_eq!(restored(json!({ "deep": "******" }), &stored, false).0["deep"], stored["deep"]);
    }

    #[test]
    fn a_mask_is_refused_by_its_path() {
        let stored = json!({ "a": "one", "b": null, "c": { "d": "******" } });
        let given = json!({ "a": { "x": "******" }, "b": "******", "c": "******", "z": ["******"] });
        let (_, problems) = restored(given, &stored, true);
        let paths: Vec<&str> = problems.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(paths, ["config.a.x", "config.b", "config.c", "config.z[0]"]);
        let (_, problems) = restored(json!({ "a": "******" }), &stored, true);
        assert!(problems[0].starts_with("config.a: expected the secret again"), "{problems:?}");
    }
}
