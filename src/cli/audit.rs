//! The audit log from the command line. An export is JSON Lines, oldest first, read in batches, so that a log
//! of any length is exported in constant memory while the server keeps writing.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, IsTerminal as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::cli::serve::system_environment;
use crate::cli::{eprint_line, parse_moment, start_log};
use rekey_adapters::config::Config;
use rekey_core::audit::{self, Entry, Span};
use rekey_core::types::time::Timestamp;
use rekey_server::app::{AppState, to_anyhow};

/// What can be done with the audit log.
#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Write entries as JSON Lines, oldest first, to standard output or into a file
    Export(Export),
}

/// Which entries, and where to.
#[derive(Args)]
pub(super) struct Export {
    /// From this moment: 2026-01-31 or 2026-01-31T12:00:00Z [default: the beginning]
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    from: Option<Timestamp>,
    /// Until before this moment [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    until: Option<Timestamp>,
    /// The file, which must not exist yet and will be readable by its owner only [default: standard output]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// Runs a command on the configured database.
pub(super) async fn run(config: &Config, command: AuditCommand) -> anyhow::Result<()> {
    start_log(&Config { log: "warn".to_owned(), ..config.clone() });
    let app = AppState::open(config, system_environment()).await?;
    let AuditCommand::Export(export) = command;
    let outcome = match &export.to {
        Some(file) => write_entries(&app, &export, &mut BufWriter::new(create_private(file)?), true).await,
        None => {
            // Lines that are read on a terminal are not interrupted by progress messages.
            let counts = !std::io::stdout().is_terminal();
            write_entries(&app, &export, &mut BufWriter::new(std::io::stdout()), counts).await
        }
    };
    app.core.close().await;
    outcome
}

/// The log holds IP addresses of users, so only the owner may read the file; an existing file is not
/// overwritten.
fn create_private(file: &Path) -> anyhow::Result<File> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    opened.with_context(|| format!("--to: {} can't be made", file.display()))
}

async fn write_entries(
    app: &AppState,
    export: &Export,
    out: &mut impl Write,
    counts: bool,
) -> anyhow::Result<()> {
    let from = export.from.unwrap_or(Timestamp(0));
    let span = Span { from, until: export.until.unwrap_or_else(|| app.core.now()) };
    let mut last = None::<Entry>;
    let mut count = 0_u64;
    loop {
        let portion = audit::export(&app.core, span, last.as_ref()).await.map_err(to_anyhow)?;
        for entry in &portion {
            writeln!(out, "{}", entry_json(entry)).context("the export can't be written")?;
        }
        count += u64::try_from(portion.len()).unwrap_or_default();
        last = portion.into_iter().last();
        if counts && std::io::stderr().is_terminal() {
            eprint_line(format_args!("{count} entries …"));
        }
        if last.is_none() {
            out.flush().context("the export can't be written")?;
            audit::record_export(&app.core, span, count).await.map_err(to_anyhow)?;
            eprint_line(format_args!("{count} entries written"));
            return Ok(());
        }
    }
}

/// One line; `createdAt` is ISO 8601 in UTC.
fn entry_json(entry: &Entry) -> Value {
    json!({
        "id": entry.id, "createdAt": entry.created_at.to_iso8601(), "event": entry.event, "key": entry.key, "result": entry.result,
        "userId": entry.user_id, "applicationId": entry.app_id, "about": entry.about, "actor": entry.actor, "ip": entry.ip,
        "userAgent": entry.user_agent, "occurrences": entry.occurrences,
        "details": entry.details.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()),
    })
}
