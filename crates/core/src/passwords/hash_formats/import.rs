//! Reads the digests that operators bring from other systems. Most are stored as they are, or in the usual
//! spelling of their scheme; a fast hash is hashed again with ours before it is stored, because it can be guessed
//! at billions per second.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;

use crate::passwords::hash_formats::formats::{Format, all_names, unread_name};
use crate::passwords::hash_formats::parse::decode_base64;
use crate::passwords::hash_formats::{LegacyHash, is_supported, keycloak};
use crate::types::secret::Secret;

/// The longest text, in bytes: Keycloak's JSON is longer than what is stored of it.
const MAX_TEXT_BYTES: usize = 4096;

/// A digest of another system.
#[derive(Clone, Debug)]
pub enum ImportedHash {
    /// It is stored like this.
    Stored(Secret),
    /// A fast hash and its digest in hexadecimal.
    Fast(LegacyHash, Secret),
}

/// Why a digest can't be imported.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// No known format.
    #[error(
        "expected a digest as {}, or as Keycloak's JSON; hexadecimal needs passwordAlgorithm",
        all_names()
    )]
    Unknown,
    /// A known format that is not read.
    #[error("{0} is not read: leave it out, and the user chooses a password by \"Forgot your password?\"")]
    NotRead(&'static str),
    /// Malformed, or more costly than a sign-in may be.
    #[error("{} is read with {}; this text is malformed or exceeds that", .0.name, .0.limits)]
    Unusable(&'static Format),
    /// `passwordAlgorithm` says something else, which usually means that columns were mixed up.
    #[error("passwordAlgorithm is not what the digest says")]
    OtherAlgorithm,
}

/// Reads a digest. Hexadecimal says nothing of its algorithm, which must be named; for others it is compared.
pub fn read(text: &str, algorithm: Option<&str>) -> Result<ImportedHash, FormatError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(FormatError::Unknown);
    }
    if let Some(hash) = algorithm.and_then(|algorithm| read_bare(algorithm, text)) {
        return Ok(hash);
    }
    let stored = keycloak::to_stored(text);
    let text = stored.as_deref().unwrap_or(text);
    let inner = strip_braces(text);
    let format = Format::of(inner);
    let mismatch = |algorithm| format.is_none_or(|format| !format.has_name(algorithm));
    match read_ldap(text).or_else(|| read_stored(inner)) {
        Some(_) if algorithm.is_some_and(mismatch) => Err(FormatError::OtherAlgorithm),
        Some(hash) => Ok(hash),
        None => Err(match (unread_name(inner).or_else(|| unread_name(text)), format) {
            (Some(name), _) => FormatError::NotRead(name),
            (None, Some(format)) => FormatError::Unusable(format),
            (None, None) => FormatError::Unknown,
        }),
    }
}

impl ImportedHash {
    /// The digest of a fast hash as hexadecimal.
    pub fn from_hex(hash: LegacyHash, hex: &str) -> Option<Self> {
        let fits = hash.has_digest_length(hex);
        fits.then(|| Self::Fast(hash, Secret::new(hex.to_ascii_lowercase())))
    }

    /// `["sha256", ["salt", "@"], "hexadecimal"]`, in which `@` is the password.
    pub fn from_legacy_json(text: &str) -> Option<Self> {
        let whole: Vec<Value> = serde_json::from_str(text).ok()?;
        let [Value::String(name), Value::Array(input), Value::String(hex)] = whole.as_slice() else {
            return None;
        };
        let input: Vec<&str> = input.iter().map(Value::as_str).collect::<Option<_>>()?;
        let place = input.iter().position(|part| *part == "@")?;
        let (before, after) = (input.get(..place)?.concat(), input.get(place + 1..)?.concat());
        Self::from_hex(LegacyHash::salted(name, &before, &after)?, hex)
    }
}

/// A digest whose algorithm is only in its name.
fn read_bare(algorithm: &str, text: &str) -> Option<ImportedHash> {
    match algorithm.to_ascii_lowercase().as_str() {
        "legacy" => ImportedHash::from_legacy_json(text),
        name => ImportedHash::from_hex(LegacyHash::bare(name)?, text),
    }
}

/// `{BCRYPT}$2a$…` without what is in the braces: the rest says it too.
fn strip_braces(text: &str) -> &str {
    let rest = text.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(_, rest)| rest);
    rest.filter(|rest| rest.starts_with('$')).unwrap_or(text)
}

/// `{SSHA}` and its like: the digest and then the salt, in base64.
fn read_ldap(text: &str) -> Option<ImportedHash> {
    let (scheme, encoded) = text.strip_prefix('{')?.split_once('}')?;
    let (name, is_salted) = match scheme.to_ascii_lowercase().as_str() {
        "md5" => ("md5", false),
        "smd5" => ("md5", true),
        "sha" => ("sha1", false),
        "ssha" => ("sha1", true),
        "sha256" => ("sha256", false),
        "ssha256" => ("sha256", true),
        "sha512" => ("sha512", false),
        "ssha512" => ("sha512", true),
        _ => return None,
    };
    let bytes = decode_base64(encoded)?;
    let (digest, salt) = bytes.split_at_checked(LegacyHash::bare(name)?.digest_len())?;
    let fits = is_salted || salt.is_empty();
    ImportedHash::from_hex(LegacyHash::from_bytes(name, &[], salt).filter(|_| fits)?, &hex::encode(digest))
}

fn read_stored(text: &str) -> Option<ImportedHash> {
    let stored = to_usual_spelling(text)?;
    is_supported(&stored).then(|| ImportedHash::Stored(Secret::new(stored)))
}

/// Django's and Werkzeug's spellings as those of everybody else; other texts as they are.
fn to_usual_spelling(text: &str) -> Option<String> {
    let base64 = |salt: &str| STANDARD_NO_PAD.encode(salt);
    let (_, rest) = text.split_once('$')?;
    let fields: Vec<&str> = text.split('$').collect();
    match *fields.as_slice() {
        ["argon2", ..] => Some(format!("${rest}")),
        ["bcrypt", ..] => Some(rest.to_owned()),
        ["bcrypt_sha256", ..] => Some(format!("sha256::+{rest}")),
        ["pbkdf2_sha1", rounds, salt, output] => Some(format!("$pbkdf2${rounds}${}${output}", base64(salt))),
        ["scrypt", n, salt, r, p, output] => {
            Some(format!("$scrypt$ln={},r={r},p={p}${}${output}", log2(n)?, base64(salt)))
        }
        [method, salt, output] if method.contains(':') && !method.ends_with('+') => {
            let output = STANDARD_NO_PAD.encode(hex::decode(output).ok()?);
            Some(format!("{}${}${output}", werkzeug_costs(method)?, base64(salt)))
        }
        _ => Some(text.to_owned()),
    }
}

/// `scrypt:32768:8:1` or `pbkdf2:sha256:1000000` as the first fields of the usual spelling.
fn werkzeug_costs(method: &str) -> Option<String> {
    match *method.split(':').collect::<Vec<_>>().as_slice() {
        ["scrypt", n, r, p] => Some(format!("$scrypt$ln={},r={r},p={p}", log2(n)?)),
        ["pbkdf2", "sha1", rounds] => Some(format!("$pbkdf2${rounds}")),
        ["pbkdf2", name @ ("sha256" | "sha512"), rounds] => Some(format!("$pbkdf2-{name}${rounds}")),
        _ => None,
    }
}

fn log2(n: &str) -> Option<u32> {
    let n: u64 = n.parse().ok()?;
    n.is_power_of_two().then(|| n.ilog2())
}
