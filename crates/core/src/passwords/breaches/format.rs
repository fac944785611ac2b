//! The binary format of a filter file, as docs/breaches.md specifies it: a header, a source, a directory of
//! shards, their fingerprints. Every number is checked, since a checksum detects accidents but not forgery.

use sha2::{Digest as _, Sha256};

use crate::passwords::breaches::error::FilterError;
use crate::types::time::Timestamp;

/// The first bytes of every filter file.
pub(super) const MAGIC: [u8; 8] = *b"rekeyflt";
/// The format version that this program writes, and the only one it reads.
pub(super) const VERSION: u32 = 1;
/// The allowed bits of a fingerprint.
pub(super) const WIDTHS: [u32; 2] = [16, 32];
/// The most leading bits that select a shard.
pub(super) const MAX_SHARD_BITS: u32 = 12;
/// The longest source, in bytes.
pub(super) const MAX_SOURCE_BYTES: usize = 1024;
/// Sections are aligned to this many bytes, a cache line.
pub(super) const ALIGN: u64 = 64;
/// The bytes of the fixed part of the header; the source follows.
pub(super) const FIXED_HEADER_BYTES: usize = 128;

const CHECKSUM_AT: usize = 96;
/// The bytes of a directory entry.
const ENTRY_BYTES: usize = 80;
/// The largest segment that a filter uses, whatever its size.
const MAX_SEGMENT_LEN: u32 = 262_144;

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

/// A directory entry: one shard's filter and the offset of its fingerprints. A shard without hashes has no
/// bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct ShardEntry {
    pub seed: u64,
    pub segment: u32,
    pub mask: u32,
    pub span: u32,
    pub offset: u64,
    pub length: u64,
    pub hashes: u64,
    pub checksum: [u8; 32],
}

/// The offset of the fingerprints, for a source of this many bytes.
pub(super) const fn body_offset(source: usize, shard_bits: u32) -> u64 {
    align_up(FIXED_HEADER_BYTES as u64 + source as u64) + align_up((ENTRY_BYTES as u64) << shard_bits)
}

/// The next multiple of [`ALIGN`].
pub(super) const fn align_up(length: u64) -> u64 {
    length.saturating_add(ALIGN - 1) / ALIGN * ALIGN
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
    match () {
        () if fixed.is_empty() => return Err(FilterError::Empty),
        () if !begins => return Err(FilterError::NotAFilter),
        () if fixed.len() < 12 => {
            return Err(FilterError::Truncated { is: size, should: FIXED_HEADER_BYTES as u64 });
        }
        () if read_u32(fixed, 8) != VERSION => return Err(FilterError::OtherVersion(read_u32(fixed, 8))),
        () if fixed.len() < FIXED_HEADER_BYTES => {
            return Err(FilterError::Truncated { is: size, should: FIXED_HEADER_BYTES as u64 });
        }
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

impl ShardEntry {
    fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.descriptor());
        bytes.extend([0; 4]);
        for number in [self.offset, self.length, self.hashes] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.checksum);
    }

    fn decode(bytes: &[u8]) -> Self {
        let checksum = bytes.get(48..ENTRY_BYTES).and_then(|part| part.try_into().ok());
        Self {
            offset: read_u64(bytes, 24),
            length: read_u64(bytes, 32),
            hashes: read_u64(bytes, 40),
            checksum: checksum.unwrap_or_default(),
            ..Self::from_descriptor(bytes)
        }
    }

    /// The four parameters as the filter crate wrote them, for a shard whose other fields are empty.
    pub(super) fn from_descriptor(bytes: &[u8]) -> Self {
        Self {
            seed: read_u64(bytes, 0),
            segment: read_u32(bytes, 8),
            mask: read_u32(bytes, 12),
            span: read_u32(bytes, 16),
            ..Self::default()
        }
    }

    /// The four parameters as the filter crate reads them.
    pub(super) fn descriptor(&self) -> [u8; 20] {
        let mut bytes = [0; 20];
        let numbers = [self.segment, self.mask, self.span].into_iter().flat_map(u32::to_le_bytes);
        for (to, from) in bytes.iter_mut().zip(self.seed.to_le_bytes().into_iter().chain(numbers)) {
            *to = from;
        }
        bytes
    }

    /// A hash selects one cell in each of three adjacent segments, the first of them within the span; a mask
    /// that is one less than a power of two keeps each in its segment.
    fn is_plausible(&self, width: u32) -> bool {
        if self.hashes == 0 {
            return self.length == 0;
        }
        let cells = u64::from(self.span) + 2 * u64::from(self.segment);
        let segments = self.segment.is_power_of_two() && self.segment <= MAX_SEGMENT_LEN;
        segments
            && self.mask == self.segment - 1
            && self.span >= self.segment
            && self.span.is_multiple_of(self.segment)
            && u32::try_from(cells).is_ok()
            && self.length == cells * u64::from(width / 8)
    }
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

fn read_u32(bytes: &[u8], at: usize) -> u32 {
    let part = bytes.get(at..at.saturating_add(4)).and_then(|part| part.try_into().ok());
    u32::from_le_bytes(part.unwrap_or_default())
}

fn read_u64(bytes: &[u8], at: usize) -> u64 {
    let part = bytes.get(at..at.saturating_add(8)).and_then(|part| part.try_into().ok());
    u64::from_le_bytes(part.unwrap_or_default())
}
