//! `user import`: reads accounts from JSON Lines. A bad line is named and skipped, and an account that exists is
//! left unchanged, so that an interrupted import is run again to go on.

mod line;
mod reader;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use clap::Args;

use crate::cli::user_import::line::parse_line;
use crate::cli::user_import::reader::{Line, LineReader};
use crate::cli::{eprint_line, print_line};
use rekey_core::types::error::{Error, Refusal};
use rekey_core::user_management::import::{self, ImportEntry, ImportOutcome};
use rekey_server::app::{AppState, to_anyhow};

/// The lines that are one transaction.
const BATCH_LINES: usize = 1000;

/// The file and how it is read.
#[derive(Args)]
pub(super) struct ImportArgs {
    /// The file, or - for standard input
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Check every line and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// The result so far.
#[derive(Default)]
struct ImportSummary {
    lines: u64,
    added: u64,
    existing: u64,
    refused: u64,
}

pub(super) async fn run(app: &AppState, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let mut reader = LineReader::new(open(&args.from)?);
    let (mut summary, interrupted) = (ImportSummary::default(), watch_interrupt());
    loop {
        let batch = read_batch(&mut reader, &mut summary);
        let batch = batch.with_context(|| format!("{}: can't be read", args.from.display()))?;
        let is_last = batch.is_empty() && reader.count() == summary.lines;
        summary.lines = reader.count();
        if is_last {
            break;
        }
        import_batch(app, batch, args.dry_run, &mut summary).await?;
        report_progress(&summary);
        if interrupted.load(Ordering::Relaxed) {
            eprint_line("interrupted: run it again to go on");
            break;
        }
    }
    let ImportSummary { added, existing, refused, .. } = summary;
    print_line(format_args!("added {added}, already here {existing}, refused {refused}"));
    let is_complete = refused == 0 && !interrupted.load(Ordering::Relaxed);
    Ok(if is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn open(file: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(file).with_context(|| format!("{}: can't be read", file.display()))?;
    Ok(Box::new(BufReader::new(file)))
}

/// Becomes true with Ctrl-C: the batch at work is completed first.
fn watch_interrupt() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    actix_web::rt::spawn(async move {
        if actix_web::rt::signal::ctrl_c().await.is_ok() {
            flag.store(true, Ordering::Relaxed);
        }
    });
    interrupted
}

/// The entries of the next lines; bad lines are named.
fn read_batch(
    reader: &mut LineReader<Box<dyn BufRead>>,
    summary: &mut ImportSummary,
) -> io::Result<Vec<ImportEntry>> {
    let mut batch = Vec::new();
    for _ in 0..BATCH_LINES {
        let Some(Line { number, text }) = reader.read_line()? else { break };
        let entry = text.map_err(anyhow::Error::msg).and_then(|text| parse_line(number, &text));
        match entry {
            Ok(entry) => batch.push(entry),
            Err(problem) => refuse_line(summary, number, &format!("{problem:#}")),
        }
    }
    Ok(batch)
}

async fn import_batch(
    app: &AppState,
    batch: Vec<ImportEntry>,
    dry_run: bool,
    summary: &mut ImportSummary,
) -> anyhow::Result<()> {
    let done = if dry_run {
        import::check_batch(&app.core, batch).await
    } else {
        import::add_batch(&app.core, batch).await
    };
    for done in done.map_err(to_anyhow)? {
        match done.outcome {
            ImportOutcome::Added => summary.added += 1,
            ImportOutcome::Existing => summary.existing += 1,
            ImportOutcome::TakenBy { field, owner } => {
                refuse_line(summary, done.line, &format!("{field}: account {owner} has it"));
            }
            ImportOutcome::Refused(refusal) => refuse_line(summary, done.line, &describe(refusal)),
        }
    }
    Ok(())
}

fn refuse_line(summary: &mut ImportSummary, number: u64, problem: &str) {
    summary.refused += 1;
    eprint_line(format_args!("line {number}: {problem}"));
}

/// A refusal in terms of a line.
fn describe(refusal: Refusal) -> String {
    match refusal {
        Refusal::SettingsInvalid(problems) => problems.join("; "),
        Refusal::PasswordWeak(_) => "password: empty or longer than 4096 bytes".to_owned(),
        Refusal::EmailTaken => "primaryEmail: another account has it".to_owned(),
        Refusal::PhoneTaken => "primaryPhone: another account has it".to_owned(),
        Refusal::UsernameTaken => "username: another account has it, or one that looks like it".to_owned(),
        Refusal::Duplicate => "id: another account has it".to_owned(),
        other => to_anyhow(Error::Refused(other)).to_string(),
    }
}

/// A line for each batch.
fn report_progress(summary: &ImportSummary) {
    let ImportSummary { lines, added, existing, refused } = summary;
    let text = format!("{lines} lines: {added} added, {existing} already here, {refused} refused");
    eprint_line(text);
}
