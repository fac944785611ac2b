//! `docs/configuration.md` and `.env.example`, written from the table of keys. The prose around the tables is
//! in `reference.md` and `env_example.txt` beside this file; a test compares the committed copies with these.

use crate::config::keys::ConfigKey;
use crate::config::sections::{Breaches, Connections, Hashing, Outbound, Outbox, RawConfig, Stop, all_keys};
use rekey_core::settings::Settings;

const PROSE: &str = include_str!("reference.md");
const ENV_HEAD: &str = include_str!("env_example.txt");

/// The text of `docs/configuration.md`.
pub fn reference() -> String {
    let defaults = serde_json::to_string_pretty(&Settings::default()).unwrap_or_default();
    PROSE
        .replace("{{keys}}", &table(RawConfig::KEYS))
        .replace("{{hashing}}", &table(Hashing::KEYS))
        .replace("{{breaches}}", &table(Breaches::KEYS))
        .replace("{{outbox}}", &table(Outbox::KEYS))
        .replace("{{connections}}", &table(Connections::KEYS))
        .replace("{{outbound}}", &table(Outbound::KEYS))
        .replace("{{stop}}", &table(Stop::KEYS))
        .replace("{{settings}}", &defaults)
}

/// The text of `.env.example`: every variable, commented out, with its default.
pub fn env_example() -> String {
    let mut text = ENV_HEAD.to_owned();
    for key in all_keys() {
        let lines: String = key.text.iter().map(|line| format!("#{line}\n")).collect();
        let value = if is_value(key.default) { key.default } else { "" };
        text.push_str(&format!("\n{lines}# Default: {}\n#{}={value}\n", key.default, key.variable()));
    }
    text
}

fn table(keys: &[ConfigKey]) -> String {
    let rows = keys.iter().map(row).collect::<Vec<_>>().join("\n");
    format!("| key | variable | default | |\n|---|---|---|---|\n{rows}")
}

fn row(key: &ConfigKey) -> String {
    format!(
        "| `{}` | `{}` | {} | {} |",
        key.name,
        key.variable(),
        format_default(key.default),
        key.one_line_text()
    )
}

/// A value stands in code, words stand as they are.
fn format_default(default: &str) -> String {
    if default == "none" || default.contains(' ') { default.to_owned() } else { format!("`{default}`") }
}

/// Whether the default can be written down as it is, and depends on nothing.
fn is_value(default: &str) -> bool {
    default != "none" && !default.contains([' ', '<'])
}
