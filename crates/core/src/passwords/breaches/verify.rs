//! Reads a filter file from end to end before it is trusted. The file is read and not accessed through its
//! map, so that a bad disk is an error instead of a crash, and the gigabytes do not count as our memory.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::thread::{self, available_parallelism};

use sha2::{Digest as _, Sha256};

use crate::passwords::breaches::FilterError;
use crate::passwords::breaches::format::{self, FIXED_HEADER_BYTES, FileHeader};
use crate::passwords::breaches::shard_entry::{ShardEntry, align_up};

/// The most reading threads; a disk is not faster with more.
const MAX_THREADS: usize = 4;
/// How many bytes are read at once.
const READ_BYTES: usize = 1 << 20;
/// The part that is named when a shard's checksum does not match.
const FINGERPRINT: &str = "a fingerprint";

/// Verifies header and directory, and every fingerprint against its checksum.
pub(super) fn verify_file(file: &File) -> Result<(FileHeader, Vec<ShardEntry>), FilterError> {
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(FilterError::NotAFile);
    }
    let size = meta.len();
    let fixed = read_at(file, 0, size.min(FIXED_HEADER_BYTES as u64) as usize)?;
    let body = format::read_body_offset(&fixed, size)?;
    let (head, entries) = format::decode(&read_at(file, 0, body as usize)?, size)?;
    verify_shards(file, &entries)?;
    Ok((head, entries))
}

/// Decodes header and directory of a whole filter in memory without reading its fingerprints: those of the
/// built-in one are not even paged in before the first query.
pub(super) fn read_header(bytes: &[u8]) -> Result<(FileHeader, Vec<ShardEntry>), FilterError> {
    let size = bytes.len() as u64;
    let body = format::read_body_offset(bytes.get(..FIXED_HEADER_BYTES).unwrap_or(bytes), size)?;
    format::decode(bytes.get(..body as usize).unwrap_or_default(), size)
}

/// Whether all checksums of a filter in memory match.
pub(super) fn has_valid_checksums(bytes: &[u8]) -> bool {
    let fits = |entry: &ShardEntry| {
        let end = entry.offset.saturating_add(align_up(entry.length));
        let part = bytes.get(entry.offset as usize..end as usize).unwrap_or_default();
        part.is_empty() || Sha256::digest(part)[..] == entry.checksum
    };
    read_header(bytes).is_ok_and(|(_, entries)| entries.iter().all(fits))
}

fn verify_shards(file: &File, entries: &[ShardEntry]) -> Result<(), FilterError> {
    let threads = available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    let some =
        |first: usize| entries.iter().skip(first).step_by(threads).try_for_each(|e| verify_shard(file, e));
    thread::scope(|scope| {
        let readers: Vec<_> = (1..threads).map(|first| scope.spawn(move || some(first))).collect();
        let own = some(0);
        let ended = readers
            .into_iter()
            .map(|reader| reader.join().unwrap_or(Err(FilterError::Corrupted(FINGERPRINT))));
        ended.fold(own, Result::and)
    })
}

fn verify_shard(file: &File, entry: &ShardEntry) -> Result<(), FilterError> {
    let mut sum = Sha256::new();
    let mut piece = vec![0; READ_BYTES.min(align_up(entry.length) as usize)];
    let mut at = entry.offset;
    let end = entry.offset.saturating_add(align_up(entry.length));
    while at < end {
        let length = (end - at).min(READ_BYTES as u64);
        let part = piece.get_mut(..length as usize).unwrap_or_default();
        file.read_exact_at(part, at)?;
        sum.update(part);
        at += length;
    }
    if entry.length == 0 || sum.finalize()[..] == entry.checksum {
        Ok(())
    } else {
        Err(FilterError::Corrupted(FINGERPRINT))
    }
}

fn read_at(file: &File, at: u64, length: usize) -> Result<Vec<u8>, FilterError> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, at)?;
    Ok(bytes)
}
