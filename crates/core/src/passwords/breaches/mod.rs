//! Offline lookup of leaked and common passwords in a filter file: its format, its builder, its queries. A
//! filter reports about one unlisted password in 65,536 as listed, or one in four billion at twice the size,
//! and never misses a listed one.

/// Builds a filter file.
pub mod build;
mod common;
mod error;
/// Queries a filter.
pub mod filter;
mod format;
mod mmap;
mod verify;

use sha1::{Digest as _, Sha1};

pub use crate::passwords::breaches::error::FilterError;
pub use crate::passwords::breaches::filter::{Filter, Info};

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
