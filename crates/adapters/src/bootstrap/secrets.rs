//! Resolves `{ "env": "NAME" }` and `{ "file": "PATH" }` to secrets, only where a secret is expected.
//! Elsewhere such an object is left as it is and refused by its type.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// The source of secrets.
pub(super) struct SecretResolver<'a> {
    /// The directory of the bootstrap file, to which relative paths are relative.
    pub directory: &'a Path,
    /// Looks up environment variables, or the files that they name.
    pub lookup: &'a dyn Fn(&str) -> Result<Option<String>, String>,
}

const SECRET_PATHS: [(&str, &str); 5] = [
    ("users", "password"),
    ("users", "passwordDigest"),
    ("applications", "secret"),
    ("apiKeys", "token"),
    ("hooks", "signingKey"),
];

/// Replaces every reference in the tree.
pub fn resolve(tree: &mut Value, sources: &SecretResolver<'_>) -> Result<(), String> {
    for (list, field) in SECRET_PATHS {
        for (at, entry) in entries(tree, list) {
            if let Some(value) = entry.get_mut(field) {
                sources.fill(value, &format!("{list}[{at}].{field}"))?;
            }
        }
    }
    for list in ["connectors", "hooks"] {
        for (at, entry) in entries(tree, list) {
            if let Some(config) = entry.get_mut("config") {
                sources.fill_below(config, &format!("{list}[{at}].config"))?;
            }
        }
    }
    Ok(())
}

fn entries<'t>(tree: &'t mut Value, list: &str) -> impl Iterator<Item = (usize, &'t mut Value)> {
    tree.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten().enumerate()
}

impl SecretResolver<'_> {
    fn fill_below(&self, value: &mut Value, path: &str) -> Result<(), String> {
        match value {
            Value::Object(fields) => {
                for (name, inner) in fields {
                    self.fill_all(inner, &format!("{path}.{name}"))?;
                }
            }
            Value::Array(items) => {
                for (at, inner) in items.iter_mut().enumerate() {
                    self.fill_all(inner, &format!("{path}[{at}]"))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn fill_all(&self, value: &mut Value, path: &str) -> Result<(), String> {
        self.fill(value, path)?;
        self.fill_below(value, path)
    }

    fn fill(&self, value: &mut Value, path: &str) -> Result<(), String> {
        let Some((kind, name)) = parse_reference(value) else {
            return Ok(());
        };
        let Some(name) = name.as_str() else {
            return Err(format!("{path}.{kind}: expected text"));
        };
        let secret = if kind == "env" { self.variable(name) } else { self.file(name) };
        *value = Value::String(secret.map_err(|problem| format!("{path}: {problem}"))?);
        Ok(())
    }

    fn variable(&self, name: &str) -> Result<String, String> {
        (self.lookup)(name)?.ok_or_else(|| format!("the variable {name} is not set, nor {name}_FILE"))
    }

    /// Only the final newline that editors and `echo` add is removed; other whitespace may belong to the
    /// secret.
    fn file(&self, name: &str) -> Result<String, String> {
        let file = self.directory.join(name);
        let text = fs::read_to_string(&file)
            .map_err(|error| format!("the file {} cannot be read: {error}", file.display()))?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
    }
}

/// An object with exactly one key, and that one is `env` or `file`.
fn parse_reference(value: &Value) -> Option<(&'static str, Value)> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    ["env", "file"].into_iter().find_map(|kind| fields.get(kind).map(|name| (kind, name.clone())))
}
