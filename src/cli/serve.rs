//! `serve`, `migrate` and `check`: the operator's three. `serve` prints one line with the address once it answers and stops on SIGTERM
//! when what runs has finished.

use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use anyhow::Context as _;

use crate::app::{self, App, World, bootstrap};
use crate::bootstrap::Bootstrap;
use crate::config::Config;
use crate::connectors::Connector;
use crate::domain::ports::{BreachServer as _, Prefix};
use crate::domain::templates;
use crate::jobs::runner;
use crate::model::connector::ConnectorSpec;
use crate::model::policy::OnUnavailable;
use crate::model::secret::SystemChance;
use crate::model::time::{Clock as _, SystemClock};
use crate::server;
use crate::store::{Store, migrate as schema};

use super::{print, start_log, tell};

/// The real clock and generator.
pub(super) fn world() -> World {
    World { clock: Arc::new(SystemClock), chance: Arc::new(SystemChance) }
}

/// Runs the server until it is asked to stop.
pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    start_log(&config);
    serve(config, bootstrap, |app| print(format_args!("Rekey answers at {}", app.site.origin))).await
}

/// Binds, builds, announces, serves, stops. Binding comes first: the real port is part of every link and of what `bootstrap` says.
pub(super) async fn serve(
    mut config: Config,
    bootstrap: impl FnOnce(&Config) -> anyhow::Result<Bootstrap>,
    announce: impl FnOnce(&App),
) -> anyhow::Result<()> {
    let listener = bind(config.listen, "listen")?;
    config.bound_to(listener.local_addr().context("listen")?);
    let admin_listener = config.admin_listen.map(|address| bind(address, "admin_listen")).transpose()?;
    let app = Data::new(App::build(&config, world(), &bootstrap(&config)?).await?);
    warn(&config, &app);
    let jobs = runner::start(&app.clone().into_inner(), Duration::from_millis(config.outbox.poll_ms));
    let apart = admin_listener.is_some();
    let admin = admin_listener.map(|listener| server::admin(&app, listener)).transpose()?;
    let admin_handle = admin.as_ref().map(|admin| admin.handle());
    let admin = admin.map(actix_web::rt::spawn);
    let public = server::public(&app, listener, apart)?;
    announce(&app);
    let outcome = public.await.context("the server failed");
    if let (Some(handle), Some(admin)) = (admin_handle, admin) {
        handle.stop(false).await;
        admin.await.context("the admin port failed")?.context("the admin port failed")?;
    }
    jobs.stop().await;
    app.rekey.close().await;
    outcome
}

fn bind(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| format!("{key}: can't listen on {address}"))?;
    listener.set_nonblocking(true).with_context(|| key.to_owned())?;
    Ok(listener)
}

/// What an operator should hear at the start and can otherwise only wonder about.
fn warn(config: &Config, app: &App) {
    if !app.rekey.live().channels().any() {
        tracing::warn!(
            "no usable e-mail or SMS connector: \"Forgot your password?\" is hidden until there is one"
        );
    }
    if config.public_url.is_secure() && config.admin_listen.is_none() {
        tracing::warn!("admin_listen is not set: /health, /ready and /metrics answer on the public port");
    }
}

/// Brings the database to this binary's schema.
pub(super) async fn migrate(config: &Config) -> anyhow::Result<()> {
    config.prepare(&SystemChance)?;
    let store = Store::open(config.database_url.expose()).await?;
    schema::run(&store).await?;
    store.close().await;
    print("The database is at this binary's schema.");
    Ok(())
}

/// Says what would be used and everything that is wrong.
pub(super) async fn check(config: &Config) -> anyhow::Result<ExitCode> {
    for line in config.describe() {
        print(line);
    }
    let mut wrong = Vec::new();
    let read = bootstrap(config).unwrap_or_else(|error| {
        wrong.push(format!("{error:#}"));
        Bootstrap::default()
    });
    read.later().iter().for_each(|line| tell(format_args!("note: bootstrap: {line}")));
    for user in &read.users {
        wrong.extend(user.to_new().err().map(|error| format!("users[{}]: {error:#}", user.id)));
    }
    wrong.extend(app::filter(config.breaches.filter.as_deref()).err().map(|error| format!("{error:#}")));
    if let Err(error) = database(config).await {
        wrong.push(format!("database_url: {error:#}"));
    }
    for spec in &read.connectors {
        wrong.extend(connector(config, spec).await);
    }
    if let Some(problem) = breach_server(config).await {
        match config.breaches.on_unavailable {
            OnUnavailable::Allow => {
                tell(format_args!("note: {problem}; new passwords pass unchecked meanwhile"))
            }
            OnUnavailable::Reject => {
                wrong.push(format!("{problem}; every new password is refused meanwhile"))
            }
        }
    }
    wrong.iter().for_each(|line| tell(format_args!("wrong: {line}")));
    print(if wrong.is_empty() { "Everything is in order." } else { "Not in order." });
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A database that is not there yet is made at the first start: for SQLite only its folder has to be usable.
async fn database(config: &Config) -> anyhow::Result<()> {
    if !config.database_url.is_postgres() && !config.data_dir.exists() {
        return Ok(());
    }
    let store = Store::open(config.database_url.expose()).await?;
    let outcome = if config.migrate_on_start { Ok(()) } else { schema::check(&store).await };
    store.close().await;
    outcome
}

async fn connector(config: &Config, spec: &ConnectorSpec) -> Option<String> {
    match Connector::build(spec, None, config.public_url.host()) {
        Err(problem) => Some(problem),
        Ok(_) if !templates::own_problems(spec).is_empty() => {
            let problems = templates::own_problems(spec);
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

/// Asks for any range. Its answer is not kept, so only a server that does not answer is of interest.
async fn breach_server(config: &Config) -> Option<String> {
    let asked = match app::breach_server(config) {
        Ok(None) => return None,
        Ok(Some(server)) => server.range(Prefix::of(&[0; 20])).await.map_err(anyhow::Error::new),
        Err(error) => Err(error),
    };
    asked.err().map(|error| format!("breaches.url: {error:#}"))
}
