//! The second half of a build: each shard's keys become its fingerprints, and the file is put together. It reads no list. The
//! surprise: every shard is asked for each of its keys before it counts, so that "never misses" is seen and not believed.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::thread::{self, available_parallelism};

use anyhow::{Context as _, ensure};
use sha2::{Digest as _, Sha256};
use xorf::{BinaryFuse16, BinaryFuse32, DmaSerializable, Filter};

use super::super::format::{Entry, Head, body_at, encode, padded};
use super::folder::{Folder, State};
use super::job::Job;
use super::spill::Spill;
use super::{Outcome, Progress};

/// Keys that are worked on at a time, over all threads: with what making takes beside them, about 150 MB at most.
const AT_ONCE: u64 = 4_000_000;

/// A shard that is made: its line of the directory but for the place, and its bytes.
type Made = (Entry, Vec<u8>);

/// Makes the shards that are not made yet and completes the file.
pub(super) fn run(
    job: &Job,
    folder: &Folder,
    state: &mut State,
    spill: Spill,
    progress: &dyn Progress,
) -> anyhow::Result<Outcome> {
    let file = folder.doing(File::options().write(true).open(folder.filter()))?;
    let mut end = body_at(job.source.len(), job.shard_bits);
    end = state.shards.last().map_or(end, |entry| entry.offset + padded(entry.length));
    folder.doing(file.set_len(end))?;
    let (threads, mut unkept) = (threads(&spill), 0);
    while state.shards.len() < spill.shards() {
        let first = state.shards.len();
        let batch = first..spill.shards().min(first + threads);
        unkept += batch.clone().map(|shard| spill.count(shard) * 8).sum::<u64>();
        for (mut entry, bytes) in make(&spill, batch, folder, job.width)? {
            entry.offset = end;
            folder.doing(file.write_all_at(&bytes, end))?;
            end += bytes.len() as u64;
            state.shards.push(entry);
        }
        if unkept >= folder.checkpoint {
            unkept = 0;
            folder.doing(file.sync_data())?;
            folder.keep(job, state)?;
        }
        progress.making(state.shards.len() as u64, spill.shards() as u64);
    }
    complete(job, folder, state, &file, end)
}

/// Shards that are made side by side: as many as there are cores, unless they are large.
fn threads(spill: &Spill) -> usize {
    let largest = (0..spill.shards()).map(|shard| spill.count(shard)).max().unwrap_or_default();
    let fit = usize::try_from(AT_ONCE / largest.max(1)).unwrap_or(usize::MAX);
    available_parallelism().map_or(1, usize::from).min(fit).max(1)
}

fn make(
    spill: &Spill,
    batch: std::ops::Range<usize>,
    folder: &Folder,
    width: u32,
) -> anyhow::Result<Vec<Made>> {
    let one = if width == 32 { one::<BinaryFuse32> } else { one::<BinaryFuse16> };
    thread::scope(|scope| {
        let making: Vec<_> = batch.map(|shard| scope.spawn(move || one(spill, shard, folder))).collect();
        making.into_iter().map(|made| made.join().unwrap_or_else(|_| Err(not_made()))).collect()
    })
}

fn one<F>(spill: &Spill, shard: usize, folder: &Folder) -> anyhow::Result<Made>
where
    F: Filter<u64> + DmaSerializable + for<'k> TryFrom<&'k [u64]>,
{
    let keys = folder.doing(spill.keys(shard))?;
    if keys.is_empty() {
        return Ok((Entry::default(), Vec::new()));
    }
    let filter = F::try_from(keys.as_slice()).map_err(|_| not_made())?;
    ensure!(keys.iter().all(|key| filter.contains(key)), not_made());
    let mut bytes = filter.dma_fingerprints().to_vec();
    let length = bytes.len() as u64;
    bytes.resize(padded(length) as usize, 0);
    let mut descriptor = [0; 20];
    filter.dma_copy_descriptor_to(&mut descriptor);
    let (hashes, checksum) = (keys.len() as u64, Sha256::digest(&bytes).into());
    Ok((Entry { length, hashes, checksum, ..Entry::described(&descriptor) }, bytes))
}

fn not_made() -> anyhow::Error {
    anyhow::anyhow!("a shard can't be made of its hashes; please report this with the list it came from")
}

/// Writes what comes before the fingerprints, last of all: a file without it is no filter.
fn complete(job: &Job, folder: &Folder, state: &State, file: &File, size: u64) -> anyhow::Result<Outcome> {
    let hashes = state.shards.iter().map(|entry| entry.hashes).sum();
    if hashes == 0 {
        folder.clear();
        return Err(nothing(job));
    }
    let head = Head {
        width: job.width,
        shard_bits: job.shard_bits,
        hashes,
        min_count: job.min_count.unwrap_or(1),
        made: job.made(),
        source: job.source.clone(),
        size,
    };
    let written: io::Result<()> =
        file.write_all_at(&encode(&head, &state.shards), 0).and_then(|()| file.sync_all());
    folder.doing(written).context("the filter is made but not complete")?;
    Ok(Outcome { hashes, size, one_in: head.one_in() })
}

fn nothing(job: &Job) -> anyhow::Error {
    match job.min_count {
        Some(least) => anyhow::anyhow!("--min-count: no hash was seen {least} times; nothing is left"),
        None => anyhow::anyhow!("the lists have no hash and no word in them: there is nothing to make"),
    }
}
