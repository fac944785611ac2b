//! `breaches …`: builds, queries and describes a filter of leaked passwords. The password to check is read
//! from standard input and never from an argument, which every process of the machine can read. No database
//! is needed.

mod progress;

use std::io::BufRead as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use clap::{Args, Subcommand, ValueEnum};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

use crate::app;
use crate::cli::breaches::progress::ProgressDisplay;
use crate::cli::{eprint_line, print_line};
use crate::config::Config;
use rekey_core::passwords::breaches::Filter;
use rekey_core::passwords::breaches::build;
use rekey_core::passwords::breaches::build::{BuildReport, CHECKPOINT_BYTES, Format, Options};
use rekey_core::passwords::password::{MAX_BYTES, to_nfc};
use rekey_core::types::time::Timestamp;

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

/// What to make from what.
#[derive(Args)]
pub(super) struct BuildArgs {
    /// The lists: Pwned Passwords as SHA-1, or one password a line
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    from: Vec<PathBuf>,
    /// The filter file to make or to replace
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// What a line is [default: told from the first lines]
    #[arg(long)]
    format: Option<LineFormat>,
    /// Leave out hashes that were seen less often
    #[arg(long, value_name = "N")]
    min_count: Option<u64>,
    /// Where the list comes from, for `info` [default: the names of the files]
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// 16, or 32 for a file twice as large that hardly ever calls an unlisted password listed
    #[arg(long, value_name = "BITS", default_value_t = 16)]
    bits: u32,
    /// How many bytes are read between two checkpoints
    #[arg(long, hide = true, default_value_t = CHECKPOINT_BYTES)]
    checkpoint: u64,
    /// How many first bits of a hash choose its shard
    #[arg(long, hide = true)]
    shard_bits: Option<u32>,
}

/// What a line of a list is.
#[derive(Clone, Copy, ValueEnum)]
enum LineFormat {
    /// SHA1:count
    Sha1,
    /// One password
    Words,
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

fn build_filter(args: BuildArgs) -> anyhow::Result<ExitCode> {
    let BuildArgs { from, to, format, min_count, source, bits: width, checkpoint, shard_bits } = args;
    if matches!(format, Some(LineFormat::Words)) && min_count.is_some() {
        eprint_line(
            "rekey: --min-count: a list of words has no counts; leave it out, or give a list of hashes",
        );
        return Ok(ExitCode::from(2));
    }
    let format = format.map(|format| match format {
        LineFormat::Sha1 => Format::Sha1,
        LineFormat::Words => Format::Words,
    });
    let options = Options { from, to, format, min_count, source, checkpoint, shard_bits, width };
    let began = Instant::now();
    let bar = ProgressDisplay::new();
    let outcome = build::run(&options, &bar);
    bar.0.finish_and_clear();
    print_line(summary(outcome?, &options.to, began.elapsed().as_secs_f64()));
    Ok(ExitCode::SUCCESS)
}

fn summary(outcome: BuildReport, to: &Path, seconds: f64) -> String {
    let BuildReport { hashes, size, one_in } = outcome;
    let pace = hashes as f64 / seconds.max(0.001);
    format!(
        "{}: {hashes} hashes, {size} bytes, false-positive rate 1 in {one_in}, {seconds:.1} seconds, \
         {pace:.0} hashes per second",
        to.display()
    )
}
