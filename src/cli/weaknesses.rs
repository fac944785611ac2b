//! What weakens everybody or is open to others on this machine, for a start's log and for `check`: allowed, and an operator should know.

use std::path::Path;

use crate::config::{Config, Exposure, exposure};
use crate::model::connector::ConnectorSpec;

/// What weakens everybody and is set before the start, by its key.
pub(super) fn config_weaknesses(config: &Config) -> Vec<&'static str> {
    let mut found = Vec::new();
    if config.breaches.server().is_none() {
        found.push(
            "breaches.url: the online breach check is off, so that only the most common leaked passwords are refused",
        );
    }
    found
}

/// What others on this machine can open, of ours and of connectors that write into folders.
pub(super) fn exposures(config: &Config, connectors: &[ConnectorSpec]) -> Vec<Exposure> {
    let folders = connectors.iter().filter(|spec| spec.connector_id == "file");
    let folders = folders.filter_map(|spec| spec.config.get("directory")?.as_str());
    let mut found = config.exposures();
    found.extend(folders.filter_map(|folder| exposure(Path::new(folder))));
    found
}
