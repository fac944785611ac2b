//! A connector as operators write it: which factory carries messages of which kind, with which settings. The settings
//! stay raw here, because each factory in `connectors` reads its own; they may hold passwords and are never logged.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One configured way out of the building.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectorSpec {
    /// The operator's own name for it.
    pub id: String,
    /// The factory: `simple-mail-transfer-protocol`, `file` …
    pub connector_id: String,
    /// What it carries.
    #[serde(rename = "type")]
    pub kind: ConnectorType,
    /// What the factory wants to know.
    #[serde(default)]
    pub config: serde_json::Value,
    /// Its turn among those of its kind, the lowest first; of equals the first by id.
    #[serde(default)]
    pub priority: i32,
}

/// What a connector carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum ConnectorType {
    /// Mail.
    Email,
    /// Text messages.
    Sms,
}

/// A kind of connector, as it is shown to whoever sets one up.
#[derive(Clone, Copy, Debug)]
pub struct FactoryInfo {
    /// What operators write under `connectorId`.
    pub id: &'static str,
    /// What its connectors carry.
    pub kind: ConnectorType,
    /// What people call it.
    pub name: &'static str,
    /// What `config` may hold.
    pub fields: &'static [Field],
}

/// One setting of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its key in `config`.
    pub name: &'static str,
    /// Whether nothing works without it.
    pub required: bool,
    /// Whether it is, or holds, what nobody may read.
    pub secret: bool,
}

impl Field {
    /// One that has to be set.
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true, secret: false }
    }

    /// One that may be set.
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false, secret: false }
    }

    /// The same, and nobody may read it.
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
