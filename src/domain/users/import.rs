//! Digests that other systems made, as an operator's machine names them. Those that a fast hash made are not kept as they are: they are hashed again
//! with ours, so that a stolen database gives away no more of these people than of others (PS-3). The surprise: a name that does not fit its
//! digest is refused, because a column that is mixed up would lock everybody out.

use serde_json::Value;

use crate::domain::Rekey;
use crate::domain::passwords::foreign::{self, Plain};
use crate::model::caller::Network;
use crate::model::error::{Refusal, Result};
use crate::model::password::Password;

/// What made a digest, by the names of the APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// PHC text.
    Argon2i,
    /// PHC text.
    Argon2id,
    /// PHC text.
    Argon2d,
    /// Hexadecimal.
    Sha1,
    /// Hexadecimal.
    Sha256,
    /// Hexadecimal.
    Md5,
    /// Modular crypt text.
    Bcrypt,
    /// JSON: the name of a hash, what it is fed with, hexadecimal. `["sha256", ["salt", "@"], "…"]`, in which `@` is the password.
    Legacy,
}

/// The digest as it is kept; refused with what was expected.
pub async fn digest(rekey: &Rekey, algorithm: Algorithm, text: &str) -> Result<String> {
    let argon = |name: &str| text.starts_with(&format!("${name}$")) && foreign::known(text);
    let kept = match algorithm {
        Algorithm::Argon2i => argon("argon2i").then(|| text.to_owned()),
        Algorithm::Argon2id => argon("argon2id").then(|| text.to_owned()),
        Algorithm::Argon2d => argon("argon2d").then(|| text.to_owned()),
        Algorithm::Bcrypt => (text.starts_with("$2") && foreign::known(text)).then(|| text.to_owned()),
        Algorithm::Sha1 => wrapped(rekey, Plain::bare("sha1"), text).await?,
        Algorithm::Sha256 => wrapped(rekey, Plain::bare("sha256"), text).await?,
        Algorithm::Md5 => wrapped(rekey, Plain::bare("md5"), text).await?,
        Algorithm::Legacy => match legacy(text) {
            Some((plain, hex)) => wrapped(rekey, Some(plain), &hex).await?,
            None => None,
        },
    };
    kept.ok_or_else(|| Refusal::SettingsInvalid(vec![unfit(algorithm).to_owned()]).into())
}

const fn unfit(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Argon2i | Algorithm::Argon2id | Algorithm::Argon2d => {
            "passwordDigest: expected a PHC text of this algorithm within bearable costs"
        }
        Algorithm::Bcrypt => "passwordDigest: expected a bcrypt text with a cost of 4 to 16",
        Algorithm::Sha1 | Algorithm::Sha256 | Algorithm::Md5 => {
            "passwordDigest: expected a digest as hexadecimal"
        }
        Algorithm::Legacy => {
            "passwordDigest: expected JSON such as [\"sha256\", [\"salt\", \"@\"], \"hexadecimal\"] with md5, sha1, sha256 or sha512"
        }
    }
}

/// The fast digest hashed again with ours; none when it is none of this kind.
async fn wrapped(rekey: &Rekey, plain: Option<Plain>, hex: &str) -> Result<Option<String>> {
    let Some(plain) = plain.filter(|plain| plain.may_be(hex)) else { return Ok(None) };
    let Ok(inner) = Password::parse(&hex.to_ascii_lowercase()) else { return Ok(None) };
    let mut salt = [0_u8; 16];
    rekey.chance().fill(&mut salt);
    let outer = rekey.hasher.hash(Network::Unknown, &inner, salt).await?;
    Ok(Some(format!("{}+{outer}", plain.text())))
}

fn legacy(text: &str) -> Option<(Plain, String)> {
    let whole: Vec<Value> = serde_json::from_str(text).ok()?;
    let [Value::String(name), Value::Array(fed), Value::String(hex)] = whole.as_slice() else { return None };
    let fed: Vec<&str> = fed.iter().map(Value::as_str).collect::<Option<_>>()?;
    let place = fed.iter().position(|part| *part == "@")?;
    let (before, after) = (fed.get(..place)?.concat(), fed.get(place + 1..)?.concat());
    Some((Plain::salted(name, &before, &after)?, hex.clone()))
}
