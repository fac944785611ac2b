//! Imports digests of other systems, by the algorithm that an API client names. Fast hashes are not stored as
//! they are: they are hashed again with ours, so that a stolen database reveals no more about these users
//! than about others (PS-3). A name that does not match its digest is refused, because a mixed-up column
//! would lock everybody out.

use serde::Deserialize;
use serde_json::Value;

use crate::Core;
use crate::passwords::AcceptedPassword;
use crate::passwords::hash_formats::LegacyHash;
use crate::passwords::password::Password;
use crate::types::caller::Network;
use crate::types::error::{Refusal, Result};

/// The algorithm of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[schema(as = PasswordAlgorithm)]
pub enum HashAlgorithm {
    /// PHC text.
    Argon2i,
    /// PHC text.
    Argon2id,
    /// PHC text.
    Argon2d,
    /// Hexadecimal.
    #[serde(rename = "SHA1")]
    Sha1,
    /// Hexadecimal.
    #[serde(rename = "SHA256")]
    Sha256,
    /// Hexadecimal.
    #[serde(rename = "MD5")]
    Md5,
    /// Modular crypt text.
    Bcrypt,
    /// JSON: the name of a hash, its input, hexadecimal. `["sha256", ["salt", "@"], "…"]`, in which `@` is
    /// the password.
    Legacy,
}

/// The hash to store; the refusal says what was expected.
pub async fn import_digest(core: &Core, algorithm: HashAlgorithm, text: &str) -> Result<AcceptedPassword> {
    let with_prefix = |prefix| AcceptedPassword::imported(text).filter(|_| text.starts_with(prefix));
    let kept = match algorithm {
        HashAlgorithm::Argon2i => with_prefix("$argon2i$"),
        HashAlgorithm::Argon2id => with_prefix("$argon2id$"),
        HashAlgorithm::Argon2d => with_prefix("$argon2d$"),
        HashAlgorithm::Bcrypt => with_prefix("$2"),
        HashAlgorithm::Sha1 => rehash_digest(core, LegacyHash::bare("sha1"), text).await?,
        HashAlgorithm::Sha256 => rehash_digest(core, LegacyHash::bare("sha256"), text).await?,
        HashAlgorithm::Md5 => rehash_digest(core, LegacyHash::bare("md5"), text).await?,
        HashAlgorithm::Legacy => match parse_legacy(text) {
            Some((plain, hex)) => rehash_digest(core, Some(plain), &hex).await?,
            None => None,
        },
    };
    kept.ok_or_else(|| Refusal::SettingsInvalid(vec![expected_format(algorithm).to_owned()]).into())
}

const fn expected_format(algorithm: HashAlgorithm) -> &'static str {
    match algorithm {
        HashAlgorithm::Argon2i | HashAlgorithm::Argon2id | HashAlgorithm::Argon2d => {
            "passwordDigest: expected a PHC text of this algorithm within bearable costs"
        }
        HashAlgorithm::Bcrypt => "passwordDigest: expected a bcrypt text with a cost of 4 to 16",
        HashAlgorithm::Sha1 | HashAlgorithm::Sha256 | HashAlgorithm::Md5 => {
            "passwordDigest: expected a digest as hexadecimal"
        }
        HashAlgorithm::Legacy => {
            "passwordDigest: expected JSON such as [\"sha256\", [\"salt\", \"@\"], \"hexadecimal\"] with md5, sha1, sha256 or sha512"
        }
    }
}

/// The fast digest hashed again with ours; none when it is not of this kind.
async fn rehash_digest(
    core: &Core,
    plain: Option<LegacyHash>,
    hex: &str,
) -> Result<Option<AcceptedPassword>> {
    let Some(plain) = plain.filter(|plain| plain.has_digest_length(hex)) else { return Ok(None) };
    let Ok(inner) = Password::parse(&hex.to_ascii_lowercase()) else { return Ok(None) };
    let mut salt = [0_u8; 16];
    core.rng().fill(&mut salt);
    let outer = core.hasher.hash(Network::Unknown, &inner, salt).await?;
    Ok(AcceptedPassword::imported(&format!("{}+{outer}", plain.to_prefix())))
}

fn parse_legacy(text: &str) -> Option<(LegacyHash, String)> {
    let whole: Vec<Value> = serde_json::from_str(text).ok()?;
    let [Value::String(name), Value::Array(fed), Value::String(hex)] = whole.as_slice() else { return None };
    let fed: Vec<&str> = fed.iter().map(Value::as_str).collect::<Option<_>>()?;
    let place = fed.iter().position(|part| *part == "@")?;
    let before = fed.get(..place)?.concat();
    let after = fed.get(place + 1..)?.concat();
    Some((LegacyHash::salted(name, &before, &after)?, hex.clone()))
}
