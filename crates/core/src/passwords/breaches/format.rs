//! The binary format of a filter file, as docs/breaches.md specifies it: a header, a source, a directory of
//! shards, their fingerprints. Every number is checked, since a checksum detects accidents but not forgery.

use sha2::{Digest as _, Sha256};

use crate::passwords::breaches::FilterError;
use crate::passwords::breaches::shard_entry::{ENTRY_BYTES, ShardEntry, align_up, read_u32, read_u64};
use crate::types::time::Timestamp;

/// The first bytes of every filter file.
const MAGIC: [u8; 8] = *b"rekeyflt";
/// The format version that this program writes, and the only one it reads.
pub(super) const VERSION: u32 = 1;
/// The allowed bits of a fingerprint.
pub(super) const WIDTHS: [u32; 2] = [16, 32];
/// The most leading bits that select a shard.
pub(super) const MAX_SHARD_BITS: u32 = 12;
/// The longest source, in bytes.
pub(super) const MAX_SOURCE_BYTES: usize = 1024;
/// The bytes of the fixed part of the header; the source follows.
pub(super) const FIXED_HEADER_BYTES: usize = 128;

const CHECKSUM_AT: usize = 96;

/// The header of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileHeader {
    pub width: u32,
    pub shard_bits: u32,
    pub hashes: u64,
    pub min_count: u64,
    pub made: Timestamp,
    pub source: String,
    pub size: u64,
}

impl FileHeader {
    /// One unlisted password in this many is reported as listed.
    pub(super) const fn one_in(&self) -> u64 {
        1 << self.width
    }
}

/// The offset of the fingerprints, for a source of this many bytes.
pub(super) const fn body_offset(source: usize, shard_bits: u32) -> u64 {
    align_up(FIXED_HEADER_BYTES as u64 + source as u64) + align_up((ENTRY_BYTES as u64) << shard_bits)
}

/// Everything before the fingerprints.
pub(super) fn encode(head: &FileHeader, entries: &[ShardEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    for number in [VERSION, head.width, head.shard_bits, head.source.len() as u32] {
        bytes.extend(number.to_le_bytes());
    }
    let body = body_offset(head.source.len(), head.shard_bits);
    for number in [head.hashes, head.min_count, head.made.0.cast_unsigned(), head.one_in(), body, head.size] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.resize(FIXED_HEADER_BYTES, 0);
    bytes.extend(head.source.as_bytes());
    bytes.resize(align_up(bytes.len() as u64) as usize, 0);
    entries.iter().for_each(|entry| entry.encode(&mut bytes));
    bytes.resize(body as usize, 0);
    let checksum = checksum(&bytes);
    bytes.splice(CHECKSUM_AT..FIXED_HEADER_BYTES, checksum);
    bytes
}

/// The length of the header and directory of a file that starts with these bytes, or why it is no filter.
/// Checked first, because another version may have another layout.
pub(super) fn read_body_offset(fixed: &[u8], size: u64) -> Result<u64, FilterError> {
    let begins = fixed.iter().zip(&MAGIC).all(|(is, should)| is == should);
    let cut_short = || Err(FilterError::Truncated { is: size, should: FIXED_HEADER_BYTES as u64 });
    match () {
        () if fixed.is_empty() => return Err(FilterError::Empty),
        () if !begins => return Err(FilterError::NotAFilter),
        () if fixed.len() < 12 => return cut_short(),
        () if read_u32(fixed, 8) != VERSION => return Err(FilterError::OtherVersion(read_u32(fixed, 8))),
        () if fixed.len() < FIXED_HEADER_BYTES => return cut_short(),
        () => {}
    }
    let bits = read_u32(fixed, 16);
    let source = read_u32(fixed, 20) as usize;
    let body = read_u64(fixed, 56);
    if bits > MAX_SHARD_BITS || source > MAX_SOURCE_BYTES || body != body_offset(source, bits) {
        return Err(FilterError::Corrupted("its head"));
    }
    if size < body {
        return Err(FilterError::Truncated { is: size, should: read_u64(fixed, 64).max(body) });
    }
    Ok(body)
}

/// Decodes header and directory, whose length [`read_body_offset`] has checked, of a file of this many bytes.
pub(super) fn decode(bytes: &[u8], size: u64) -> Result<(FileHeader, Vec<ShardEntry>), FilterError> {
    if bytes.get(CHECKSUM_AT..FIXED_HEADER_BYTES) != Some(&checksum(bytes)[..]) {
        return Err(FilterError::Corrupted("its head"));
    }
    let bits = read_u32(bytes, 16);
    let source = read_u32(bytes, 20) as usize;
    let source = bytes.get(FIXED_HEADER_BYTES..FIXED_HEADER_BYTES + source).unwrap_or_default();
    let head = FileHeader {
        width: read_u32(bytes, 12),
        shard_bits: bits,
        hashes: read_u64(bytes, 24),
        min_count: read_u64(bytes, 32),
        made: Timestamp(read_u64(bytes, 40).cast_signed()),
        source: str::from_utf8(source).map_err(|_| FilterError::Impossible("its source"))?.to_owned(),
        size: read_u64(bytes, 64),
    };
    if size < head.size {
        return Err(FilterError::Truncated { is: size, should: head.size });
    }
    let directory =
        bytes.get(align_up((FIXED_HEADER_BYTES + source.len()) as u64) as usize..).unwrap_or_default();
    let entries: Vec<ShardEntry> =
        directory.chunks_exact(ENTRY_BYTES).take(1 << bits).map(ShardEntry::decode).collect();
    ensure_plausible(&head, &entries, bytes)?;
    if size > head.size { Err(FilterError::Corrupted("its length")) } else { Ok((head, entries)) }
}

/// Whether a lookup with these numbers stays within the file. The filter's own code does not check them.
fn ensure_plausible(head: &FileHeader, entries: &[ShardEntry], bytes: &[u8]) -> Result<(), FilterError> {
    if !WIDTHS.contains(&head.width) || read_u64(bytes, 48) != head.one_in() {
        return Err(FilterError::Impossible("its head"));
    }
    let mut end = bytes.len() as u64;
    for entry in entries {
        if entry.offset != end || !entry.is_plausible(head.width) {
            return Err(FilterError::Impossible("its directory"));
        }
        end = end.saturating_add(align_up(entry.length));
    }
    let hashes = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.hashes));
    let fits = head.size == end && head.hashes == hashes;
    if fits { Ok(()) } else { Err(FilterError::Impossible("its head")) }
}

/// The SHA-256 of everything before the fingerprints, without the checksum itself.
fn checksum(bytes: &[u8]) -> [u8; 32] {
    let before = bytes.get(..CHECKSUM_AT);
    let after = bytes.get(FIXED_HEADER_BYTES..);
    Sha256::new()
        .chain_update(before.unwrap_or_default())
        .chain_update(after.unwrap_or_default())
        .finalize()
        .into()
}
