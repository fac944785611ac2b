//! The file that an operator keeps in version control: settings, connectors, users and applications. It is
//! read, resolved and checked here as a whole before anything is changed; the app module applies it to the
//! store. Secrets are resolved on the raw tree first, so that the types never know where one came from.

mod checks;
mod document;
mod messages;
mod secrets;
mod users;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use serde_json::Value;

use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::settings::Settings;
use rekey_core::templates::FileTemplate;
use rekey_core::types::error::parse_error;
use rekey_core::types::error::parse_error::strict_json::{self, JsonError};
use rekey_core::webhooks::FileWebhook;

pub use crate::bootstrap::document::{ApiKeySpec, ApplicationSpec, UserSpec};

/// The content of the bootstrap file.
#[derive(Debug, Default)]
pub struct Bootstrap {
    /// Whether there is a file at all: without one, nothing counts as removed from it.
    pub is_present: bool,
    /// The settings, with defaults for everything that the file leaves out.
    pub settings: Option<Settings>,
    /// Only the settings that the file names; they are merged into those that are stored.
    pub raw_settings: Option<Value>,
    /// The connectors.
    pub connectors: Vec<ConnectorSpec>,
    /// The users.
    pub users: Vec<UserSpec>,
    /// The applications.
    pub applications: Vec<ApplicationSpec>,
    /// The API keys.
    pub api_keys: Vec<ApiKeySpec>,
    /// The webhooks.
    pub hooks: Vec<FileWebhook>,
    /// The message templates.
    pub mail_templates: Vec<FileTemplate>,
}

impl Bootstrap {
    /// Reads a JSON or TOML file, depending on its extension; `lookup` resolves `{ "env": "NAME" }`.
    pub fn read(
        path: &Path,
        lookup: impl Fn(&str) -> Result<Option<String>, String>,
    ) -> anyhow::Result<Self> {
        let name = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
        let directory = path.parent().unwrap_or(Path::new("."));
        parse_tree(path, &text)
            .and_then(|tree| Self::from_tree(tree, &secrets::SecretResolver { directory, lookup: &lookup }))
            .map_err(|problem| anyhow!(prefix_lines(&format!("{name}: "), &problem)))
    }

    /// Reads a document that is part of the program; it may not refer to secrets elsewhere.
    pub fn from_value(tree: Value) -> anyhow::Result<Self> {
        let sources = secrets::SecretResolver { directory: Path::new("."), lookup: &|_| Ok(None) };
        Self::from_tree(tree, &sources).map_err(|problem| anyhow!(problem))
    }

    fn from_tree(mut tree: Value, sources: &secrets::SecretResolver<'_>) -> Result<Self, String> {
        secrets::resolve(&mut tree, sources)?;
        checks::check_unique_ids(&tree)?;
        let read = document::read(tree)?;
        let problems = checks::validation_errors(&read);
        if problems.is_empty() { Ok(read) } else { Err(problems.join("\n")) }
    }
}

fn parse_tree(path: &Path, text: &str) -> Result<Value, String> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => parse_json(text),
        Some("toml") => parse_toml(text),
        _ => Err("expected a name that ends in .json or .toml".to_owned()),
    }
}

/// Parsed again as JSON, so that the same rules hold for texts.
fn parse_toml(text: &str) -> Result<Value, String> {
    let tree: Value = toml::from_str(text).map_err(|error| parse_error::describe_toml(&error, text))?;
    parse_json(&tree.to_string())
}

/// Reports a syntax error with its line, and a duplicate key or a text with U+0000 with its path.
fn parse_json(text: &str) -> Result<Value, String> {
    strict_json::parse(text.as_bytes()).map_err(|unreadable| match unreadable {
        JsonError::DuplicateKey(problem) | JsonError::NullCharacter(problem) => problem,
        JsonError::Syntax => match serde_json::from_str::<Value>(text) {
            Err(error) => error.to_string(),
            Ok(_) => "not JSON".to_owned(),
        },
    })
}

fn prefix_lines(prefix: &str, lines: &str) -> String {
    lines.lines().map(|line| format!("{prefix}{line}")).collect::<Vec<_>>().join("\n")
}
