//! Secrets: text that must not be printed, and the randomness that generates it. `Secret` hides itself from
//! `Debug` and is wiped on drop; it is not encrypted. Random bytes enter the program only here.

pub mod keys;
pub mod masks;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use validator::ValidateLength;
use zeroize::Zeroize;

/// Text that never appears in a log: `Debug` prints dots, drop wipes it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text; reviews should look at the calls.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// For a least length only: an error carries the value it is about, and a secret's must stay where it is.
impl ValidateLength<u64> for Secret {
    fn length(&self) -> Option<u64> {
        self.expose().length()
    }
}

/// A source of random bytes.
pub trait Rng: Send + Sync {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(clippy::disallowed_methods, reason = "the one door to the system's generator")]
    #[expect(
        clippy::panic,
        reason = "without randomness every secret would be guessable: stopping is the safe answer"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gives no random bytes: {error}");
        }
    }
}

/// A reproducible stream for tests and previews: SHA-256 of a seed and a counter. Never for real secrets.
pub struct SeededRng {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededRng {
    /// The stream of this seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let count = self.drawn.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(count.to_be_bytes())
                .finalize();
            for (to, from) in chunk.iter_mut().zip(block.iter()) {
                *to = *from;
            }
        }
    }
}

/// 256 random bits as 43 URL-safe characters (ASVS 11.5.1 asks for at least 128).
pub fn generate_token(rng: &dyn Rng) -> Secret {
    let mut bytes = [0_u8; 32];
    rng.fill(&mut bytes);
    Secret::new(base64url(&bytes))
}

/// Six decimal digits, each value equally likely (rejection sampling, no modulo bias).
pub fn generate_code(rng: &dyn Rng) -> Secret {
    Secret::new(format!("{:06}", gen_range(rng, 1_000_000)))
}

/// A number from 0 up to but not including `bound`.
pub fn gen_range(rng: &dyn Rng, bound: u32) -> u32 {
    let limit = u32::MAX - u32::MAX % bound.max(1);
    loop {
        let mut bytes = [0_u8; 4];
        rng.fill(&mut bytes);
        let drawn = u32::from_be_bytes(bytes);
        if drawn < limit {
            return drawn % bound.max(1);
        }
    }
}

/// URL-safe base64 without padding.
pub fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// The digest under which a random token is stored: SHA-256, which is enough for 256 random bits.
pub fn sha256_digest(token: &str) -> String {
    base64url(&Sha256::digest(token.as_bytes()))
}

/// Compares two texts in constant time (ASVS 11.2.4).
pub fn ct_eq(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests;
