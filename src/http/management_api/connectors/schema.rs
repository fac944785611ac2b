//! The JSON form of connectors and factories. Secrets are only read; responses hold `******` in their place.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use crate::core::connectors;
use crate::core::connectors::port::ConnectorRegistry;
use crate::core::connectors::spec::{ConnectorSpec, ConnectorType, FactoryInfo, Field};

/// A connector to be.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewConnector)]
pub struct NewIn {
    /// The factory.
    pub(super) connector_id: String,
    /// What it wants to know; see the factories.
    #[serde(default)]
    pub(super) config: Map<String, Value>,
    /// Its own id: letters, digits, `-` and `_`. Made when there is none.
    #[schema(max_length = 128)]
    pub(super) id: Option<String>,
    /// Its turn among those of its kind, the lowest first. Without it the new one takes the place of all of
    /// its kind.
    pub(super) priority: Option<i32>,
    /// Taken and not kept.
    #[serde(default)]
    #[expect(dead_code, reason = "clients of this API send it")]
    metadata: Option<Map<String, Value>>,
    /// Taken and not looked at: nobody signs in by a connector here.
    #[serde(default)]
    #[expect(dead_code, reason = "clients of this API send it")]
    sync_profile: Option<bool>,
}

/// What is to be changed of a connector.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ConnectorPatch)]
pub struct PatchIn {
    /// Replaces all settings; a secret that stands there as `******`, or within a setting, stays as it is.
    pub(super) config: Option<Map<String, Value>>,
    /// Its turn among those of its kind, the lowest first.
    pub(super) priority: Option<i32>,
}

/// To whom a made-up code is sent, by which settings.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ConnectorTest)]
pub struct TestIn {
    /// Where a factory of mail sends it.
    pub(super) email: Option<String>,
    /// Where a factory of text messages sends it.
    pub(super) phone: Option<String>,
    /// What the factory wants to know.
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
    /// What it carries.
    #[serde(rename = "type")]
    kind: ConnectorType,
    /// What people call its factory.
    name: String,
    /// Its settings; `******` stands for a secret.
    config: Value,
    /// Its turn among those of its kind, the lowest first.
    priority: i32,
    /// Always empty.
    metadata: Map<String, Value>,
    /// Always false.
    sync_profile: bool,
}

/// A kind of connector that can be set up.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectorFactory)]
pub(super) struct FactoryOut {
    id: &'static str,
    /// What its connectors carry.
    #[serde(rename = "type")]
    kind: ConnectorType,
    /// What people call it.
    name: &'static str,
    /// What `config` may hold.
    #[serde(rename = "formItems")]
    fields: Vec<FieldOut>,
}

/// A setting.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectorSetting)]
pub(super) struct FieldOut {
    key: &'static str,
    /// Whether nothing works without it.
    required: bool,
    /// Whether it is never shown again.
    secret: bool,
}

impl From<&FactoryInfo> for FactoryOut {
    fn from(facts: &FactoryInfo) -> Self {
        let field =
            |field: &Field| FieldOut { key: field.name, required: field.required, secret: field.secret };
        Self {
            id: facts.id,
            kind: facts.kind,
            name: facts.name,
            fields: facts.fields.iter().map(field).collect(),
        }
    }
}

impl ConnectorOut {
    /// The connector without its secrets.
    pub(super) fn new(outlets: &dyn ConnectorRegistry, connector: ConnectorSpec) -> Self {
        let config = connectors::mask_secrets(outlets, &connector);
        let factory = connectors::factory(outlets, &connector.connector_id);
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
