//! Fast hashes of other systems, which are only stored wrapped in one of ours: `sha256:SALT:+$argon2id$…`.
//! The text between the colons, in base64, was put before and after the password. Fast hashes can be guessed
//! at billions per second, so none is ever stored bare.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

/// The longest salt, in bytes.
const MAX_SALT_BYTES: usize = 64;

/// A fast hash and its salts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyHash {
    hash: Hash,
    before: Vec<u8>,
    after: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    const ALL: [(Self, &'static str, usize); 4] = [
        (Self::Md5, "md5", 32),
        (Self::Sha1, "sha1", 40),
        (Self::Sha256, "sha256", 64),
        (Self::Sha512, "sha512", 128),
    ];

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == name).map(|(hash, ..)| *hash)
    }

    /// Its name, and the length of its hexadecimal digest.
    fn name_and_length(self) -> (&'static str, usize) {
        let found = Self::ALL.iter().find(|(hash, ..)| *hash == self);
        found.map_or(("", 0), |(_, name, length)| (*name, *length))
    }
}

impl LegacyHash {
    /// A hash of the password alone.
    pub fn bare(name: &str) -> Option<Self> {
        Self::salted(name, "", "")
    }

    /// A hash with these salts before and after the password.
    pub fn salted(name: &str, before: &str, after: &str) -> Option<Self> {
        Self::from_bytes(name, before.as_bytes(), after.as_bytes())
    }

    /// The same, with salts that are not text.
    pub fn from_bytes(name: &str, before: &[u8], after: &[u8]) -> Option<Self> {
        let hash = Hash::from_name(name)?;
        let fits = before.len() <= MAX_SALT_BYTES && after.len() <= MAX_SALT_BYTES;
        fits.then(|| Self { hash, before: before.to_vec(), after: after.to_vec() })
    }

    /// The length of its digest, in bytes.
    pub fn digest_len(&self) -> usize {
        self.hash.name_and_length().1 / 2
    }

    /// Whether this text has the length of its digest.
    pub fn has_digest_length(&self, hex: &str) -> bool {
        hex.len() == self.hash.name_and_length().1 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    }

    /// The prefix before the `+`.
    pub fn to_prefix(&self) -> String {
        let base64 = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
        format!("{}:{}:{}", self.hash.name_and_length().0, base64(&self.before), base64(&self.after))
    }

    /// Parses the prefix.
    pub fn parse(text: &str) -> Option<Self> {
        let [name, before, after] = text.split(':').collect::<Vec<_>>()[..] else { return None };
        let bytes =
            |text: &str| STANDARD_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() <= MAX_SALT_BYTES);
        Some(Self { hash: Hash::from_name(name)?, before: bytes(before)?, after: bytes(after)? })
    }

    /// The digest of a password in lowercase hexadecimal, which is the input of our digest.
    pub fn digest(&self, password: &[u8]) -> String {
        let fed = [self.before.as_slice(), password, self.after.as_slice()].concat();
        match self.hash {
            Hash::Md5 => hex::encode(md5::Md5::digest(fed)),
            Hash::Sha1 => hex::encode(Sha1::digest(fed)),
            Hash::Sha256 => hex::encode(Sha256::digest(fed)),
            Hash::Sha512 => hex::encode(Sha512::digest(fed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LegacyHash;

    #[test]
    fn digests_are_those_that_everybody_knows() {
        for (name, digest) in [
            ("md5", "5f4dcc3b5aa765d61d8327deb882cf99"),
            ("sha1", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"),
            ("sha256", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"),
        ] {
            let plain = LegacyHash::bare(name).unwrap();
            assert_eq!(plain.digest(b"password"), digest);
            assert!(
                plain.has_digest_length(digest)
                    && plain.has_digest_length(&digest.to_uppercase())
                    && !plain.has_digest_length(&digest[1..])
            );
            assert_eq!(LegacyHash::parse(&plain.to_prefix()), Some(plain));
        }
    }

    #[test]
    fn salt_stands_where_it_stood() {
        let salted = LegacyHash::salted("sha256", "be", "hind").unwrap();
        assert_eq!(salted.digest(b"-"), LegacyHash::bare("sha256").unwrap().digest(b"be-hind"));
        assert_eq!(LegacyHash::parse(&salted.to_prefix()), Some(salted));
        assert_eq!(LegacyHash::bare("sha3"), None);
        assert_eq!(LegacyHash::salted("md5", &"x".repeat(65), ""), None);
    }
}
