//! Asking a filter whether a password is listed: a hash, one shard, three fingerprints. It was checked when it was opened and is not
//! checked again. The surprise: the built-in one forgives capitals and tails, a file of the operator's is asked for exactly
//! the password.

use std::fs::File;
use std::path::Path;

use xorf::{BinaryFuse16Ref, BinaryFuse32Ref, Filter as _, FilterRef as _};

use crate::model::time::Timestamp;

use super::error::FilterError;
use super::format::{FileHeader, ShardEntry, VERSION};
use super::mmap::FilterBytes;
use super::{common, key, sha1, shard, verify};

#[cfg(target_endian = "big")]
compile_error!("fingerprints are read where they lie, and they lie in little-endian order");

/// A filter that is open.
#[derive(Debug)]
pub struct Filter {
    bytes: FilterBytes,
    head: FileHeader,
    shards: Vec<Shard>,
    is_built_in: bool,
}

/// One shard's filter: how cells are chosen, and the bytes of its fingerprints from here to there.
#[derive(Debug)]
struct Shard {
    descriptor: [u8; 20],
    from: usize,
    to: usize,
}

/// What a filter says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The version of the format.
    pub version: u32,
    /// Where its list came from, in the words of whoever made it.
    pub source: String,
    /// How many different hashes it was made of.
    pub hashes: u64,
    /// Hashes seen less often than this were left out.
    pub min_count: u64,
    /// How many parts it has.
    pub shards: usize,
    /// One unlisted password in so many is called listed.
    pub one_in: u64,
    /// How new its list is: the newest modification of the files it was made of.
    pub made: Timestamp,
    /// Bytes in all.
    pub size: u64,
}

impl Info {
    /// What one hash costs, in bits.
    pub fn bits_per_hash(&self) -> f64 {
        self.size as f64 * 8.0 / self.hashes.max(1) as f64
    }
}

impl Filter {
    /// The one inside the binary.
    #[expect(
        clippy::panic,
        reason = "without it common passwords would pass unseen; a test opens the very bytes"
    )]
    pub fn built_in() -> Self {
        let bytes = common::bytes();
        match verify::read_header(bytes) {
            Ok((head, entries)) => Self::from_parts(FilterBytes::BuiltIn(bytes), head, &entries, true),
            Err(unfit) => panic!("the built-in filter {unfit}"),
        }
    }

    /// Opens a file, reads it whole against its checksums and maps it. The file must not be changed in place while it is open;
    /// renaming another over it is fine.
    pub fn open(path: &Path) -> Result<Self, FilterError> {
        // A pipe would be waited for without end.
        if !path.metadata()?.is_file() {
            return Err(FilterError::NotAFile);
        }
        let file = File::open(path)?;
        let (head, entries) = verify::verify_file(&file)?;
        Ok(Self::from_parts(FilterBytes::map(&file)?, head, &entries, false))
    }

    fn from_parts(bytes: FilterBytes, head: FileHeader, entries: &[ShardEntry], is_built_in: bool) -> Self {
        let shard = |entry: &ShardEntry| Shard {
            descriptor: entry.descriptor(),
            from: entry.offset as usize,
            to: entry.offset.saturating_add(entry.length) as usize,
        };
        Self { bytes, head, shards: entries.iter().map(shard).collect(), is_built_in }
    }

    /// Whether the password, in composed form, is listed. The built-in filter also finds it under other capitals and with a tail.
    pub fn contains_password(&self, password: &str) -> bool {
        if self.is_built_in {
            common::is_common(password, |word| self.contains(&sha1(word)))
        } else {
            self.contains(&sha1(password))
        }
    }

    /// Whether a SHA-1 is listed: always true for one that is, and for about one in [`Info::one_in`] that is not. Nothing is put on the heap.
    pub fn contains(&self, sha1: &[u8; 20]) -> bool {
        let key = key(sha1);
        let Some(shard) = self.shards.get(shard(key, self.head.shard_bits)) else {
            return false;
        };
        match self.bytes.get(shard.from..shard.to) {
            None | Some([]) => false,
            Some(wide) if self.head.width == 32 => {
                BinaryFuse32Ref::from_dma(&shard.descriptor, wide).contains(&key)
            }
            Some(narrow) => BinaryFuse16Ref::from_dma(&shard.descriptor, narrow).contains(&key),
        }
    }

    /// Whether all of it is as it was made; for the built-in one, which is not read whole when it is opened.
    pub fn verify_checksums(&self) -> bool {
        verify::has_valid_checksums(&self.bytes)
    }

    /// What it says about itself.
    pub fn info(&self) -> Info {
        Info {
            version: VERSION,
            source: self.head.source.clone(),
            hashes: self.head.hashes,
            min_count: self.head.min_count,
            shards: self.shards.len(),
            one_in: self.head.one_in(),
            made: self.head.made,
            size: self.head.size,
        }
    }
}
