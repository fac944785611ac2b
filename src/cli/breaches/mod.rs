//! `breaches …`: builds, queries and describes a filter of leaked passwords. The password to check is read
//! from standard input and never from an argument, which every process of the machine can read. No database
//! is needed.

mod build;

use std::io::{BufRead as _, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use clap::{Args, Subcommand};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

use crate::cli::breaches::build::{BuildArgs, build_filter};
use crate::cli::print_line;
use rekey_adapters::config::Config;
use rekey_core::passwords::breaches::Filter;
use rekey_core::passwords::password::{MAX_BYTES, to_nfc};
use rekey_core::types::time::Timestamp;
use rekey_server::app;

/// The exit status of `check` for a listed password, which is not a failure.
const EXIT_LISTED: u8 = 3;

/// What can be done with lists of leaked passwords.
#[derive(Subcommand)]
pub(super) enum BreachesCommand {
    /// Make a filter file from lists of hashes or words; run it again to go on after an interruption
    Build(BuildArgs),
    /// Ask whether the password on standard input is listed: exit status 0 when it is not, 3 when it is
    Check(FilterArg),
    /// Describe a filter
    Info(FilterArg),
}

/// Which filter.
#[derive(Args)]
pub(super) struct FilterArg {
    /// The filter file [default: breaches.filter of the configuration, else the built-in filter]
    #[arg(long, value_name = "FILE")]
    filter: Option<PathBuf>,
}

/// Runs one of the commands; the configuration is read only when it is needed.
pub(super) fn run(
    command: BreachesCommand,
    load: impl Fn() -> anyhow::Result<Config>,
) -> anyhow::Result<ExitCode> {
    match command {
        BreachesCommand::Build(args) => return build_filter(args),
        BreachesCommand::Check(arg) => {
            let (filter, _) = arg.open_filter(load)?;
            return check_password(&filter);
        }
        BreachesCommand::Info(arg) => {
            let (filter, path) = arg.open_filter(load)?;
            print_info(&filter, path.as_deref());
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl FilterArg {
    /// The filter and its file, which is `None` for the built-in one.
    fn open_filter(
        self,
        load: impl Fn() -> anyhow::Result<Config>,
    ) -> anyhow::Result<(Filter, Option<PathBuf>)> {
        if let Some(path) = self.filter {
            let opened = Filter::open(&path);
            let filter = opened.map_err(|unfit| anyhow::anyhow!("--filter: {} {unfit}", path.display()))?;
            return Ok((filter, Some(path)));
        }
        let path = load()?.breaches.filter;
        Ok((app::open_filter(path.as_deref())?, path))
    }
}

fn check_password(filter: &Filter) -> anyhow::Result<ExitCode> {
    let is_listed = filter.contains_password(to_nfc(&read_password()?).expose());
    print_line(if is_listed { "listed" } else { "not listed" });
    Ok(if is_listed { ExitCode::from(EXIT_LISTED) } else { ExitCode::SUCCESS })
}

/// Reads the first line of standard input. The buffer is allocated beforehand, so that growing it leaves no
/// copy in memory.
fn read_password() -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::with_capacity(MAX_BYTES + 2));
    let read = std::io::stdin().lock().take(MAX_BYTES as u64 + 2).read_line(&mut line);
    read.context("the password can't be read from standard input")?;
    let whole = line.strip_suffix('\n').unwrap_or(&line);
    let length = whole.strip_suffix('\r').unwrap_or(whole).len();
    line.truncate(length);
    ensure!(!line.is_empty(), "the password on standard input is empty");
    ensure!(line.len() <= MAX_BYTES, "the password on standard input is longer than {MAX_BYTES} bytes");
    Ok(line)
}

fn print_info(filter: &Filter, path: Option<&Path>) {
    let info = filter.info();
    let is_whole = path.is_some() || filter.verify_checksums();
    let lines = [
        ("path", path.map_or_else(|| "built in".to_owned(), |path| path.display().to_string())),
        ("version", info.version.to_string()),
        ("source", info.source.clone()),
        ("hashes", info.hashes.to_string()),
        ("min count", info.min_count.to_string()),
        ("shards", info.shards.to_string()),
        ("bits per hash", format!("{:.2}", info.bits_per_hash())),
        ("false-positive rate", format!("1 in {}", info.one_in)),
        ("made", format_moment(info.made)),
        ("size", info.size.to_string()),
        ("checksum", if is_whole { "ok" } else { "altered" }.to_owned()),
    ];
    lines.iter().for_each(|(key, value)| print_line(format_args!("{key}: {value}")));
}

fn format_moment(made: Timestamp) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(made.0 / 1000).ok();
    moment.and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_else(|| "unknown".to_owned())
}
