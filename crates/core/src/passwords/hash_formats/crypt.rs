//! The formats of Unix and PHP beside bcrypt: phpass (WordPress, phpBB, Drupal 7) and SHA-crypt (Linux). Their
//! outputs are compared as text in the alphabet of `crypt`.

use md5::Md5;
use sha2::Sha512;
use sha2::digest::Digest as HashFunction;

use crate::passwords::hash_formats::{Digest, Scheme};

const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The rounds of phpass, as powers of two.
const PHPASS_LOG2_ROUNDS: std::ops::RangeInclusive<u32> = 7..=18;
/// The rounds of SHA-crypt; each may read the password twice.
const SHA_CRYPT_ROUNDS: std::ops::RangeInclusive<u32> = 1_000..=1_000_000;
const SHA_CRYPT_DEFAULT_ROUNDS: u32 = 5_000;
/// libxcrypt reads no longer password, and the work grows with its length.
const SHA_CRYPT_MAX_PASSWORD_BYTES: usize = 512;

/// The function of phpass, MD5 or SHA-512, and how often it is applied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phpass {
    is_sha512: bool,
    log2_rounds: u32,
}

/// The function of SHA-crypt, SHA-256 or SHA-512, and its rounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShaCrypt {
    is_sha512: bool,
    params: sha_crypt::Params,
}

impl Phpass {
    /// Parses what follows the name: a sign for the rounds, eight of salt, the output. Drupal cuts its output
    /// to 55 characters in total.
    pub(super) fn parse(name: &str, text: &str) -> Option<Digest> {
        let is_sha512 = name == "S";
        let (rounds, rest) = text.split_at_checked(1)?;
        let (salt, output) = rest.split_at_checked(8)?;
        let log2_rounds = ALPHABET.iter().position(|sign| rounds.as_bytes() == [*sign])?;
        let log2_rounds = u32::try_from(log2_rounds).ok()?;
        let fits = PHPASS_LOG2_ROUNDS.contains(&log2_rounds) && is_crypt_text(output);
        let length = if is_sha512 { 43 } else { 22 };
        let scheme = Scheme::Phpass(Self { is_sha512, log2_rounds });
        (fits && output.len() == length).then(|| Digest::from_text(scheme, salt, output))
    }

    pub(super) fn compute(self, password: &[u8], salt: &[u8], out: &mut [u8]) -> bool {
        let rounds = 1_u32 << self.log2_rounds;
        let sum = if self.is_sha512 {
            iterate::<Sha512>(password, salt, rounds)
        } else {
            iterate::<Md5>(password, salt, rounds)
        };
        copy_beginning(&encode(&sum), out)
    }
}

fn iterate<D: HashFunction>(password: &[u8], salt: &[u8], rounds: u32) -> Vec<u8> {
    let mut sum = D::new().chain_update(salt).chain_update(password).finalize();
    for _ in 0..rounds {
        sum = D::new().chain_update(&sum).chain_update(password).finalize();
    }
    sum.to_vec()
}

impl ShaCrypt {
    /// Parses what follows the name: optional rounds, up to sixteen signs of salt, the output.
    pub(super) fn parse(name: &str, text: &str) -> Option<Digest> {
        let is_sha512 = name == "6";
        let (rounds, rest) = match text.strip_prefix("rounds=") {
            Some(text) => {
                let (rounds, rest) = text.split_once('$')?;
                (rounds.parse().ok()?, rest)
            }
            None => (SHA_CRYPT_DEFAULT_ROUNDS, text),
        };
        let (salt, output) = rest.split_once('$')?;
        let fits =
            SHA_CRYPT_ROUNDS.contains(&rounds) && (1..=16).contains(&salt.len()) && is_crypt_text(output);
        let length = if is_sha512 { 86 } else { 43 };
        let params = sha_crypt::Params::new(rounds).ok()?;
        let scheme = Scheme::ShaCrypt(Self { is_sha512, params });
        (fits && output.len() == length).then(|| Digest::from_text(scheme, salt, output))
    }

    pub(super) fn compute(self, password: &[u8], salt: &[u8], out: &mut [u8]) -> bool {
        if password.len() > SHA_CRYPT_MAX_PASSWORD_BYTES {
            return false;
        }
        let sum = if self.is_sha512 {
            reorder_sha512(&sha_crypt::sha512_crypt(password, salt, self.params))
        } else {
            reorder_sha256(&sha_crypt::sha256_crypt(password, salt, self.params))
        };
        copy_beginning(&encode(&sum), out)
    }
}

/// The order in which `crypt` writes the bytes: three from each third, the last first; the thirds take turns.
fn reorder_sha512(sum: &[u8; 64]) -> Vec<u8> {
    let triples = (0..21).flat_map(|n| {
        let mut thirds = [n, n + 21, n + 42];
        thirds.rotate_left(n % 3);
        thirds.reverse();
        thirds
    });
    triples.chain([63]).filter_map(|at| sum.get(at).copied()).collect()
}

fn reorder_sha256(sum: &[u8; 32]) -> Vec<u8> {
    let triples = (0..10).flat_map(|n| {
        let mut thirds = [n, n + 10, n + 20];
        thirds.rotate_right(n % 3);
        thirds.reverse();
        thirds
    });
    triples.chain([30, 31]).filter_map(|at| sum.get(at).copied()).collect()
}

/// Three bytes are four signs, the lowest six bits first.
fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().rev().fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte));
        let signs = (0..=group.len()).filter_map(|n| ALPHABET.get((bits >> (6 * n)) & 63));
        text.extend(signs);
    }
    text
}

fn is_crypt_text(text: &str) -> bool {
    text.bytes().all(|byte| ALPHABET.contains(&byte))
}

fn copy_beginning(text: &[u8], out: &mut [u8]) -> bool {
    text.get(..out.len()).map(|beginning| out.copy_from_slice(beginning)).is_some()
}
