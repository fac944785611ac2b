//! `breaches build`: makes a filter from lists, and shows on standard error how far it is.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::{eprint_line, print_line};
use rekey_core::passwords::breaches::build::{
    self, BuildReport, CHECKPOINT_BYTES, Format, Options, Progress,
};

/// What to make from what.
#[derive(Args)]
pub(in crate::cli) struct BuildArgs {
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

/// Runs the command.
pub(super) fn build_filter(args: BuildArgs) -> anyhow::Result<ExitCode> {
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
    let rate = hashes as f64 / seconds.max(0.001);
    format!(
        "{}: {hashes} hashes, {size} bytes, false-positive rate 1 in {one_in}, {seconds:.1} seconds, \
         {rate:.0} hashes per second",
        to.display()
    )
}

/// One half of the work, as the progress bar shows it.
struct Half {
    /// Its name.
    name: &'static str,
    /// The template of the progress bar.
    pattern: &'static str,
}

/// Reading the list.
const READING: Half = Half {
    name: "reading",
    pattern: "{msg} {wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
};
/// Building the filters.
const MAKING: Half = Half { name: "making", pattern: "{msg} {wide_bar} {pos} of {len} shards, {eta} left" };

/// The progress bar, shown on a terminal only.
struct ProgressDisplay(ProgressBar);

impl ProgressDisplay {
    fn new() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = if is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self(ProgressBar::with_draw_target(None, target))
    }

    /// Updates the progress.
    fn show(&self, half: &Half, done: u64, of: u64) {
        if self.0.message() != half.name {
            self.0.reset();
            self.0.set_message(half.name);
            self.0.set_style(
                ProgressStyle::with_template(half.pattern).unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
        }
        self.0.set_length(of);
        self.0.set_position(done);
    }
}

impl Progress for ProgressDisplay {
    fn on_read(&self, done: u64, of: u64) {
        self.show(&READING, done, of);
    }

    fn on_built(&self, done: u64, of: u64) {
        self.show(&MAKING, done, of);
    }

    fn on_note(&self, text: &str) {
        self.0.suspend(|| eprint_line(format_args!("note: {text}")));
    }
}
