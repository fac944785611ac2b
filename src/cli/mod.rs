//! The command line. Output for scripts goes to standard output, messages for people go to standard error.

mod access_report;
mod api_keys;
mod audit;
mod breaches;
mod check;
mod demo;
mod keys;
mod log;
mod mail;
mod serve;
mod shutdown;
mod user_import;
mod users;
mod webhooks;

use std::fmt::Display;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use clap::{Parser, Subcommand};

use crate::cli::log::start_log;
use rekey_adapters::config::{self, Config};
use rekey_core::audit::actor::Actor;
use rekey_core::types::caller::Caller;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;
use rekey_server::http::{graphql, openapi};

/// The sign-in and password-recovery page you host yourself.
#[derive(Parser)]
#[command(name = "rekey", version)]
struct Cli {
    /// The configuration file [default: rekey.toml, when there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show everything in one step: two people, an inbox, nothing left behind
    Demo,
    /// Run the server
    Serve {
        /// Development: an inbox at /dev/inbox, the gallery at /design, words and styles from disk; a new
        /// database on loopback begins with the demo's people and app
        #[arg(long)]
        dev: bool,
    },
    /// Bring the database to this binary's schema
    Migrate,
    /// Read the configuration, connect to everything it names, say what is wrong
    Check(check::CheckArgs),
    /// People
    #[command(subcommand)]
    User(users::UserCommand),
    /// API keys, for GraphQL and the Management API
    #[command(subcommand)]
    Key(api_keys::KeyCommand),
    /// Webhooks
    #[command(subcommand)]
    Hook(webhooks::HookCommand),
    /// The key from which every other key is derived
    #[command(subcommand)]
    SecretKey(keys::SecretKeyCommand),
    /// Keys that sign tokens
    #[command(subcommand)]
    SigningKeys(keys::SigningKeysCommand),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Leaked passwords
    #[command(subcommand)]
    Breaches(breaches::BreachesCommand),
    /// Messages
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Print the description of the JSON APIs (docs/api/openapi.json)
    Openapi,
    /// Print the schema of the GraphQL API (docs/graphql.graphql)
    #[command(visible_alias = "graphql-schema")]
    Graphql,
    /// Print the configuration reference (docs/configuration.md)
    #[command(hide = true)]
    ConfigDocs {
        /// Print .env.example instead
        #[arg(long)]
        env: bool,
    },
}

/// Runs the command of this process.
pub async fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // clap prints help and version to standard output with 0, wrong usage to standard error with 2.
        Err(usage) => usage.exit(),
    };
    match run_command(cli).await {
        Ok(code) => code,
        Err(error) => {
            eprint_line(format_args!("rekey: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run_command(cli: Cli) -> anyhow::Result<ExitCode> {
    let load = || Config::load(config::locate_file(cli.config.clone()).as_deref(), config::environment());
    match cli.command {
        Command::Demo => demo::run(load()?).await?,
        Command::Serve { dev } => serve::run(Config { dev, ..load()? }).await?,
        Command::Migrate => serve::migrate(&load()?).await?,
        Command::Check(args) => return check::run(&load()?, &args).await,
        Command::User(user) => return users::run(&load()?, user).await,
        Command::Key(command) => api_keys::run(&load()?, command).await?,
        Command::Hook(command) => webhooks::run(&load()?, command).await?,
        Command::SecretKey(command) => keys::change_secret_key(&load()?, &command).await?,
        Command::SigningKeys(command) => keys::change_signing_keys(&load()?, &command).await?,
        Command::Audit(command) => audit::run(&load()?, command).await?,
        Command::Breaches(breaches) => return breaches::run(breaches, load),
        Command::Mail(command) => mail::run(&command)?,
        Command::Openapi => print_line(openapi::text()),
        Command::Graphql => print_line(graphql::sdl()),
        Command::ConfigDocs { env: true } => print_line(config::env_example().trim_end()),
        Command::ConfigDocs { env: false } => print_line(config::reference().trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a line for scripts to standard output. A closed pipe is not an error.
fn print_line(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints a line for people to standard error.
fn eprint_line(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Reads a secret from standard input: an argument could be read by every process of the machine.
fn read_secret(what: &str) -> anyhow::Result<Secret> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.with_context(|| format!("the {what} can't be read from standard input"))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    ensure!(!line.is_empty(), "the {what} on standard input is empty");
    Ok(Secret::from(line))
}

fn parse_moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .ok_or_else(|| "expected a time such as 2026-01-31 or 2026-01-31T12:00:00Z".to_owned())
}

/// The caller of a command, as the audit log shows it.
fn command_caller(command: &str) -> Caller {
    Caller { user_agent: command.to_owned(), ..Caller::default() }
}

/// Who runs a command.
const fn command_actor(caller: &Caller) -> Actor<'_> {
    Actor { caller, key: "command-line" }
}
