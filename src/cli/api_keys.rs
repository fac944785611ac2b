//! `key …`: API keys. A new token is printed once, on standard output, or read from standard input; it is
//! never an argument, which every process of the machine can read.

use anyhow::{anyhow, ensure};
use clap::{Args, Subcommand};

use crate::cli::serve::system_environment;
use crate::cli::{command_actor, command_caller, eprint_line, print_line, read_secret, start_log};
use rekey_adapters::config::Config;
use rekey_core::api_keys::api_key::{Role, StoredKey, is_token};
use rekey_core::api_keys::{self, NewKey};
use rekey_core::types::error::{Error, Refusal};
use rekey_server::app::{AppState, to_anyhow};

/// What can be done with API keys.
#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// Make a key; prints its id and its token, which is not shown again
    Add(NewKeyArgs),
    /// List keys: id, roles, application, creation, enabled or disabled, description
    List,
    /// Disable a key for good, with immediate effect
    Disable {
        /// Its id
        id: String,
    },
}

/// A key to make.
#[derive(Args)]
pub(super) struct NewKeyArgs {
    /// What it may do: login, the operations of a public sign-in page, or root, everything; can be repeated
    #[arg(long = "role", value_name = "ROLE", value_parser = ["login", "root"], default_value = "login")]
    roles: Vec<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
    /// The application that it acts for [default: all]
    #[arg(long, value_name = "ID")]
    app: Option<String>,
    /// Read the token from standard input instead of generating one; prints the id only
    #[arg(long)]
    token_stdin: bool,
}

/// Runs `key …`.
pub(super) async fn run(config: &Config, command: KeyCommand) -> anyhow::Result<()> {
    start_log(&Config { log: "warn".to_owned(), ..config.clone() });
    let app = AppState::open(config, system_environment()).await?;
    let outcome = match command {
        KeyCommand::Add(args) => add(&app, args).await,
        KeyCommand::List => list(&app).await,
        KeyCommand::Disable { id } => disable(&app, &id).await,
    };
    app.core.close().await;
    outcome
}

async fn add(app: &AppState, args: NewKeyArgs) -> anyhow::Result<()> {
    let token = if args.token_stdin { Some(read_secret("token")?) } else { None };
    let fits = token.as_ref().is_none_or(|token| is_token(token.expose()));
    ensure!(fits, "the token on standard input: expected 20 to 256 visible ASCII characters");
    let NewKeyArgs { roles, description, app: app_id, .. } = args;
    let roles = roles.iter().filter_map(|name| Role::from_name(name)).collect();
    let new = NewKey { description, roles, app_id, token, token_hash: None };
    let caller = command_caller("rekey key add");
    let made = api_keys::create(&app.core, command_actor(&caller), new).await;
    let (key, token) = made.map_err(describe_refusal)?;
    match token {
        Some(token) => {
            print_line(format_args!("{}\t{}", key.id, token.expose()));
            eprint_line("The token is not shown again.");
        }
        None => print_line(&key.id),
    }
    Ok(())
}

/// Describes a refusal in terms of this command's arguments.
fn describe_refusal(error: Error) -> anyhow::Error {
    match error {
        Error::Refused(Refusal::NotFound) => anyhow!("--app: no application has this id"),
        Error::Refused(Refusal::Duplicate) => anyhow!("another key has this token"),
        other => to_anyhow(other),
    }
}

async fn list(app: &AppState) -> anyhow::Result<()> {
    for StoredKey { key, created_at, is_enabled } in api_keys::list(&app.core).await.map_err(to_anyhow)? {
        let roles: Vec<&str> = key.roles.iter().map(|role| role.name()).collect();
        print_line(format_args!(
            "{}\t{}\t{}\t{}\t{}\t{}",
            key.id,
            roles.join(","),
            key.app_id.as_deref().unwrap_or("-"),
            created_at.to_iso8601(),
            if is_enabled { "enabled" } else { "disabled" },
            key.description,
        ));
    }
    Ok(())
}

async fn disable(app: &AppState, id: &str) -> anyhow::Result<()> {
    let caller = command_caller("rekey key disable");
    let disabled = api_keys::disable(&app.core, command_actor(&caller), id).await;
    disabled.map_err(|error| match error {
        Error::Refused(Refusal::NotFound) => anyhow!("no enabled key has the id {id:?}"),
        other => to_anyhow(other),
    })?;
    print_line(id);
    Ok(())
}
