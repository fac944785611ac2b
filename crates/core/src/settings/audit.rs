//! Settings for the audit log: how long it is kept.

use serde::{Deserialize, Serialize};

/// The audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AuditSettings {
    /// For how many days entries are kept; 0 for ever. `rekey audit export` exports them beforehand.
    pub keep_days: u32,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self { keep_days: 400 }
    }
}
