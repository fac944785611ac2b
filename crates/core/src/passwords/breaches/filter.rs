//! Looks a password up in a filter: a hash, one shard, three fingerprints. The filter was verified when it
//! was opened and is not verified again. The built-in filter ignores case and suffixes, while an operator's
//! file is queried for exactly the password.

use std::fs::File;
use std::path::Path;

use xorf::{BinaryFuse16Ref, BinaryFuse32Ref, Filter as _, FilterRef as _};

use crate::passwords::breaches::format::{FileHeader, VERSION};
use crate::passwords::breaches::mmap::FilterBytes;
use crate::passwords::breaches::shard_entry::ShardEntry;
use crate::passwords::breaches::{FilterError, common, key, sha1, shard, verify};
use crate::types::time::Timestamp;

#[cfg(target_endian = "big")]
compile_error!("fingerprints are read where they lie, and they lie in little-endian order");

/// An open filter.
#[derive(Debug)]
pub struct Filter {
    bytes: FilterBytes,
    head: FileHeader,
    shards: Vec<Shard>,
    is_built_in: bool,
}

/// One shard's filter: its parameters, and the range of its fingerprints.
#[derive(Debug)]
struct Shard {
    descriptor: [u8; 20],
    from: usize,
    to: usize,
}

/// The metadata of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The version of the file format.
    pub version: u32,
    /// A description of where its list came from.
    pub source: String,
    /// The number of distinct hashes in it.
    pub hashes: u64,
    /// Hashes seen less often than this were skipped.
    pub min_count: u64,
    /// The number of shards.
    pub shards: usize,
    /// One unlisted password in this many is reported as listed.
    pub one_in: u64,
    /// The age of its list: the newest modification time of its source files.
    pub made: Timestamp,
    /// Its size in bytes.
    pub size: u64,
}

impl Info {
    /// The size of one hash, in bits.
    pub fn bits_per_hash(&self) -> f64 {
        self.size as f64 * 8.0 / self.hashes.max(1) as f64
    }
}

impl Filter {
    /// The filter inside the binary.
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

    /// Opens a file, verifies all its checksums and maps it. The file must not be changed in place while it
    /// is open; renaming another over it is fine.
    pub fn open(path: &Path) -> Result<Self, FilterError> {
        // Opening a pipe would block for ever.
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

    /// Whether the password, in composed form, is listed. The built-in filter also recognises it with other
    /// capitals and with a suffix.
    pub fn contains_password(&self, password: &str) -> bool {
        if self.is_built_in {
            common::is_common(password, |word| self.contains(&sha1(word)))
        } else {
            self.contains(&sha1(password))
        }
    }

    /// Whether a SHA-1 is listed: always true for one that is, and for about one in [`Info::one_in`] that is
    /// not. Allocates nothing.
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

    /// Verifies all checksums; for the built-in filter, which is not verified when it is opened.
    pub fn verify_checksums(&self) -> bool {
        verify::has_valid_checksums(&self.bytes)
    }

    /// Its metadata.
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
