//! Reading a filter file from end to end before it is trusted. It keeps nothing. The surprise: the file is read and not looked at
//! through its map, so that a bad disk is an error and not the end of the process, and the gigabytes don't count as ours.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::thread::{self, available_parallelism};

use sha2::{Digest as _, Sha256};

use super::format::{self, Entry, FIXED, Head, padded};
use super::unfit::Unfit;

/// The most threads that read; a disk is not faster for more.
const MOST_THREADS: usize = 4;
/// How many bytes are read at once.
const PIECE: usize = 1 << 20;
/// The part that is named when a shard's checksum does not fit.
const FINGERPRINT: &str = "a fingerprint";

/// Reads head and directory, and every fingerprint against its checksum.
pub(super) fn verified(file: &File) -> Result<(Head, Vec<Entry>), Unfit> {
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(Unfit::NotAFile);
    }
    let size = meta.len();
    let fixed = read(file, 0, size.min(FIXED as u64) as usize)?;
    let body = format::body_of(&fixed, size)?;
    let (head, entries) = format::decode(&read(file, 0, body as usize)?, size)?;
    every_shard(file, &entries)?;
    Ok((head, entries))
}

/// Reads head and directory of a whole filter in memory and leaves its fingerprints alone: those of the one inside the binary are not
/// even loaded before somebody asks.
pub(super) fn head(bytes: &[u8]) -> Result<(Head, Vec<Entry>), Unfit> {
    let size = bytes.len() as u64;
    let body = format::body_of(bytes.get(..FIXED).unwrap_or(bytes), size)?;
    format::decode(bytes.get(..body as usize).unwrap_or_default(), size)
}

/// Whether a whole filter in memory is as it was made.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let fits = |entry: &Entry| {
        let end = entry.offset.saturating_add(padded(entry.length));
        let part = bytes.get(entry.offset as usize..end as usize).unwrap_or_default();
        part.is_empty() || Sha256::digest(part)[..] == entry.checksum
    };
    head(bytes).is_ok_and(|(_, entries)| entries.iter().all(fits))
}

fn every_shard(file: &File, entries: &[Entry]) -> Result<(), Unfit> {
    let threads = available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let some = |first: usize| entries.iter().skip(first).step_by(threads).try_for_each(|e| shard(file, e));
    thread::scope(|scope| {
        let readers: Vec<_> = (1..threads).map(|first| scope.spawn(move || some(first))).collect();
        let own = some(0);
        let ended =
            readers.into_iter().map(|reader| reader.join().unwrap_or(Err(Unfit::Altered(FINGERPRINT))));
        ended.fold(own, Result::and)
    })
}

fn shard(file: &File, entry: &Entry) -> Result<(), Unfit> {
    let mut sum = Sha256::new();
    let mut piece = vec![0; PIECE.min(padded(entry.length) as usize)];
    let (mut at, end) = (entry.offset, entry.offset.saturating_add(padded(entry.length)));
    while at < end {
        let length = (end - at).min(PIECE as u64);
        let part = piece.get_mut(..length as usize).unwrap_or_default();
        file.read_exact_at(part, at)?;
        sum.update(part);
        at += length;
    }
    if entry.length == 0 || sum.finalize()[..] == entry.checksum {
        Ok(())
    } else {
        Err(Unfit::Altered(FINGERPRINT))
    }
}

fn read(file: &File, at: u64, length: usize) -> Result<Vec<u8>, Unfit> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, at)?;
    Ok(bytes)
}
