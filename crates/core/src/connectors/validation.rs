//! What is validated before a connector is saved, and which of its secrets are kept.

use serde_json::{Map, Value};

use crate::Core;
use crate::connectors::port::ConnectorRegistry;
use crate::connectors::spec::{ConnectorSpec, FactoryInfo, NewConnector};
use crate::connectors::{factory, templates};
use crate::types::error::{ConnectorFault, Refusal, Result};
use crate::types::ids;
use crate::types::secret::masks::{MASK, Restored};

pub(super) fn build_spec(
    core: &Core,
    registry: &dyn ConnectorRegistry,
    new: NewConnector,
) -> Result<ConnectorSpec> {
    let info = factory(registry, &new.factory).ok_or(Refusal::Connector(ConnectorFault::UnknownFactory))?;
    let id = new.id.unwrap_or_else(|| ids::generate(core.now(), core.rng(), 21));
    let is_id_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if id.is_empty() || id.len() > 128 || !id.bytes().all(is_id_byte) {
        return Err(invalid_settings("id: expected 1 to 128 letters, digits, - and _").into());
    }
    let mut config = new.config;
    ensure_none(restore_secrets(info, &mut config, &Value::Null).problems(|| false))?;
    let connector = ConnectorSpec {
        id,
        connector_id: info.id.to_owned(),
        kind: info.kind,
        config: Value::Object(config),
        priority: new.priority.unwrap_or_default(),
    };
    validate(registry, &connector)?;
    Ok(connector)
}

/// Whether a setting is secret: masked in responses, and a mask is accepted for it in requests.
fn is_secret(info: FactoryInfo, name: &str) -> bool {
    info.fields.iter().any(|field| field.secret && field.name == name)
}

/// Replaces masks by the stored secrets.
pub(super) fn restore_secrets(
    info: FactoryInfo,
    config: &mut Map<String, Value>,
    before: &Value,
) -> Restored {
    let mut restored = Restored::default();
    for (name, value) in config {
        let stored = before.get(name).filter(|_| is_secret(info, name));
        restored.restore(value, stored, &format!("config.{name}"));
    }
    restored
}

/// Refuses a configuration that has problems.
pub(super) fn ensure_none(problems: Vec<String>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(invalid_config(problems.join("\n")).into()) }
}

const fn invalid_config(problem: String) -> Refusal {
    Refusal::Connector(ConnectorFault::Invalid(problem))
}

pub(super) fn invalid_settings(problem: &str) -> Refusal {
    Refusal::SettingsInvalid(vec![problem.to_owned()])
}

/// Validates a connector; paths in errors start at the body of the call.
pub(super) fn validate(registry: &dyn ConnectorRegistry, connector: &ConnectorSpec) -> Result<()> {
    let prefix = format!("connectors[{}].", connector.id);
    registry.check(connector).map_err(|problem| invalid_config(problem.replace(&prefix, "")))?;
    ensure_none(templates::validation_errors(connector))
}

/// The configuration of a connector with its secrets masked.
pub fn mask_secrets(registry: &dyn ConnectorRegistry, connector: &ConnectorSpec) -> Value {
    let Value::Object(mut config) = connector.config.clone() else { return Value::Object(Map::new()) };
    // A connector that cannot be set up here has no factory that lists secrets.
    if let Some(info) = factory(registry, &connector.connector_id) {
        for (_, value) in config.iter_mut().filter(|(name, _)| is_secret(info, name)) {
            *value = MASK.into();
        }
    }
    Value::Object(config)
}
