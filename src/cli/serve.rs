//! `serve` and `migrate`. `serve` prints one line with the address once it accepts connections, and on
//! SIGTERM finishes the requests that are running.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use anyhow::Context as _;

use crate::cli::access_report::{config_weaknesses, exposures};
use crate::cli::shutdown::serve_until_stopped;
use crate::cli::{demo, eprint_line, print_line, start_log};
use crate::embedded::EMBEDDED;
use crate::http::mount;
use crate::renderer::TemplateRenderer;
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::Config;
use rekey_adapters::connectors;
use rekey_core::db::{Store, migrate};
use rekey_core::oidc::signing_keys::rsa_keys::SystemRsa;
use rekey_core::settings::weaknesses::Weakness;
use rekey_core::types::secret::SystemRng;
use rekey_core::types::time::SystemClock;
use rekey_server::app::judgement::{Finding, Severity};
use rekey_server::app::{AppState, Environment, read_bootstrap};
use rekey_server::http::server;
use rekey_server::jobs::runner;

/// The real clock and random number generator, and the templates.
pub(super) fn system_environment() -> Environment {
    Environment {
        rsa_keys: Arc::new(SystemRsa),
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
        renderer: Arc::new(TemplateRenderer),
        embedded: EMBEDDED,
    }
}

/// Runs the server until it is asked to stop.
pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    start_log(&config);
    if demo::is_wanted(&config) {
        return serve(config, demo::demo_bootstrap, demo::introduce).await;
    }
    serve(config, read_bootstrap, |app| print_line(format_args!("Rekey answers at {}", app.site.origin)))
        .await
}

/// Binds, builds, prints the address, serves and stops. Binding comes first because the real port is part of
/// every link and of the demo's bootstrap document.
pub(super) async fn serve(
    mut config: Config,
    bootstrap: impl FnOnce(&Config) -> anyhow::Result<Bootstrap>,
    announce: impl FnOnce(&AppState),
) -> anyhow::Result<()> {
    server::raise_open_files();
    let listener = bind(config.listen, "listen")?;
    config.set_bound_address(listener.local_addr().context("listen")?);
    let admin_listener = config.admin_listen.and_then(bind_admin);
    let app = Data::new(AppState::build(&config, system_environment(), &bootstrap(&config)?).await?);
    log_warnings(&app, &config);
    let jobs = runner::start(&app.clone().into_inner(), Duration::from_millis(config.outbox.poll_ms));
    let admin = admin_listener.map(|listener| server::start_admin(&app, listener)).transpose()?;
    let admin_handle = admin.as_ref().map(|admin| admin.handle());
    let admin = admin.map(actix_web::rt::spawn);
    let public = server::start_public(&app, listener, mount)?;
    announce(&app);
    let outcome = serve_until_stopped(&app, public, &jobs).await;
    if let (Some(handle), Some(admin)) = (admin_handle, admin) {
        handle.stop(false).await;
        admin.await.context("the admin port failed")?.context("the admin port failed")?;
    }
    outcome
}

fn bind(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| format!("{key}: can't listen on {address}"))?;
    listener.set_nonblocking(true).with_context(|| key.to_owned())?;
    Ok(listener)
}

/// The admin port is a service to the operator: if it cannot be bound, the server starts without it.
fn bind_admin(address: SocketAddr) -> Option<TcpListener> {
    let bound = bind(address, "admin_listen").and_then(|listener| Ok((listener.local_addr()?, listener)));
    match bound {
        Ok((address, listener)) => {
            tracing::info!(%address, "health and metrics answer on the admin port");
            Some(listener)
        }
        Err(error) => {
            tracing::warn!(
                "{error:#}; there are no metrics until admin_listen names another address, or off"
            );
            None
        }
    }
}

/// Logs what the operator should know at start.
fn log_warnings(app: &AppState, config: &Config) {
    for Finding { severity, text } in &app.findings {
        match severity {
            Severity::Note => log_warning(text),
            Severity::Refused | Severity::Broken => tracing::error!("{text}"),
        }
    }
    for Weakness { path, risk } in app.core.snapshot().settings.weaknesses() {
        log_warning(&format!("settings.{path} weakens everybody: {risk}"));
    }
    if let Some(note) = config.passed_over_note() {
        tracing::info!("{note}");
    }
    config_weaknesses(config).iter().for_each(|weakness| log_warning(weakness));
    let connectors = &app.core.snapshot().connectors;
    connectors.iter().filter_map(connectors::weakness).for_each(|weakness| log_warning(&weakness));
    let exposed = exposures(config, &app.core.snapshot().connectors);
    exposed.iter().for_each(|exposure| log_warning(&exposure.describe()));
}

fn log_warning(line: &str) {
    tracing::warn!("{line}");
}

/// Migrates the database to this binary's schema.
pub(super) async fn migrate(config: &Config) -> anyhow::Result<()> {
    let missing = config.describe_missing();
    config.prepare(&SystemRng)?;
    let store = Store::open(config.database_url.expose()).await?;
    migrate::run(&store).await?;
    store.close().await;
    if let Some(missing) = missing {
        eprint_line(format_args!("Made {missing}."));
    }
    print_line("The database is at this binary's schema.");
    Ok(())
}
