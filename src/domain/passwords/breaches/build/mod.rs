//! Making a filter file from lists of any length: read every line once and spill its key to disk by shard, then make shard after
//! shard. It prints nothing; whoever started it watches through `Progress`. The surprise: killed at any moment it goes on
//! where it was, and the file is the same to the byte.

mod line_format;
mod plan;
mod reader;
mod shard_writer;
mod spill_file;
mod workdir;

use std::path::PathBuf;

use anyhow::ensure;

use self::plan::BuildPlan;
use self::workdir::WorkDir;

pub use line_format::Format;

/// How much is read between two checkpoints, in bytes: a few seconds of work.
pub const CHECKPOINT_BYTES: u64 = 256 << 20;

/// What to make from what.
#[derive(Clone, Debug)]
pub struct Options {
    /// The lists.
    pub from: Vec<PathBuf>,
    /// The filter file; one that is there is replaced.
    pub to: PathBuf,
    /// What a line is; none to look at the first ones.
    pub format: Option<Format>,
    /// Leave out hashes that were seen less often; only hashes have counts.
    pub min_count: Option<u64>,
    /// Where the list comes from, at most 1024 bytes; none for the names of the files.
    pub source: Option<String>,
    /// How much is read between two checkpoints, in bytes.
    pub checkpoint: u64,
    /// How many first bits of a hash choose its shard, at most 12; none to go by the size of the lists.
    pub shard_bits: Option<u32>,
    /// Bits of a fingerprint, 16 or 32: one unlisted password in 2 to that power is called listed.
    pub width: u32,
}

impl Options {
    /// Everything as it is unless somebody says otherwise.
    pub fn new(from: Vec<PathBuf>, to: PathBuf) -> Self {
        let (format, min_count, source, shard_bits) = (None, None, None, None);
        Self { from, to, format, min_count, source, checkpoint: CHECKPOINT_BYTES, shard_bits, width: 16 }
    }
}

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildReport {
    /// Different hashes in it.
    pub hashes: u64,
    /// Its bytes.
    pub size: u64,
    /// One unlisted password in so many is called listed.
    pub one_in: u64,
}

/// Who watches. Every method has a silent form, so that a benchmark can pass `&()`.
pub trait Progress {
    /// So many bytes of so many have been read.
    fn on_read(&self, _done: u64, _of: u64) {}
    /// So many shards of so many are made.
    fn on_built(&self, _done: u64, _of: u64) {}
    /// Something that the person who started this should know.
    fn on_note(&self, _text: &str) {}
}

impl Progress for () {}

/// Makes the file. An error says what to do about it; what is done so far stays in a folder beside the file, and the same call
/// goes on from there.
pub fn run(options: &Options, progress: &dyn Progress) -> anyhow::Result<BuildReport> {
    ensure!(!options.from.is_empty(), "expected at least one list to make the filter from");
    let job = BuildPlan::from_options(options)?;
    let folder = WorkDir::claim(&options.to, options.checkpoint)?;
    let mut state = folder.resume(&job, progress)?;
    let spill = reader::run(&job, &folder, &mut state, progress)?;
    let outcome = shard_writer::run(&job, &folder, &mut state, spill, progress)?;
    folder.finish(&options.to)?;
    Ok(outcome)
}
