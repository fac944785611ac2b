//! Reads a digest's text: its format, its costs within their caps, its salt and output.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::passwords::argon::Argon2Params;
use crate::passwords::hash_formats::crypt::{Phpass, ShaCrypt};
use crate::passwords::hash_formats::firebase::Firebase;
use crate::passwords::hash_formats::{Digest, Inner, LegacyHash, Scheme};

const MAX_DIGEST_BYTES: usize = 512;
const MAX_BCRYPT_COST: u32 = 16;
const MAX_SCRYPT_MEMORY_BYTES: u64 = 256 * 1024 * 1024;
const MAX_SCRYPT_LANES: u32 = 16;
const MAX_PBKDF2_ROUNDS: u32 = 5_000_000;

/// Padding is optional, because libraries differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Parses a digest; `None` for one that is unknown, malformed or too costly.
pub fn parse(digest: &str) -> Option<Digest> {
    if digest.len() > MAX_DIGEST_BYTES {
        return None;
    }
    // A salt or an output in base64 may end with a plus too.
    if !digest.starts_with('$')
        && let Some((inner, outer)) = digest.split_once("+$")
        && let Some(inner) = LegacyHash::parse(inner)
    {
        let outer = parse(&format!("${outer}")).filter(|outer| outer.inner.is_none())?;
        return Some(Digest { inner: Some(Inner::Fast(inner)), ..outer });
    }
    let fields: Vec<&str> = digest.split('$').collect();
    match *fields.as_slice() {
        ["", name, version, costs, salt, output] if name.starts_with("argon2") => {
            parse_argon(name, version.strip_prefix("v=")?.parse().ok()?, costs, salt, output)
        }
        // The first release of argon2 did not write its version, 0x10.
        ["", name, costs, salt, output] if name.starts_with("argon2") => {
            parse_argon(name, 0x10, costs, salt, output)
        }
        ["", "2a" | "2b" | "2y", _, _] => parse_bcrypt(digest),
        ["", "wp", "2y", _, _] => {
            let outer = parse_bcrypt(digest.strip_prefix("$wp")?)?;
            Some(Digest { inner: Some(Inner::WordPress), ..outer })
        }
        ["", "scrypt", costs, salt, output] => build(parse_scrypt(costs)?, decode_base64(salt)?, output),
        ["", name, cost, salt, output] if name.starts_with("pbkdf2") => {
            build(parse_pbkdf2(name, cost)?, decode_base64(salt)?, output)
        }
        // Django: the salt is the text itself.
        ["pbkdf2_sha256", cost, salt, output] => {
            build(Scheme::Pbkdf2Sha256(parse_rounds(cost)?), salt.as_bytes().to_vec(), output)
        }
        ["", "fbscrypt", params, salt, output] => Firebase::parse(params, salt, output),
        ["", name @ ("P" | "H" | "S"), text] => Phpass::parse(name, text),
        ["", name @ ("5" | "6"), ..] => ShaCrypt::parse(name, digest.get(3..)?),
        _ => None,
    }
}

fn parse_argon(name: &str, version: u32, costs: &str, salt: &str, output: &str) -> Option<Digest> {
    let params = Argon2Params::parse(name, version, &parse_pairs(costs)?)?;
    build(Scheme::Argon(params), decode_base64(salt)?, output)
}

fn parse_pbkdf2(name: &str, cost: &str) -> Option<Scheme> {
    let rounds = parse_rounds(cost)?;
    match name {
        "pbkdf2" => Some(Scheme::Pbkdf2Sha1(rounds)),
        "pbkdf2-sha256" => Some(Scheme::Pbkdf2Sha256(rounds)),
        "pbkdf2-sha512" => Some(Scheme::Pbkdf2Sha512(rounds)),
        _ => None,
    }
}

/// Fewer than 16 bytes could match by chance; nobody uses more than 64, and PBKDF2 would have to compute
/// them.
fn build(scheme: Scheme, salt: Vec<u8>, output: &str) -> Option<Digest> {
    let output = decode_base64(output)?;
    if matches!(scheme, Scheme::Argon(_)) && salt.len() < argon2::MIN_SALT_LEN {
        return None;
    }
    (16..=64).contains(&output.len()).then_some(Digest { scheme, salt, output, inner: None })
}

fn parse_bcrypt(digest: &str) -> Option<Digest> {
    let parts: bcrypt::HashParts = digest.parse().ok()?;
    let scheme = Scheme::Bcrypt(digest.to_owned());
    let fits = (4..=MAX_BCRYPT_COST).contains(&parts.get_cost());
    fits.then_some(Digest { scheme, salt: Vec::new(), output: Vec::new(), inner: None })
}

fn parse_scrypt(costs: &str) -> Option<Scheme> {
    let [("ln", log_n), ("r", r), ("p", p)] = *parse_pairs(costs)?.as_slice() else {
        return None;
    };
    parse_scrypt_costs(log_n, r, p).map(Scheme::Scrypt)
}

/// The costs of scrypt within their caps.
pub(super) fn parse_scrypt_costs(log_n: u32, r: u32, p: u32) -> Option<scrypt::Params> {
    let memory = 1_u64.checked_shl(log_n)?.checked_mul(128)?.checked_mul(u64::from(r))?;
    if log_n == 0 || memory > MAX_SCRYPT_MEMORY_BYTES || p > MAX_SCRYPT_LANES {
        return None;
    }
    scrypt::Params::new(u8::try_from(log_n).ok()?, r, p).ok()
}

/// `1000` as passlib and Django write it, `i=1000` or `i=1000,l=32` as in PHC strings.
fn parse_rounds(text: &str) -> Option<u32> {
    let count = match text.split(',').next()?.strip_prefix("i=") {
        Some(count) => count.parse().ok()?,
        None => text.parse().ok()?,
    };
    (1..=MAX_PBKDF2_ROUNDS).contains(&count).then_some(count)
}

fn parse_pairs(text: &str) -> Option<Vec<(&str, u32)>> {
    text.split(',')
        .map(|pair| pair.split_once('=').and_then(|(name, n)| Some((name, n.parse().ok()?))))
        .collect()
}

/// Standard base64, also in passlib's variant with `.` for `+` and in that for URLs.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.replace(['.', '-'], "+").replace('_', "/")).ok()
}
