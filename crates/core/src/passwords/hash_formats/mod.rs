//! Parses and verifies password digests: our own, and those of other systems that an operator imports. New
//! ones are made by the hasher. Costs are capped, because an imported row must not be able to take the server
//! down.

mod legacy_hash;
mod parse;

use pbkdf2::pbkdf2_hmac;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq as _;

use crate::passwords::argon::{Argon2Params, HashBuffer};

pub use crate::passwords::hash_formats::legacy_hash::LegacyHash;
pub use crate::passwords::hash_formats::parse::parse;

/// The formats that an import may contain, for the message that refuses any other. Bare MD5, SHA-1 and
/// SHA-256 are missing: they can be guessed at billions per second, so those users need a reset instead.
pub const ACCEPTED_FORMATS: [&str; 8] =
    ["argon2id", "argon2i", "argon2d", "bcrypt", "scrypt", "pbkdf2-sha256", "pbkdf2-sha512", "pbkdf2_sha256"];

/// A parsed digest.
pub struct Digest {
    scheme: Scheme,
    salt: Vec<u8>,
    output: Vec<u8>,
    /// The fast hash that was the input, for a digest that was not made from the password itself.
    inner: Option<LegacyHash>,
}

enum Scheme {
    Argon(Argon2Params),
    Bcrypt(String),
    Scrypt(scrypt::Params),
    Pbkdf2Sha256(u32),
    Pbkdf2Sha512(u32),
}

/// Whether a digest has a format and cost that can be verified here.
pub fn is_supported(digest: &str) -> bool {
    parse(digest).is_some()
}

impl Digest {
    /// Whether this password matches the digest, compared in constant time; a failed computation is no match.
    pub fn matches(&self, password: &str, memory: &mut HashBuffer) -> bool {
        let fast = self.inner.as_ref().map(|inner| inner.digest(password.as_bytes()));
        let password = fast.as_deref().unwrap_or(password).as_bytes();
        let mut out = vec![0; self.output.len()];
        let computed = match &self.scheme {
            Scheme::Argon(recipe) => recipe.compute(password, &self.salt, &mut out, memory),
            // Only 72 bytes are read, as in every system that made these digests.
            Scheme::Bcrypt(digest) => return bcrypt::verify(password, digest).unwrap_or(false),
            Scheme::Scrypt(params) => scrypt::scrypt(password, &self.salt, params, &mut out).is_ok(),
            Scheme::Pbkdf2Sha256(rounds) => {
                pbkdf2_hmac::<Sha256>(password, &self.salt, *rounds, &mut out);
                true
            }
            Scheme::Pbkdf2Sha512(rounds) => {
                pbkdf2_hmac::<Sha512>(password, &self.salt, *rounds, &mut out);
                true
            }
        };
        computed && bool::from(out.ct_eq(&self.output))
    }

    /// Whether the digest was made with exactly these parameters.
    pub fn matches_params(&self, recipe: &Argon2Params, output: usize) -> bool {
        let ours = matches!(&self.scheme, Scheme::Argon(own) if own == recipe);
        ours && self.output.len() == output && self.inner.is_none()
    }
}

#[cfg(test)]
mod tests;
