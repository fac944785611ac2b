//! Builds a filter file from lists of any length: reads every line once and spills its key to disk by shard,
//! then builds shard after shard. It prints nothing; the caller follows it through `Progress`. A build that
//! was killed resumes where it stopped, and its file is identical to the byte.

mod line_format;
mod plan;
mod reader;
mod shard_writer;
mod spill_file;
mod workdir;

use std::path::PathBuf;

use anyhow::ensure;
use serde::{Deserialize, Serialize};

use crate::passwords::breaches::build::plan::BuildPlan;
use crate::passwords::breaches::build::workdir::WorkDir;
use crate::passwords::breaches::shard_entry::ShardEntry;

pub use crate::passwords::breaches::build::line_format::Format;

/// How much is read between two checkpoints, in bytes: a few seconds of work.
pub const CHECKPOINT_BYTES: u64 = 256 << 20;

/// The options of a build.
#[derive(Clone, Debug)]
pub struct Options {
    /// The lists.
    pub from: Vec<PathBuf>,
    /// The filter file; an existing one is replaced.
    pub to: PathBuf,
    /// The format of the lines; none to detect it from the first ones.
    pub format: Option<Format>,
    /// Skip hashes that were seen less often; only hashes have counts.
    pub min_count: Option<u64>,
    /// A description of where the list comes from, at most 1024 bytes; none for the names of the files.
    pub source: Option<String>,
    /// How much is read between two checkpoints, in bytes.
    pub checkpoint: u64,
    /// How many leading bits of a hash select its shard, at most 12; none to choose by the size of the lists.
    pub shard_bits: Option<u32>,
    /// Bits of a fingerprint, 16 or 32: one unlisted password in 2 to that power is reported as listed.
    pub width: u32,
}

impl Options {
    /// The default options.
    pub fn new(from: Vec<PathBuf>, to: PathBuf) -> Self {
        Self {
            from,
            to,
            format: None,
            min_count: None,
            source: None,
            checkpoint: CHECKPOINT_BYTES,
            shard_bits: None,
            width: 16,
        }
    }
}

/// The result of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildReport {
    /// The number of distinct hashes in it.
    pub hashes: u64,
    /// Its size in bytes.
    pub size: u64,
    /// One unlisted password in this many is reported as listed.
    pub one_in: u64,
}

/// Observes a build. Every method has an empty default, so that a benchmark can pass `&()`.
pub trait Progress {
    /// This many bytes of the total have been read.
    fn on_read(&self, _done: u64, _of: u64) {}
    /// This many shards of the total are built.
    fn on_built(&self, _done: u64, _of: u64) {}
    /// A message for the person who started the build.
    fn on_note(&self, _text: &str) {}
}

impl Progress for () {}

/// The progress of a build. Written only when everything that it lists is safely on disk.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    pub place: ReadPosition,
    /// The valid length of the spill file in bytes.
    pub spilled: u64,
    /// Shards whose fingerprints are in the filter.
    pub shards: Vec<ShardEntry>,
}

/// The position of the next line to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ReadPosition {
    pub list: usize,
    pub offset: u64,
    pub line: u64,
}

/// Builds the file. An error says what to do about it; finished work stays in a folder beside the file, and
/// the same call resumes from there.
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
