//! Puts the file and the variables together and tells what is wrong with either, by the name that the
//! operator used. No meaning here: that a public address must be https is judged by its own type.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use figment::Figment;
use figment::error::Kind;
use figment::providers::Serialized;
use toml::{Table, Value};

use crate::config::keys::ConfigKey;
use crate::config::sections::{RawConfig, all_keys};
use rekey_core::types::error::parse_error;

/// What the operator said, in types.
pub fn read(file: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> anyhow::Result<RawConfig> {
    let mut figment = Figment::new();
    if let Some(file) = file {
        figment = figment.merge(Serialized::globals(read_table(file)?));
    }
    let variables = variables(env)?;
    for (key, text) in &variables {
        figment = figment.merge(Serialized::global(key.name, (key.read)(text)));
    }
    figment.extract().map_err(|error| {
        let name = error.path.join(".");
        let spoken =
            variables.iter().find(|(key, _)| is_within(&name, key.name)).map(|(key, _)| key.variable());
        let in_file = || file.map_or_else(|| name.clone(), |file| format!("{}: {name}", file.display()));
        anyhow!("{}: {}", spoken.unwrap_or_else(in_file), describe_error(&error.kind))
    })
}

/// Whether the path is that of the key, or of an entry of its list.
fn is_within(path: &str, key: &str) -> bool {
    path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The variables that are ours. An empty one counts as not set, because compose files cannot leave one out;
/// only for `breaches.url` does emptiness say something.
fn variables(
    env: impl Iterator<Item = (String, String)>,
) -> anyhow::Result<Vec<(&'static ConfigKey, String)>> {
    let mut found = Vec::new();
    for (name, text) in env.filter(|(name, _)| name.starts_with("REKEY_")) {
        let Some(key) = all_keys().find(|key| key.variable() == name) else {
            let known: Vec<String> = all_keys().map(ConfigKey::variable).collect();
            bail!(
                "{name}: {}",
                parse_error::describe_unknown("variable", &name, known.iter().map(String::as_str))
            );
        };
        if !text.is_empty() || key.name == "breaches.url" {
            found.push((key, text));
        }
    }
    Ok(found)
}

fn read_table(file: &Path) -> anyhow::Result<Table> {
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("{name}: cannot be read"))?;
    let table: Table = toml::from_str(&text)
        .map_err(|error| anyhow!("{name}: {}", parse_error::describe_toml(&error, &text)))?;
    check_known(&table, "").map_err(|problem| anyhow!("{name}: {problem}"))?;
    Ok(table)
}

/// Refuses the first key that is not in the table of keys.
fn check_known(table: &Table, prefix: &str) -> Result<(), String> {
    for (name, value) in table {
        let path = format!("{prefix}{name}");
        let below = format!("{path}.");
        if all_keys().any(|key| key.name == path) {
            continue;
        }
        if !all_keys().any(|key| key.name.starts_with(&below)) {
            return Err(format!("{path}: {}", parse_error::describe_unknown("key", &path, known_names())));
        }
        let Value::Table(inner) = value else {
            return Err(format!("{path}: expected a section"));
        };
        check_known(inner, &below)?;
    }
    Ok(())
}

/// What may stand in a file: keys and sections.
fn known_names() -> impl Iterator<Item = &'static str> {
    let sections = all_keys().filter_map(|key| key.name.split_once('.').map(|(section, _)| section));
    all_keys().map(|key| key.name).chain(sections)
}

/// The problem without the value, which may be a secret.
fn describe_error(kind: &Kind) -> String {
    match kind {
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
            parse_error::describe_expected(expected)
        }
        Kind::UnknownVariant(_, known) => parse_error::describe_one_of(known.iter().copied()),
        Kind::Message(text) if text.contains("socket address") => {
            "expected an address and port such as 127.0.0.1:3000".to_owned()
        }
        Kind::Message(text) => text.clone(),
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => "expected a smaller number".to_owned(),
        other => other.to_string(),
    }
}
