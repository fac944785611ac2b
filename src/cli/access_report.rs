//! What the operator should know at the start and in `check`: which applications may manage the installation,
//! what depends on which secret key, what weakens security for everybody, and which files other accounts can
//! read.

use std::collections::BTreeMap;
use std::path::Path;

use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::{Config, Exposure, exposure};
use rekey_core::apps;
use rekey_core::apps::client_app::ClientApp;
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::db::Store;
use rekey_core::maintenance::key_check;
use rekey_core::maintenance::secret_key_rotation::{self, KeyDependencies};

/// The result.
#[derive(Default)]
pub(super) struct AccessReport {
    /// Notes for the operator.
    pub notes: Vec<String>,
    /// Errors to fix.
    pub errors: Vec<String>,
}

/// Inspects every application, as it will be once the file is applied.
pub(super) async fn inspect(config: &Config, file: &Bootstrap) -> AccessReport {
    let mut found = AccessReport::default();
    let stored = stored_apps(config, &mut found).await;
    let given = file.applications.iter().map(|spec| spec.app.clone());
    let all: BTreeMap<String, ClientApp> =
        stored.into_iter().chain(given).map(|app| (app.id.clone(), app)).collect();
    let managing: Vec<&str> =
        all.values().filter(|app| app.may_manage()).map(|app| app.id.as_str()).collect();
    if !managing.is_empty() {
        let line = format!("these applications may use the Management API: {}", managing.join(", "));
        found.notes.push(line);
    }
    for app in all.values() {
        let problems = app.invalid_addresses().into_iter();
        found
            .errors
            .extend(problems.map(|problem| format!("applications[{}].{problem}; it is not matched", app.id)));
    }
    found
}

/// A database that does not exist yet or has another schema version has no applications that this binary can
/// read.
async fn stored_apps(config: &Config, doors: &mut AccessReport) -> Vec<ClientApp> {
    if !config.database_url.is_postgres() && !config.data_dir.exists() {
        return Vec::new();
    }
    let Ok(store) = Store::open(config.database_url.expose()).await else { return Vec::new() };
    let found = apps::list_in_store(&store).await.unwrap_or_default();
    if let Ok(Some(keys)) = config.existing_keys()
        && let Ok(dependencies) = secret_key_rotation::key_dependencies(&store, &keys).await
    {
        doors.add_key_findings(dependencies);
        doors.errors.extend(key_check::check(&store, &keys).await.err().map(|error| format!("{error:#}")));
    }
    store.close().await;
    found
}

impl AccessReport {
    fn add_key_findings(&mut self, dependencies: KeyDependencies) {
        let KeyDependencies { lost, ended, older } = dependencies;
        let lost = lost.into_iter();
        self.errors.extend(lost.map(|name| {
            format!("{name}: no secret key opens it, so it is not used; set it up again or delete it")
        }));
        self.notes.extend(ended.into_iter().map(|name| format!("{name}: no secret key opens it")));
        let depends = older.into_iter();
        self.notes
            .extend(depends.map(|name| {
                format!("{name}: depends on an older secret key, which has to stay in the list")
            }));
    }
}

/// The configuration keys whose values weaken security for every user.
pub(super) fn config_weaknesses(config: &Config) -> Vec<&'static str> {
    let mut found = Vec::new();
    if config.breaches.server().is_none() {
        found.push(
            "breaches.url: the online breach check is off, so that only the most common leaked passwords are refused",
        );
    }
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
