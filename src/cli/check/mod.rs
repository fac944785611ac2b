//! `check`: reports the active configuration, what weakens security for every user, what other accounts of
//! this machine can read, and every error. It judges as `serve` does, connects to everything that is named, and
//! changes nothing.

mod report;
mod send;

use std::process::ExitCode;

use clap::Args;

use crate::cli::access_report::{config_weaknesses, exposures};
use crate::cli::check::report::Report;
use crate::cli::print_line;
use crate::cli::serve::system_environment;
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::Config;
use rekey_adapters::connectors;
use rekey_core::db::{OpenMode, Store, migrate};
use rekey_core::passwords::breach_check::server::{BreachServer as _, Sha1Prefix};
use rekey_core::settings::password_policy::OnUnavailable;
use rekey_core::settings::weaknesses::Weakness;
use rekey_core::types::identifier::address::Address;
use rekey_core::types::time::{Clock as _, SystemClock};
use rekey_server::app::judgement::{Judgement, judge, judge_place};
use rekey_server::app::{self, AppState, read_bootstrap};

/// What to check beside everything.
#[derive(Args)]
pub(super) struct CheckArgs {
    /// Send a test message here over every connector of its kind; an address, or a number with its country code
    #[arg(long, value_name = "ADDRESS", value_parser = send::parse_address)]
    send_to: Vec<Address>,
}

/// Prints what would be used and every error.
pub(super) async fn run(config: &Config, args: &CheckArgs) -> anyhow::Result<ExitCode> {
    for line in config.describe() {
        print_line(line);
    }
    let mut report = Report::default();
    config.passed_over_note().iter().for_each(|note| report.note(note));
    let file = read_bootstrap(config).unwrap_or_else(|error| {
        report.wrong(format!("{error:#}"));
        Bootstrap::default()
    });
    let place = judge_place(config);
    let app = if place.is_empty() { open(config, &mut report).await } else { None };
    report.add(place);
    match judge(app.as_ref(), config, &file).await {
        Ok(mut judgement) => {
            report.add(std::mem::take(&mut judgement.findings));
            report_weaknesses(&report, config, &judgement);
            report_managing(&report, app.as_ref(), &file).await;
            probe(&mut report, &judgement).await;
            send::send_tests(&mut report, config, app.as_ref(), &judgement, &args.send_to).await;
        }
        Err(error) => report.wrong(format!("database_url: {error:#}")),
    }
    check_breach_server(&mut report, config).await;
    if let Some(app) = app {
        app.core.close().await;
    }
    Ok(report.finish())
}

/// The installation, if there is one that this binary can read; the rest is judged without it.
async fn open(config: &Config, report: &mut Report) -> Option<AppState> {
    match try_open(config, report).await {
        Ok(app) => app,
        Err(error) => {
            report.wrong(format!("database_url: {error:#}"));
            None
        }
    }
}

/// A database that does not exist yet is created at the first start, and one of an older schema is migrated,
/// unless the configuration says otherwise.
async fn try_open(config: &Config, report: &Report) -> anyhow::Result<Option<AppState>> {
    if config.missing_database().is_some() {
        return Ok(None);
    }
    let store = Store::open_with(config.database_url.expose(), OpenMode::Existing).await?;
    let checked = migrate::check(&store).await;
    let can_migrate = if config.migrate_on_start { migrate::check_can_migrate(&store).await } else { Ok(()) };
    store.close().await;
    can_migrate?;
    match checked {
        Ok(()) => Ok(Some(AppState::open_with_any_key(config, system_environment()).await?)),
        Err(error) if !config.migrate_on_start => Err(error),
        Err(_) => {
            report.note("the database is not at this binary's schema yet: what is stored is judged after `rekey migrate`");
            Ok(None)
        }
    }
}

/// Connects to what every connector sends through; nothing is sent.
async fn probe(report: &mut Report, judgement: &Judgement) {
    for usable in &judgement.connectors {
        if let Err(error) = usable.connector.probe(SystemClock.now()).await {
            report.wrong(format!("connectors[{}]: {}", usable.spec.id, error.reason()));
        }
    }
}

/// Requests any range. The response is not kept: only whether the server answers matters.
async fn check_breach_server(report: &mut Report, config: &Config) {
    let outcome = match app::build_breach_server(config) {
        Ok(None) => return,
        Ok(Some(server)) => server.fetch_range(Sha1Prefix::of(&[0; 20])).await.map_err(anyhow::Error::new),
        Err(error) => Err(error),
    };
    let Err(error) = outcome else { return };
    match config.breaches.on_unavailable {
        OnUnavailable::Allow => {
            report.note(format!("breaches.url: {error:#}; new passwords pass unchecked meanwhile"))
        }
        OnUnavailable::Reject => {
            report.wrong(format!("breaches.url: {error:#}; every new password is refused meanwhile"))
        }
    }
}

/// Reports what weakens security for every user, and what other accounts of this machine can read.
fn report_weaknesses(report: &Report, config: &Config, judgement: &Judgement) {
    for Weakness { path, risk } in judgement.settings.weaknesses() {
        report.weak(format!("settings.{path}: {risk}"));
    }
    config_weaknesses(config).into_iter().for_each(|weakness| report.weak(weakness));
    let specs: Vec<_> = judgement.connectors.iter().map(|usable| usable.spec.clone()).collect();
    specs.iter().filter_map(connectors::weakness).for_each(|weakness| report.weak(weakness));
    for exposure in exposures(config, &specs) {
        report.open(exposure.describe());
    }
}

/// Lists the applications that may manage the installation, as it will be once the file is applied.
async fn report_managing(report: &Report, app: Option<&AppState>, file: &Bootstrap) {
    let stored = match app {
        Some(app) => rekey_core::apps::list(&app.core).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let is_of_file = |id: &str| file.applications.iter().any(|spec| spec.app.id == id);
    let given = file.applications.iter().map(|spec| spec.app.clone());
    let all = stored.into_iter().filter(|app| !is_of_file(&app.id)).chain(given);
    let mut ids: Vec<String> = all.filter(|app| app.may_manage()).map(|app| app.id).collect();
    ids.sort();
    if !ids.is_empty() {
        report.note(format!("these applications may use the Management API: {}", ids.join(", ")));
    }
}
