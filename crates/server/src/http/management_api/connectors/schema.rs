//! The JSON form of connectors and factories. Secrets are only read; responses hold `******` in their place.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use rekey_core::connectors;
use rekey_core::connectors::port::ConnectorRegistry;
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType, FactoryInfo, Field};

/// A new connector.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewConnector)]
pub struct NewIn {
    /// The factory.
    pub(super) connector_id: String,
    /// Its settings; see the factories.
    #[serde(default)]
    pub(super) config: Map<String, Value>,
    /// Its id: letters, digits, `-` and `_`. Generated if absent.
    #[schema(max_length = 128)]
    pub(super) id: Option<String>,
    /// Its priority among those of its kind, the lowest first. Without it, the new connector replaces all of
    /// its kind.
    pub(super) priority: Option<i32>,
    /// Accepted and ignored.
    #[serde(default)]
    #[expect(dead_code, reason = "clients of this API send it")]
    metadata: Option<Map<String, Value>>,
    /// Accepted and ignored: there are no connectors for sign-in.
    #[serde(default)]
    #[expect(dead_code, reason = "clients of this API send it")]
    sync_profile: Option<bool>,
}

/// The changes of a connector.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ConnectorPatch)]
pub struct PatchIn {
    /// Replaces all settings; a secret given as `******`, also within a setting, is kept.
    pub(super) config: Option<Map<String, Value>>,
    /// Its priority among those of its kind, the lowest first.
    pub(super) priority: Option<i32>,
}

/// A test message: recipient and settings.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ConnectorTest)]
pub struct TestIn {
    /// The recipient, for email.
    pub(super) email: Option<String>,
    /// The recipient, for SMS.
    pub(super) phone: Option<String>,
    /// The settings of the factory.
    pub(super) config: Map<String, Value>,
    /// The language of the message.
    #[schema(max_length = 35)]
    pub(super) locale: Option<String>,
}

/// A connector, without its secrets.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Connector)]
pub(super) struct ConnectorOut {
    tenant_id: &'static str,
    id: String,
    /// Its factory.
    pub(super) connector_id: String,
    /// The kind of messages that it sends.
    #[serde(rename = "type")]
    kind: ConnectorType,
    /// The display name of its factory.
    name: String,
    /// Its settings; `******` stands for a secret.
    config: Value,
    /// Its priority among those of its kind, the lowest first.
    priority: i32,
    /// Always empty.
    metadata: Map<String, Value>,
    /// Always false.
    sync_profile: bool,
}

/// A kind of connector.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectorFactory)]
pub(super) struct FactoryOut {
    id: &'static str,
    /// The kind of messages that its connectors send.
    #[serde(rename = "type")]
    kind: ConnectorType,
    /// Its display name.
    name: &'static str,
    /// The settings in `config`.
    #[serde(rename = "formItems")]
    fields: Vec<FieldOut>,
}

/// A setting.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectorSetting)]
pub(super) struct FieldOut {
    key: &'static str,
    /// Whether it is required.
    required: bool,
    /// Whether it is a secret, which is never shown again.
    secret: bool,
}

impl From<&FactoryInfo> for FactoryOut {
    fn from(info: &FactoryInfo) -> Self {
        let field =
            |field: &Field| FieldOut { key: field.name, required: field.required, secret: field.secret };
        Self {
            id: info.id,
            kind: info.kind,
            name: info.name,
            fields: info.fields.iter().map(field).collect(),
        }
    }
}

impl ConnectorOut {
    /// The connector without its secrets.
    pub(super) fn new(registry: &dyn ConnectorRegistry, connector: ConnectorSpec) -> Self {
        let config = connectors::mask_secrets(registry, &connector);
        let factory = connectors::factory(registry, &connector.connector_id);
        Self {
            tenant_id: "default",
            id: connector.id,
            name: factory.map_or_else(|| connector.connector_id.clone(), |factory| factory.name.to_owned()),
            connector_id: connector.connector_id,
            kind: connector.kind,
            config,
            priority: connector.priority,
            metadata: Map::new(),
            sync_profile: false,
        }
    }
}
