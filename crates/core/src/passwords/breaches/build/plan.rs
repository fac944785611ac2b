//! The plan of a build, with everything that affects its result: lists, format, counts, source, shards. A
//! build resumes only under the same plan. The file carries the modification time of the newest list, so that
//! the same lists produce the same file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::passwords::breaches::build::Options;
use crate::passwords::breaches::build::line_format::{Format, detect_format};
use crate::passwords::breaches::build::reader::{BYTE_ORDER_MARK, List};
use crate::passwords::breaches::format::{MAX_SHARD_BITS, MAX_SOURCE_BYTES, WIDTHS};
use crate::types::time::Timestamp;

/// How much of a list is sampled to detect its format, in bytes.
const SAMPLE_BYTES: u64 = 64 << 10;
/// How many lines determine the format of a list.
const SAMPLE_LINES: usize = 10;
/// The most hashes that a shard should have; one more bit halves it.
const MAX_SHARD_HASHES: u64 = 1_500_000;
/// A line of Pwned Passwords, in bytes.
const HASH_LINE_BYTES: u64 = 44;
/// The first bytes of compressed files.
const COMPRESSED_MAGIC: [&[u8]; 5] =
    [b"\x1f\x8b", b"PK\x03\x04", b"7z\xbc\xaf", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"];

/// The plan of a build.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BuildPlan {
    pub lists: Vec<List>,
    pub format: Format,
    pub min_count: Option<u64>,
    pub source: String,
    pub shard_bits: u32,
    pub width: u32,
}

impl BuildPlan {
    /// Inspects the lists and fills in the options that were left open.
    pub(super) fn from_options(options: &Options) -> anyhow::Result<Self> {
        let lists =
            options.from.iter().map(|path| List::from_path(path)).collect::<anyhow::Result<Vec<_>>>()?;
        ensure_target_is_no_list(&lists, &options.to)?;
        let sample = read_sample(&lists)?;
        let format = match options.format {
            Some(format) => format,
            None => detect_format(first_lines(&sample)).map_err(|problem| error_naming(&lists, problem))?,
        };
        if format == Format::Words && options.min_count.is_some() {
            bail!("--min-count: a list of words has no counts; leave it out, or give a list of hashes");
        }
        let source = options.source.clone().unwrap_or_else(|| file_names(&lists));
        ensure!(source.len() <= MAX_SOURCE_BYTES, "--source: expected at most {MAX_SOURCE_BYTES} bytes");
        let estimate = total_size(&lists) / line_length(format, &sample);
        let shard_bits = options.shard_bits.unwrap_or_else(|| shard_bits(estimate)).min(MAX_SHARD_BITS);
        let width = options.width;
        ensure!(WIDTHS.contains(&width), "--bits: expected 16 or 32");
        Ok(Self { lists, format, min_count: options.min_count, source, shard_bits, width })
    }

    /// The modification time of the newest list, in whole seconds, which every file system supports.
    pub(super) fn newest_modification(&self) -> Timestamp {
        let newest = self.lists.iter().map(|list| list.modified).max();
        Timestamp(newest.unwrap_or_default() / 1000 * 1000)
    }

    /// The size of all lists in bytes.
    pub(super) fn total_size(&self) -> u64 {
        total_size(&self.lists)
    }
}

fn total_size(lists: &[List]) -> u64 {
    lists.iter().map(|list| list.size).sum()
}

/// A list that is also the target would be overwritten by its own filter.
fn ensure_target_is_no_list(lists: &[List], to: &Path) -> anyhow::Result<()> {
    let target = to.canonicalize().ok();
    let same = lists.iter().any(|list| target.as_ref() == Some(&list.path));
    ensure!(!same, "--to: {} is also read; name another file", to.display());
    ensure!(!to.is_dir(), "--to: {} is a folder; name the file to make", to.display());
    Ok(())
}

/// The beginning of the first list that is not empty.
fn read_sample(lists: &[List]) -> anyhow::Result<Vec<u8>> {
    let mut sample = Vec::new();
    for list in lists {
        let mut begin = Vec::new();
        let file = File::open(&list.path);
        let read = file.and_then(|file| file.take(SAMPLE_BYTES).read_to_end(&mut begin));
        read.with_context(|| format!("{}: can't be read", list.path.display()))?;
        if COMPRESSED_MAGIC.iter().any(|packed| begin.starts_with(packed)) {
            bail!("{}: is compressed; unpack it first", list.path.display());
        }
        if sample.is_empty() {
            sample = begin;
        }
    }
    ensure!(!sample.is_empty(), "{}: there is nothing in it to make a filter of", file_names(lists));
    Ok(sample)
}

fn first_lines(sample: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = sample.strip_prefix(BYTE_ORDER_MARK).unwrap_or(sample).split(|byte| *byte == b'\n');
    lines.map(|line| line.trim_ascii_end()).filter(|line| !line.is_empty()).take(SAMPLE_LINES)
}

fn line_length(format: Format, sample: &[u8]) -> u64 {
    let lines = sample.split(|byte| *byte == b'\n').count() as u64;
    match format {
        Format::Sha1 => HASH_LINE_BYTES,
        Format::Words => (sample.len() as u64 / lines).max(1),
    }
}

/// How many leading bits distribute this many hashes over shards that can be built in bounded memory.
fn shard_bits(hashes: u64) -> u32 {
    (0..MAX_SHARD_BITS).find(|bits| hashes >> bits <= MAX_SHARD_HASHES).unwrap_or(MAX_SHARD_BITS)
}

fn file_names(lists: &[List]) -> String {
    let names = lists.iter().filter_map(|list| list.path.file_name());
    names.map(|name| name.to_string_lossy()).collect::<Vec<_>>().join(", ")
}

fn error_naming(lists: &[List], problem: &str) -> anyhow::Error {
    anyhow::anyhow!("{}: {problem}", file_names(lists))
}

#[cfg(test)]
mod tests {
    use super::shard_bits;

    #[test]
    fn shards_hold_about_a_million() {
        assert_eq!([1, 1_500_000, 2_000_000, 100_000_000].map(shard_bits), [0, 0, 1, 7]);
        assert_eq!(shard_bits(u64::MAX), 12);
    }
}
