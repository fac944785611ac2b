//! `check`: reports the active configuration, what weakens security for every user, what other accounts of
//! this machine can read, and every error. It changes nothing.

use std::process::ExitCode;

use anyhow::Context as _;

use crate::cli::access_report::{config_weaknesses, exposures};
use crate::cli::{access_report, eprint_line, print_line};
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::Config;
use rekey_adapters::connectors::{self, Connector, FactoryContext, Reach};
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::db::{Store, migrate};
use rekey_core::passwords::breach_check::server::{BreachServer as _, Sha1Prefix};
use rekey_core::settings::Settings;
use rekey_core::settings::password_policy::OnUnavailable;
use rekey_core::settings::weaknesses::Weakness;
use rekey_core::snapshot;
use rekey_core::types::time::{Clock as _, SystemClock};
use rekey_server::app::{self, read_bootstrap, to_anyhow};

/// Prints what would be used and every error.
pub(super) async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    for line in config.describe() {
        print_line(line);
    }
    let mut wrong = Vec::new();
    let read = read_bootstrap(config).unwrap_or_else(|error| {
        wrong.push(format!("{error:#}"));
        Bootstrap::default()
    });
    read.ignored().iter().for_each(|line| eprint_line(format_args!("note: bootstrap: {line}")));
    for user in &read.users {
        wrong.extend(user.initial_password().err().map(|error| format!("users[{}]: {error:#}", user.id)));
    }
    wrong.extend(app::open_filter(config.breaches.filter.as_deref()).err().map(|error| format!("{error:#}")));
    if let Err(error) = check_database(config).await {
        wrong.push(format!("database_url: {error:#}"));
    }
    report_weaknesses(config, &read, &mut wrong).await;
    let doors = access_report::inspect(config, &read).await;
    doors.notes.iter().for_each(|line| eprint_line(format_args!("note: {line}")));
    wrong.extend(doors.errors);
    for spec in &read.connectors {
        wrong.extend(check_connector(config, spec).await);
    }
    if let Some(problem) = check_breach_server(config).await {
        match config.breaches.on_unavailable {
            OnUnavailable::Allow => {
                eprint_line(format_args!("note: {problem}; new passwords pass unchecked meanwhile"))
            }
            OnUnavailable::Reject => {
                wrong.push(format!("{problem}; every new password is refused meanwhile"))
            }
        }
    }
    wrong.iter().for_each(|line| eprint_line(format_args!("wrong: {line}")));
    print_line(if wrong.is_empty() { "Everything is in order." } else { "Not in order." });
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A database that does not exist yet is created at the first start: for SQLite only its directory has to be
/// usable.
async fn check_database(config: &Config) -> anyhow::Result<()> {
    if !config.database_url.is_postgres() && !config.data_dir.exists() {
        return Ok(());
    }
    let store = Store::open(config.database_url.expose()).await?;
    let outcome = if config.migrate_on_start {
        migrate::check_can_migrate(&store).await
    } else {
        migrate::check(&store).await
    };
    store.close().await;
    outcome
}

async fn check_connector(config: &Config, spec: &ConnectorSpec) -> Option<String> {
    // The address comes from the bootstrap file, so it may be in a private network.
    let proxy = config.outbound.build_proxy().unwrap_or_default();
    let public_host = config.public_url.host();
    let around = FactoryContext { inbox: None, public_host, reach: Reach::Operator, proxy: &proxy };
    match Connector::build(spec, &around) {
        Err(problem) => Some(problem),
        Ok(_) if !rekey_core::connectors::templates::validation_errors(spec).is_empty() => {
            let problems = rekey_core::connectors::templates::validation_errors(spec);
            Some(
                problems
                    .iter()
                    .map(|problem| format!("connectors[{}].{problem}", spec.id))
                    .collect::<Vec<_>>()
                    .join("\n"),
            )
        }
        Ok(connector) => {
            let probed = connector.probe(SystemClock.now()).await;
            probed.err().map(|error| format!("connectors[{}]: {}", spec.id, error.reason()))
        }
    }
}

/// Requests any range. The response is not kept: only whether the server answers matters.
async fn check_breach_server(config: &Config) -> Option<String> {
    let server = match app::build_breach_server(config) {
        Ok(None) => return None,
        Ok(Some(server)) => server.fetch_range(Sha1Prefix::of(&[0; 20])).await.map_err(anyhow::Error::new),
        Err(error) => Err(error),
    };
    server.err().map(|error| format!("breaches.url: {error:#}"))
}

/// Reports what weakens security for every user, and what other accounts of this machine can read.
async fn report_weaknesses(config: &Config, read: &Bootstrap, wrong: &mut Vec<String>) {
    let settings = match effective_settings(config, read).await {
        Ok(settings) => settings,
        Err(error) => {
            wrong.push(format!("{error:#}"));
            read.settings.clone().unwrap_or_default()
        }
    };
    for Weakness { path, risk } in settings.weaknesses() {
        eprint_line(format_args!("weak: settings.{path}: {risk}"));
    }
    for weakness in config_weaknesses(config) {
        eprint_line(format_args!("weak: {weakness}"));
    }
    for weakness in read.connectors.iter().filter_map(connectors::weakness) {
        eprint_line(format_args!("weak: {weakness}"));
    }
    for exposure in exposures(config, &read.connectors) {
        eprint_line(format_args!("open: {}", exposure.describe()));
    }
}

/// The settings that a start would activate: the file merged into those that are stored, or the file alone if
/// there is no database yet.
async fn effective_settings(config: &Config, read: &Bootstrap) -> anyhow::Result<Settings> {
    let url = &config.database_url;
    let is_there = url.is_postgres() || url.files().iter().any(|file| file.exists());
    let store = if is_there { Store::open(url.expose()).await.ok() } else { None };
    let current = match &store {
        Some(store) => migrate::check(store).await.is_ok().then_some(store),
        None => None,
    };
    let outcome = snapshot::preview(current, read.raw_settings.as_ref()).await.map_err(to_anyhow);
    if let Some(store) = store {
        store.close().await;
    }
    outcome.context("the bootstrap file and the stored settings")
}
