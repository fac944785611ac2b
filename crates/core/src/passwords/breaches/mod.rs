//! Offline lookup of leaked and common passwords in a filter file: its format, its builder, its queries. A
//! filter reports about one unlisted password in 65,536 as listed, or one in four billion at twice the size,
//! and never misses a listed one.

/// Builds a filter file.
pub mod build;
mod common;
/// Queries a filter.
pub mod filter;
mod format;
mod mmap;
mod shard_entry;
mod verify;

use std::io;

use sha1::{Digest as _, Sha1};

pub use crate::passwords::breaches::filter::{Filter, Info};

/// Why a file cannot be used as a filter, worded for the operator who named it; the caller adds the path.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// The system refused to read it.
    #[error("can't be read: {0}")]
    Unreadable(io::Error),
    /// It is a folder, a pipe or a device.
    #[error("is not a file; name the filter file itself")]
    NotAFile,
    /// It is empty.
    #[error("is empty; make it again with `rekey breaches build`")]
    Empty,
    /// It does not start as a filter does.
    #[error("is not a filter; make one from a list of hashes or words with `rekey breaches build`")]
    NotAFilter,
    /// It was made by a version of Rekey with another format.
    #[error(
        "is a filter of format {0}, this Rekey reads format {version}; make it again with this Rekey's \
         `rekey breaches build`",
        version = crate::passwords::breaches::format::VERSION
    )]
    OtherVersion(u32),
    /// It is truncated.
    #[error("is cut short: {is} of {should} bytes are there; copy it again")]
    Truncated {
        /// Its length in bytes.
        is: u64,
        /// The expected length in bytes.
        should: u64,
    },
    /// A part has changed since the file was made.
    #[error("is damaged: {0} has changed since it was made; copy it again")]
    Corrupted(&'static str),
    /// It contains an impossible number although the checksum matches: it was not made by Rekey.
    #[error("was not made by Rekey: {0} can't be true")]
    Impossible(&'static str),
}

impl From<io::Error> for FilterError {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// The SHA-1 of a password in composed form, which is how lists of leaked passwords identify it. It protects
/// nothing and is never stored.
pub fn sha1(password: &str) -> [u8; 20] {
    digest(password.as_bytes())
}

fn digest(bytes: &[u8]) -> [u8; 20] {
    Sha1::digest(bytes).into()
}

/// The key that a filter stores for a SHA-1: its first eight bytes, of which the leading bits select the
/// shard.
fn key(sha1: &[u8; 20]) -> u64 {
    sha1.iter().take(8).fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// The shard of a key.
const fn shard(key: u64, bits: u32) -> usize {
    match key.checked_shr(u64::BITS - bits) {
        Some(shard) => shard as usize,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{key, sha1, shard};

    #[test]
    fn a_password_is_known_by_its_sha1() {
        let hash = sha1("password");
        assert_eq!(hash[..8], [0x5b, 0xaa, 0x61, 0xe4, 0xc9, 0xb9, 0x3f, 0x3f]);
        assert_eq!(key(&hash), 0x5baa_61e4_c9b9_3f3f);
    }

    #[test]
    fn the_first_bits_choose_the_shard() {
        assert_eq!([0, 1, 4, 12].map(|bits| shard(0xabcd_0000_0000_0001, bits)), [0, 1, 0xa, 0xabc]);
    }
}
