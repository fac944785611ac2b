//! Parses and verifies password digests: our own, and those of other systems that an operator imports. New
//! ones are made by the hasher. Costs are capped, because an imported row must not be able to take the server
//! down.

mod crypt;
mod firebase;
pub mod formats;
pub mod import;
mod keycloak;
mod legacy_hash;
mod parse;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;

use crate::passwords::argon::{Argon2Params, HashBuffer};
use crate::passwords::hash_formats::crypt::{Phpass, ShaCrypt};
use crate::passwords::hash_formats::firebase::Firebase;

pub use crate::passwords::hash_formats::legacy_hash::LegacyHash;
pub use crate::passwords::hash_formats::parse::parse;

/// The bytes that bcrypt reads of a password.
const BCRYPT_BYTES: usize = 72;

/// A parsed digest.
pub struct Digest {
    scheme: Scheme,
    salt: Vec<u8>,
    output: Vec<u8>,
    /// What was hashed in place of the password itself.
    inner: Option<Inner>,
}

/// What other systems hash in place of the password.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Inner {
    /// A fast hash of it.
    Fast(LegacyHash),
    /// WordPress 6.8: an HMAC of the trimmed password, because bcrypt reads no more than 72 bytes.
    WordPress,
}

enum Scheme {
    Argon(Argon2Params),
    Bcrypt(String),
    Scrypt(scrypt::Params),
    Pbkdf2Sha1(u32),
    Pbkdf2Sha256(u32),
    Pbkdf2Sha512(u32),
    Phpass(Phpass),
    ShaCrypt(ShaCrypt),
    Firebase(Firebase),
}

/// Whether a digest has a format and cost that can be verified here.
pub fn is_supported(digest: &str) -> bool {
    parse(digest).is_some()
}

impl Digest {
    /// A digest whose salt and output are compared as text.
    fn from_text(scheme: Scheme, salt: &str, output: &str) -> Self {
        Self { scheme, salt: salt.as_bytes().to_vec(), output: output.as_bytes().to_vec(), inner: None }
    }

    /// Whether this password matches the digest, compared in constant time; a failed computation is no match.
    pub fn matches(&self, password: &str, memory: &mut HashBuffer) -> bool {
        let input = self.inner.as_ref().and_then(|inner| inner.digest(password));
        let password = input.as_deref().unwrap_or(password).as_bytes();
        let mut out = vec![0; self.output.len()];
        let computed = self.scheme.compute(password, &self.salt, &mut out, memory);
        computed && bool::from(out.ct_eq(&self.output))
    }

    /// Whether the digest tells this password from every longer or padded one. Of 72 bytes and more, bcrypt
    /// reads 72, so that a match does not prove what follows them, or that nothing does.
    pub fn reads_all(&self, password: &str) -> bool {
        match (&self.inner, &self.scheme) {
            (Some(Inner::WordPress), _) => php_trim(password).len() == password.len(),
            (None, Scheme::Bcrypt(_)) => password.len() < BCRYPT_BYTES && !password.contains('\0'),
            _ => true,
        }
    }

    /// Whether the digest was made with exactly these parameters.
    pub fn matches_params(&self, recipe: &Argon2Params, output: usize) -> bool {
        let ours = matches!(&self.scheme, Scheme::Argon(own) if own == recipe);
        ours && self.output.len() == output && self.inner.is_none()
    }
}

impl Scheme {
    /// Computes the output of a password; false if that fails. A bcrypt digest is compared instead.
    fn compute(&self, password: &[u8], salt: &[u8], out: &mut [u8], memory: &mut HashBuffer) -> bool {
        match self {
            Self::Argon(recipe) => return recipe.compute(password, salt, out, memory),
            Self::Bcrypt(digest) => return bcrypt::verify(password, digest).unwrap_or(false),
            Self::Scrypt(params) => return scrypt::scrypt(password, salt, params, out).is_ok(),
            Self::Phpass(phpass) => return phpass.compute(password, salt, out),
            Self::ShaCrypt(crypt) => return crypt.compute(password, salt, out),
            Self::Firebase(firebase) => return firebase.compute(password, salt, out),
            Self::Pbkdf2Sha1(rounds) => pbkdf2_hmac::<Sha1>(password, salt, *rounds, out),
            Self::Pbkdf2Sha256(rounds) => pbkdf2_hmac::<Sha256>(password, salt, *rounds, out),
            Self::Pbkdf2Sha512(rounds) => pbkdf2_hmac::<Sha512>(password, salt, *rounds, out),
        }
        true
    }
}

impl Inner {
    fn digest(&self, password: &str) -> Option<String> {
        match self {
            Self::Fast(hash) => Some(hash.digest(password.as_bytes())),
            Self::WordPress => {
                let mac = Hmac::<Sha384>::new_from_slice(b"wp-sha384").ok()?;
                let mac = mac.chain_update(php_trim(password)).finalize().into_bytes();
                Some(STANDARD.encode(mac))
            }
        }
    }
}

/// What PHP's `trim` leaves.
fn php_trim(text: &str) -> &str {
    text.trim_matches([' ', '\n', '\r', '\t', '\u{b}', '\0'])
}

#[cfg(test)]
mod import_tests;
#[cfg(test)]
mod tests;
