//! Imports digests of other systems, by the algorithm that an API client names. Fast hashes are not stored as
//! they are: they are hashed again with ours, so that a stolen database reveals no more about these users
//! than about others (PS-3). A name that does not match its digest is refused, because a mixed-up column
//! would lock everybody out.

use serde::Deserialize;

use crate::passwords::hash_formats::LegacyHash;
use crate::passwords::hash_formats::import::{self, ImportedHash};
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

/// The digest to import; the refusal says what was expected.
pub fn read_digest(algorithm: HashAlgorithm, text: &str) -> Result<ImportedHash> {
    let fast = |name| ImportedHash::from_hex(LegacyHash::bare(name)?, text);
    let read = match algorithm {
        HashAlgorithm::Argon2i => read_named("argon2i", text),
        HashAlgorithm::Argon2id => read_named("argon2id", text),
        HashAlgorithm::Argon2d => read_named("argon2d", text),
        HashAlgorithm::Bcrypt => read_named("bcrypt", text),
        HashAlgorithm::Sha1 => fast("sha1"),
        HashAlgorithm::Sha256 => fast("sha256"),
        HashAlgorithm::Md5 => fast("md5"),
        HashAlgorithm::Legacy => ImportedHash::from_legacy_json(text),
    };
    read.ok_or_else(|| Refusal::SettingsInvalid(vec![expected_format(algorithm).to_owned()]).into())
}

fn read_named(name: &str, text: &str) -> Option<ImportedHash> {
    import::read(text, Some(name)).ok()
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
