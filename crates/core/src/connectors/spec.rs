//! A connector as configured: the factory, the kind of message it carries, and its settings. The settings
//! stay raw here, because each factory in `connectors` parses its own; they may contain passwords and are
//! never logged.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A configured connector.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectorSpec {
    /// The operator's id for it.
    pub id: String,
    /// The factory: `simple-mail-transfer-protocol`, `file` …
    pub connector_id: String,
    /// The kind of message it carries.
    #[serde(rename = "type")]
    pub kind: ConnectorType,
    /// The configuration for the factory.
    #[serde(default)]
    pub config: Value,
    /// Its priority among connectors of its kind, the lowest first; ties are broken by id.
    #[serde(default)]
    pub priority: i32,
}

/// A connector to be created.
#[derive(Clone, Debug, Default)]
pub struct NewConnector {
    /// Its id; generated when missing.
    pub id: Option<String>,
    /// Its factory.
    pub factory: String,
    /// The configuration for the factory.
    pub config: Map<String, Value>,
    /// Its priority; without one it replaces the connectors of its kind.
    pub priority: Option<i32>,
}

/// What changes of a connector; what is missing stays.
#[derive(Clone, Debug, Default)]
pub struct ConnectorPatch {
    /// The whole configuration for the factory.
    pub config: Option<Map<String, Value>>,
    /// Its priority.
    pub priority: Option<i32>,
}

/// What a connector carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum ConnectorType {
    /// Mail.
    Email,
    /// Text messages.
    Sms,
}

/// A connector factory, as shown to the operator who configures one.
#[derive(Clone, Copy, Debug)]
pub struct FactoryInfo {
    /// The value of `connectorId`.
    pub id: &'static str,
    /// The kind of message its connectors carry.
    pub kind: ConnectorType,
    /// Its display name.
    pub name: &'static str,
    /// The fields of `config`.
    pub fields: &'static [Field],
}

/// One setting of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its key in `config`.
    pub name: &'static str,
    /// Whether it is required.
    pub required: bool,
    /// Whether it is, or contains, a secret.
    pub secret: bool,
}

impl Field {
    /// A required field.
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true, secret: false }
    }

    /// An optional field.
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false, secret: false }
    }

    /// Marks the field as secret.
    pub const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }
}

impl fmt::Debug for ConnectorSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectorSpec")
            .field("id", &self.id)
            .field("connector_id", &self.connector_id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
