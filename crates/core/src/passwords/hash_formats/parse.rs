//! Reads a digest's text: its format, its costs within their caps, its salt and output.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::passwords::argon::Argon2Params;
use crate::passwords::hash_formats::{Digest, LegacyHash, Scheme};

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
    if let Some((inner, outer)) = digest.split_once("+$") {
        let outer = parse(&format!("${outer}")).filter(|outer| outer.inner.is_none())?;
        return Some(Digest { inner: Some(LegacyHash::parse(inner)?), ..outer });
    }
    let fields: Vec<&str> = digest.split('$').collect();
    match *fields.as_slice() {
        ["", name, version, costs, salt, output] if name.starts_with("argon2") => {
            let version = version.strip_prefix("v=")?.parse().ok()?;
            build(
                Scheme::Argon(Argon2Params::parse(name, version, &parse_pairs(costs)?)?),
                decode_base64(salt)?,
                output,
            )
        }
        // The first release of argon2 did not write its version, 0x10.
        ["", name, costs, salt, output] if name.starts_with("argon2") => build(
            Scheme::Argon(Argon2Params::parse(name, 0x10, &parse_pairs(costs)?)?),
            decode_base64(salt)?,
            output,
        ),
        ["", "2a" | "2b" | "2y", _, _] => parse_bcrypt(digest),
        ["", "scrypt", costs, salt, output] => build(parse_scrypt(costs)?, decode_base64(salt)?, output),
        ["", "pbkdf2-sha256", cost, salt, output] => {
            build(Scheme::Pbkdf2Sha256(parse_rounds(cost)?), decode_base64(salt)?, output)
        }
        ["", "pbkdf2-sha512", cost, salt, output] => {
            build(Scheme::Pbkdf2Sha512(parse_rounds(cost)?), decode_base64(salt)?, output)
        }
        // Django: the salt is the text itself.
        ["pbkdf2_sha256", cost, salt, output] => {
            build(Scheme::Pbkdf2Sha256(parse_rounds(cost)?), salt.as_bytes().to_vec(), output)
        }
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
    let memory = 1_u64.checked_shl(log_n)?.checked_mul(128)?.checked_mul(u64::from(r))?;
    if log_n == 0 || memory > MAX_SCRYPT_MEMORY_BYTES || p > MAX_SCRYPT_LANES {
        return None;
    }
    scrypt::Params::new(u8::try_from(log_n).ok()?, r, p).ok().map(Scheme::Scrypt)
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

/// Standard base64, also in passlib's variant with `.` for `+`.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.replace('.', "+")).ok()
}
