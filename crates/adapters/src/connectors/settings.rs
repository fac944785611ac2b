//! Reads the `config` of a connector and reports errors by path. It never repeats a value, because the value
//! may be a password that was put under the wrong key.

use std::net::IpAddr;

use lettre::message::Mailbox;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::connectors::email::parse_mailbox;
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::types::error::parse_error;

/// The message templates within a connector's settings. The message renderer reads them; connectors do not.
pub(super) type ConnectorTemplates = Vec<Map<String, Value>>;

/// The settings, or `connectors[mail].config.port: expected a number`.
pub(super) fn read<T: DeserializeOwned>(spec: &ConnectorSpec) -> Result<T, String> {
    let nothing = Value::Object(Map::new());
    let config = if spec.config.is_null() { &nothing } else { &spec.config };
    serde_path_to_error::deserialize::<&Value, T>(config).map_err(|error| {
        let path = error.path().to_string();
        let (path, what) = explain(&path, &error.inner().to_string());
        setting_error(spec, &path, &what)
    })
}

/// The error message for one setting; an empty path means the settings as a whole.
pub(super) fn setting_error(spec: &ConnectorSpec, path: &str, what: &str) -> String {
    let dot = if path.is_empty() { "" } else { "." };
    crate::connectors::setting_error(spec, &format!("config{dot}{path}"), what)
}

/// Reads a sender address as an operator writes it.
pub(super) fn read_mailbox(spec: &ConnectorSpec, path: &str, text: &str) -> Result<Mailbox, String> {
    parse_mailbox(text).ok_or_else(|| setting_error(spec, path, "expected an address, as a@b or Name <a@b>"))
}

/// A setting and its path.
pub(super) struct Setting<'a, T> {
    /// Its path below `config`.
    pub field: &'a str,
    /// Its value.
    pub value: T,
}

/// Reads a sender address with a separate name, which takes precedence over a name in the address.
pub(super) fn read_named_mailbox(
    spec: &ConnectorSpec,
    address: &Setting<'_, &str>,
    name: Setting<'_, Option<String>>,
) -> Result<Mailbox, String> {
    let mut mailbox = read_mailbox(spec, address.field, address.value)?;
    if let Some(text) = name.value.filter(|text| !text.trim().is_empty()) {
        if text.contains(char::is_control) {
            return Err(setting_error(spec, name.field, "expected one line"));
        }
        mailbox.name = Some(text);
    }
    Ok(mailbox)
}

/// Suggests the nearest of the `known` words, or all of them if none is near.
pub(super) fn suggest_name(name: &str, known: &[&str]) -> String {
    match parse_error::nearest_name(name, known.iter().copied()) {
        Some(near) => format!("unknown, did you mean {near}?"),
        None => format!("unknown, expected one of {}", known.join(", ")),
    }
}

/// Whether traffic to this host stays on this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().map_or_else(|_| bare.eq_ignore_ascii_case("localhost"), |ip| ip.is_loopback())
}

/// Rewrites serde's messages: they name Rust types and quote the value, which we must not do.
fn explain(path: &str, reason: &str) -> (String, String) {
    let path = if path == "." { "" } else { path };
    if let Some(key) = quoted_text(reason, "missing field") {
        let dot = if path.is_empty() { "" } else { "." };
        return (format!("{path}{dot}{key}"), "missing".to_owned());
    }
    let unknown = quoted_text(reason, "unknown field").or_else(|| quoted_text(reason, "unknown variant"));
    if let Some(key) = unknown {
        let known: Vec<&str> = reason.split('`').skip(3).step_by(2).collect();
        return (path.to_owned(), suggest_name(key, &known));
    }
    (path.to_owned(), format!("expected {}", expected_type(reason)))
}

fn quoted_text<'a>(reason: &'a str, before: &str) -> Option<&'a str> {
    reason.strip_prefix(before)?.split('`').nth(1)
}

fn expected_type(reason: &str) -> &'static str {
    match reason.rsplit("expected ").next().unwrap_or_default() {
        "u16" => "a number up to 65535",
        "u64" => "a number",
        "a boolean" => "true or false",
        "a string" | "path string" => "text",
        "a sequence" => "a list",
        _ => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::{is_loopback, suggest_name};

    #[test]
    fn loopback_is_this_machine_only() {
        assert!(["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"].into_iter().all(is_loopback));
        assert!(
            !["example.com", "10.0.0.1", "localhost.example.com", "0.0.0.0"].into_iter().any(is_loopback)
        );
    }

    #[test]
    fn the_nearest_word_is_named() {
        assert_eq!(suggest_name("htp-sms", &["file", "http-sms"]), "unknown, did you mean http-sms?");
        assert_eq!(suggest_name("zzz", &["file", "http-sms"]), "unknown, expected one of file, http-sms");
    }
}
