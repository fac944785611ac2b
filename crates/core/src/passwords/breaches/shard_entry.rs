//! The directory entry of a shard: the parameters of its filter, the place of its fingerprints, and their
//! checksum.

use serde::{Deserialize, Serialize};

/// Sections are aligned to this many bytes, a cache line.
const ALIGN: u64 = 64;
/// The bytes of a directory entry.
pub(super) const ENTRY_BYTES: usize = 80;
/// The largest segment that a filter uses, whatever its size.
const MAX_SEGMENT_LEN: u32 = 262_144;

/// A directory entry: one shard's filter and the offset of its fingerprints. A shard without hashes has no
/// bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

impl ShardEntry {
    pub(super) fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.descriptor());
        bytes.extend([0; 4]);
        for number in [self.offset, self.length, self.hashes] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.checksum);
    }

    pub(super) fn decode(bytes: &[u8]) -> Self {
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
    pub(super) fn is_plausible(&self, width: u32) -> bool {
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

/// The next multiple of [`ALIGN`].
pub(super) const fn align_up(length: u64) -> u64 {
    length.saturating_add(ALIGN - 1) / ALIGN * ALIGN
}

/// The number at this place; zero if the bytes end before it.
pub(super) fn read_u32(bytes: &[u8], at: usize) -> u32 {
    let part = bytes.get(at..at.saturating_add(4)).and_then(|part| part.try_into().ok());
    u32::from_le_bytes(part.unwrap_or_default())
}

/// The same for 64 bits.
pub(super) fn read_u64(bytes: &[u8], at: usize) -> u64 {
    let part = bytes.get(at..at.saturating_add(8)).and_then(|part| part.try_into().ok());
    u64::from_le_bytes(part.unwrap_or_default())
}
