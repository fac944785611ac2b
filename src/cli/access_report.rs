//! What the operator should know at the start and in `check`: what weakens security for everybody, and which
//! files other accounts can read.

use std::path::Path;

use rekey_adapters::config::{Config, Exposure, exposure};
use rekey_core::connectors::spec::ConnectorSpec;

/// The configuration keys whose values weaken security for every user.
pub(super) fn config_weaknesses(config: &Config) -> Vec<&'static str> {
    let mut found = Vec::new();
    if config.breaches.server().is_none() {
        found.push(
            "breaches.url: the online breach check is off, so that only the most common leaked passwords are refused",
        );
    }
    found.extend(config.proxy_warning());
    found
}

/// The files that other accounts of this machine can read, of this server and of connectors that write to
/// directories.
pub(super) fn exposures(config: &Config, connectors: &[ConnectorSpec]) -> Vec<Exposure> {
    let folders = connectors.iter().filter(|spec| spec.connector_id == "file");
    let folders = folders.filter_map(|spec| spec.config.get("directory")?.as_str());
    let mut found = config.exposures();
    found.extend(folders.filter_map(|folder| exposure(Path::new(folder))));
    found
}
