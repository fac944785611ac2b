//! `hook …`: webhooks, and sending again what a receiver missed. The running server delivers it.

use anyhow::anyhow;
use clap::{Args, Subcommand};
use url::Url;

use crate::cli::serve::system_environment;
use crate::cli::{command_actor, command_caller, parse_moment, print_line, start_log};
use rekey_adapters::config::Config;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::time::Timestamp;
use rekey_core::webhooks::deliveries;
use rekey_core::webhooks::webhook::Webhook;
use rekey_server::app::{AppState, to_anyhow};

/// What can be done with webhooks.
#[derive(Subcommand)]
pub(super) enum HookCommand {
    /// List webhooks: id, state, failures in a row, events, name, server
    List,
    /// Send finished deliveries again; prints how many
    Replay {
        /// The webhook's id
        id: String,
        #[command(flatten)]
        which: Which,
    },
}

/// Which deliveries.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct Which {
    /// All since this moment: 2026-01-31 or 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    since: Option<Timestamp>,
    /// One, by its id
    #[arg(long, value_name = "ID")]
    delivery: Option<String>,
}

/// Runs `hook …`.
pub(super) async fn run(config: &Config, command: HookCommand) -> anyhow::Result<()> {
    start_log(&Config { log: "warn".to_owned(), ..config.clone() });
    let app = AppState::open(config, system_environment()).await?;
    let outcome = match command {
        HookCommand::List => {
            app.core.snapshot().webhooks.iter().for_each(print_webhook);
            Ok(())
        }
        HookCommand::Replay { id, which } => replay(&app, &id, which).await,
    };
    app.core.close().await;
    outcome
}

/// Neither path nor query of the URL: they may hold a key.
fn print_webhook(webhook: &Webhook) {
    let state = match webhook {
        Webhook { is_unreadable: true, .. } => "unreadable",
        Webhook { is_enabled: true, .. } => "enabled",
        _ => "disabled",
    };
    let events: Vec<&str> = webhook.events.iter().map(|event| event.name()).collect();
    let origin = Url::parse(&webhook.target.url).map(|url| url.origin().ascii_serialization());
    print_line(format_args!(
        "{}\t{state}\t{}\t{}\t{}\t{}",
        webhook.id,
        webhook.failures,
        events.join(","),
        webhook.name,
        origin.as_deref().unwrap_or("-"),
    ));
}

async fn replay(app: &AppState, id: &str, which: Which) -> anyhow::Result<()> {
    let caller = command_caller("rekey hook replay");
    let by = command_actor(&caller);
    let count = match which {
        Which { delivery: Some(delivery), .. } => {
            let sent = deliveries::redeliver(&app.core, by, id, &delivery).await;
            sent.map(|_| 1).map_err(|error| match error {
                Error::Refused(Refusal::NotFound) => {
                    anyhow!("the webhook {id:?} has no delivery with the id {delivery:?}")
                }
                Error::Refused(Refusal::Duplicate) => anyhow!("it is still waiting for its turn"),
                other => to_anyhow(other),
            })?
        }
        Which { since, .. } => {
            let since = since.unwrap_or(Timestamp(0));
            deliveries::redeliver_all(&app.core, by, id, since).await.map_err(|error| match error {
                Error::Refused(Refusal::NotFound) => anyhow!("no webhook has the id {id:?}"),
                other => to_anyhow(other),
            })?
        }
    };
    print_line(count);
    Ok(())
}
