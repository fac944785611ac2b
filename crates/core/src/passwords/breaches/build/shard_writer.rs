//! The second half of a build: turns each shard's keys into its fingerprints and assembles the file. Every
//! finished shard is queried for each of its keys, which verifies that a listed key is never missed.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::thread::{self, available_parallelism};

use anyhow::{Context as _, ensure};
use sha2::{Digest as _, Sha256};
use xorf::{BinaryFuse16, BinaryFuse32, DmaSerializable, Filter};

use crate::passwords::breaches::build::plan::BuildPlan;
use crate::passwords::breaches::build::spill_file::Spill;
use crate::passwords::breaches::build::workdir::WorkDir;
use crate::passwords::breaches::build::{BuildReport, Progress, State};
use crate::passwords::breaches::format::{FileHeader, body_offset, encode};
use crate::passwords::breaches::shard_entry::{ShardEntry, align_up};

/// The most keys that are processed at a time, over all threads: with the memory that building needs, about
/// 150 MB.
const MAX_KEYS_IN_WORK: u64 = 4_000_000;

/// A finished shard: its directory entry, except for the offset, and its bytes.
type BuiltShard = (ShardEntry, Vec<u8>);

/// Builds the remaining shards and completes the file.
pub(super) fn run(
    job: &BuildPlan,
    folder: &WorkDir,
    state: &mut State,
    spill: Spill,
    progress: &dyn Progress,
) -> anyhow::Result<BuildReport> {
    let file = folder.with_disk_context(File::options().write(true).open(folder.filter()))?;
    let mut end = body_offset(job.source.len(), job.shard_bits);
    end = state.shards.last().map_or(end, |entry| entry.offset + align_up(entry.length));
    folder.with_disk_context(file.set_len(end))?;
    let threads = thread_count(&spill);
    let mut unkept = 0;
    while state.shards.len() < spill.shards() {
        let first = state.shards.len();
        let batch = first..spill.shards().min(first + threads);
        unkept += batch.clone().map(|shard| spill.count(shard) * 8).sum::<u64>();
        for (mut entry, bytes) in build_batch(&spill, batch, folder, job.width)? {
            entry.offset = end;
            folder.with_disk_context(file.write_all_at(&bytes, end))?;
            end += bytes.len() as u64;
            state.shards.push(entry);
        }
        if unkept >= folder.checkpoint {
            unkept = 0;
            folder.with_disk_context(file.sync_data())?;
            folder.save(job, state)?;
        }
        progress.on_built(state.shards.len() as u64, spill.shards() as u64);
    }
    finish_file(job, folder, state, &file, end)
}

/// The number of shards built in parallel: one for each core, fewer when shards are large.
fn thread_count(spill: &Spill) -> usize {
    let largest = (0..spill.shards()).map(|shard| spill.count(shard)).max().unwrap_or_default();
    let fit = usize::try_from(MAX_KEYS_IN_WORK / largest.max(1)).unwrap_or(usize::MAX);
    available_parallelism().map_or(1, usize::from).min(fit).max(1)
}

fn build_batch(
    spill: &Spill,
    batch: std::ops::Range<usize>,
    folder: &WorkDir,
    width: u32,
) -> anyhow::Result<Vec<BuiltShard>> {
    let one = if width == 32 { build_shard::<BinaryFuse32> } else { build_shard::<BinaryFuse16> };
    thread::scope(|scope| {
        let making: Vec<_> = batch.map(|shard| scope.spawn(move || one(spill, shard, folder))).collect();
        making.into_iter().map(|made| made.join().unwrap_or_else(|_| Err(build_error()))).collect()
    })
}

fn build_shard<F>(spill: &Spill, shard: usize, folder: &WorkDir) -> anyhow::Result<BuiltShard>
where
    F: Filter<u64> + DmaSerializable + for<'k> TryFrom<&'k [u64]>,
{
    let keys = folder.with_disk_context(spill.keys(shard))?;
    if keys.is_empty() {
        return Ok((ShardEntry::default(), Vec::new()));
    }
    let filter = F::try_from(keys.as_slice()).map_err(|_| build_error())?;
    ensure!(keys.iter().all(|key| filter.contains(key)), build_error());
    let mut bytes = filter.dma_fingerprints().to_vec();
    let length = bytes.len() as u64;
    bytes.resize(align_up(length) as usize, 0);
    let mut descriptor = [0; 20];
    filter.dma_copy_descriptor_to(&mut descriptor);
    let hashes = keys.len() as u64;
    let checksum = Sha256::digest(&bytes).into();
    Ok((ShardEntry { length, hashes, checksum, ..ShardEntry::from_descriptor(&descriptor) }, bytes))
}

fn build_error() -> anyhow::Error {
    anyhow::anyhow!("a shard can't be made of its hashes; please report this with the list it came from")
}

/// Writes the header and directory, last of all: a file without them is no filter.
fn finish_file(
    job: &BuildPlan,
    folder: &WorkDir,
    state: &State,
    file: &File,
    size: u64,
) -> anyhow::Result<BuildReport> {
    let hashes = state.shards.iter().map(|entry| entry.hashes).sum();
    if hashes == 0 {
        folder.clear();
        return Err(empty_error(job));
    }
    let head = FileHeader {
        width: job.width,
        shard_bits: job.shard_bits,
        hashes,
        min_count: job.min_count.unwrap_or(1),
        made: job.newest_modification(),
        source: job.source.clone(),
        size,
    };
    let written: io::Result<()> =
        file.write_all_at(&encode(&head, &state.shards), 0).and_then(|()| file.sync_all());
    folder.with_disk_context(written).context("the filter is made but not complete")?;
    Ok(BuildReport { hashes, size, one_in: head.one_in() })
}

fn empty_error(job: &BuildPlan) -> anyhow::Error {
    match job.min_count {
        Some(least) => anyhow::anyhow!("--min-count: no hash was seen {least} times; nothing is left"),
        None => anyhow::anyhow!("the lists have no hash and no word in them: there is nothing to make"),
    }
}
