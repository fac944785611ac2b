//! What the bootstrap file itself aims: whoever writes it has this machine anyway, so it may name private addresses. An API caller may not, and
//! a thing that one has changed is the caller's from then on: only what is still exactly as the file says counts.

use std::collections::HashMap;

use serde_json::Value;

use super::AppState;
use crate::bootstrap::Bootstrap;
use crate::connectors::Reach;
use crate::model::connector::ConnectorSpec;
use crate::model::settings::Settings;

/// What the file of this start names.
#[derive(Debug, Default)]
pub struct BootstrapTargets {
    connectors: HashMap<String, (String, Value)>,
    back_channels: HashMap<String, String>,
}

impl BootstrapTargets {
    /// What this file names.
    pub(super) fn from_bootstrap(bootstrap: &Bootstrap) -> Self {
        let connector =
            |spec: &ConnectorSpec| (spec.id.clone(), (spec.connector_id.clone(), spec.config.clone()));
        let apps = bootstrap.applications.iter().map(|spec| &spec.app);
        Self {
            connectors: bootstrap.connectors.iter().map(connector).collect(),
            back_channels: apps
                .filter_map(|app| Some((app.id.clone(), app.backchannel_logout_uri.clone()?)))
                .collect(),
        }
    }

    /// How far this connector may reach under these settings.
    pub(super) fn connector_reach(&self, spec: &ConnectorSpec, settings: &Settings) -> Reach {
        let named = self.connectors.get(&spec.id);
        let by_file =
            named.is_some_and(|(factory, config)| *factory == spec.connector_id && *config == spec.config);
        match by_file {
            true => Reach::Operator,
            false => Reach::allowing_private(settings.outbound.allow_private_addresses),
        }
    }
}

impl AppState {
    /// How far the way to hooks reaches.
    pub fn webhook_reach(&self) -> Reach {
        Reach::allowing_private(self.rekey.snapshot().settings.allows_private_webhooks())
    }

    /// How far the way to this application's back-channel address reaches.
    pub fn back_channel_reach(&self, app_id: &str, uri: &str) -> Reach {
        let by_file = self.targets.back_channels.get(app_id).is_some_and(|named| named == uri);
        Reach::allowing_private(by_file || self.rekey.snapshot().settings.outbound.allow_private_addresses)
    }
}
