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
}

/// What a connector carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectorType {
    /// Mail.
    Email,
    /// Text messages.
    Sms,
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
