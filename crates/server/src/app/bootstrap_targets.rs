//! Addresses that the bootstrap file itself names. Its author controls this machine anyway, so the file may
//! name private addresses; an API caller may not. Once an API caller has changed an entry it no longer counts
//! as the file's: only entries that are still exactly as in the file do.

use std::collections::HashMap;

use serde_json::Value;

use crate::app::AppState;
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::connectors::Reach;
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::settings::Settings;

/// The addresses named by the file that this process started with.
#[derive(Debug, Default)]
pub struct BootstrapTargets {
    connectors: HashMap<String, (String, Value)>,
    back_channels: HashMap<String, String>,
    webhooks: HashMap<String, String>,
}

impl BootstrapTargets {
    /// Collects the addresses that this file names.
    pub(super) fn from_bootstrap(bootstrap: &Bootstrap) -> Self {
        let connector =
            |spec: &ConnectorSpec| (spec.id.clone(), (spec.connector_id.clone(), spec.config.clone()));
        let apps = bootstrap.applications.iter().map(|spec| &spec.app);
        Self {
            connectors: bootstrap.connectors.iter().map(connector).collect(),
            back_channels: apps
                .filter_map(|app| Some((app.id.clone(), app.backchannel_logout_uri.clone()?)))
                .collect(),
            webhooks: bootstrap
                .hooks
                .iter()
                .filter_map(|webhook| Some((webhook.id.clone(), webhook.input.url.clone()?)))
                .collect(),
        }
    }

    /// Whether this connector may reach private addresses under these settings.
    pub(super) fn connector_reach(&self, spec: &ConnectorSpec, settings: &Settings) -> Reach {
        let named = self.connectors.get(&spec.id);
        let by_file =
            named.is_some_and(|(factory, config)| *factory == spec.connector_id && *config == spec.config);
        if by_file {
            Reach::Operator
        } else {
            Reach::allowing_private(settings.outbound.allow_private_addresses)
        }
    }
}

impl AppState {
    /// Whether the client for this address of this webhook may reach private addresses.
    pub fn webhook_reach(&self, id: &str, url: &str) -> Reach {
        let by_file = self.targets.webhooks.get(id).is_some_and(|named| named == url);
        Reach::allowing_private(by_file || self.core.snapshot().settings.allows_private_webhooks())
    }

    /// Whether the client for this application's back-channel logout address may reach private addresses.
    pub fn back_channel_reach(&self, app_id: &str, uri: &str) -> Reach {
        let by_file = self.targets.back_channels.get(app_id).is_some_and(|named| named == uri);
        Reach::allowing_private(by_file || self.core.snapshot().settings.outbound.allow_private_addresses)
    }
}
