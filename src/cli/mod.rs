//! The command line. Output for scripts goes to standard output, messages for people go to standard error.

mod access_report;
mod audit;
mod breaches;
mod check;
mod demo;
mod keys;
mod mail;
mod serve;
mod user_import;
mod users;

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use rekey_adapters::config::{self, Config, LogFormat};
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
    Check,
    /// People
    #[command(subcommand)]
    User(users::UserCommand),
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
        Command::Check => return check::run(&load()?).await,
        Command::User(user) => return users::run(&load()?, user).await,
        Command::SecretKey(command) => keys::change_secret_key(&load()?, &command)?,
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

/// Starts the log. Libraries are capped at `info` whatever level is configured: below that they may log
/// bodies and addresses, and with them codes and links (EV-2).
fn start_log(config: &Config) {
    let ours = filter_fn(|meta| meta.target().starts_with("rekey") || *meta.level() <= tracing::Level::INFO);
    let level = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let on_terminal = std::io::stderr().is_terminal();
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(on_terminal);
    let layer = match config.log_format(on_terminal) {
        // The list of spans has the innermost one, too.
        LogFormat::Json => layer.json().with_current_span(false).boxed(),
        LogFormat::Pretty => layer.boxed(),
    };
    let started = tracing_subscriber::registry().with(layer.with_filter(ours)).with(level).try_init();
    if started.is_err() {
        eprint_line("rekey: the log was started twice");
    }
}
