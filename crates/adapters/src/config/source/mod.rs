//! Puts the file and the variables together and tells what is wrong with either, by the name that the
//! operator used. No meaning here: that a public address must be https is judged by its own type.

mod injected;
mod secret_file;
mod variables;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use figment::Figment;
use figment::error::Kind;
use figment::providers::Serialized;
use toml::{Table, Value};

use crate::config::sections::{RawConfig, all_keys};
use crate::config::source::variables::{Given, Settings};
use rekey_core::types::error::parse_error;

pub use crate::config::source::secret_file::{SecretFile, variable_or_file};

/// What the operator said.
pub struct Source {
    /// In types.
    pub raw: RawConfig,
    /// The variables that an orchestrator set and that are not read, sorted.
    pub passed_over: Vec<String>,
    /// The files that variables named.
    pub secret_files: Vec<SecretFile>,
}

/// One variable of the environment.
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, which may be a secret.
    pub text: String,
}

/// Reads the file, if any, and the variables.
pub fn read(file: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> anyhow::Result<Source> {
    let mut figment = Figment::new();
    if let Some(file) = file {
        figment = figment.merge(Serialized::globals(read_table(file)?));
    }
    let Settings { given, passed_over, secret_files } = variables::read(env)?;
    for Given { key, text, .. } in &given {
        figment = figment.merge(Serialized::global(key.name, (key.read)(text)));
    }
    let raw = figment.extract().map_err(|error| {
        let name = error.path.join(".");
        let variable = given.iter().find(|given| is_within(&name, given.key.name));
        let in_file = || file.map_or_else(|| name.clone(), |file| format!("{}: {name}", file.display()));
        let name = variable.map_or_else(in_file, |given| given.variable.clone());
        anyhow!("{name}: {}", describe_error(&error.kind))
    })?;
    Ok(Source { raw, passed_over, secret_files })
}

/// Whether the path is that of the key, or of an entry of its list.
fn is_within(path: &str, key: &str) -> bool {
    path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
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
            // The section that the key is in is no suggestion.
            let known = known_names().filter(|name| !path.starts_with(&format!("{name}.")));
            return Err(format!("{path}: {}", describe_unknown("key", &path, known)));
        }
        let Value::Table(inner) = value else {
            return Err(format!("{path}: expected a section"));
        };
        check_known(inner, &below)?;
    }
    Ok(())
}

/// Names the nearest known name, or the document that has all of them.
fn describe_unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let text = parse_error::describe_unknown(what, name, known.clone());
    let is_near = parse_error::nearest_name(name, known).is_some();
    if is_near { text } else { format!("{text}; docs/configuration.md lists them") }
}

/// What may stand in a file: keys and sections.
fn known_names() -> impl Iterator<Item = &'static str> + Clone {
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
