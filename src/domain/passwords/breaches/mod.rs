//! Leaked and common passwords as a file that is asked without a network: its format, its making, its asking. It knows hashes and
//! nothing about people or policies. The surprise: it answers "listed" for about one unlisted password in 65,536 and never
//! misses a listed one.

/// Asking.
pub mod filter;

pub use filter::Filter;

use sha1::{Digest as _, Sha1};

/// The hash by which lists of leaked passwords name them; it protects nothing.
pub fn sha1(password: &str) -> [u8; 20] {
    Sha1::digest(password).into()
}
