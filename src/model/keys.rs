//! The keys of one installation, all derived from the operator's one secret by HKDF-SHA256, each for one use only. Not
//! the OIDC signing keys, which live in the store and rotate. The surprise: none of these is ever in the database, so a
//! stolen copy of it holds neither six-digit codes that can be guessed offline nor messages that can be read.

use std::fmt;

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

use super::secret::{Chance, base64url};

const NONCE: usize = 24;

/// What the secret key of the installation gives.
#[derive(ZeroizeOnDrop)]
pub struct Keys {
    cookie: [u8; 64],
    code_hmac: [u8; 32],
    sealing: [u8; 32],
    subject: [u8; 32],
    client_secret: [u8; 32],
    captcha: [u8; 32],
}

impl Keys {
    /// Derives every key from the 64 bytes of `secret_key`.
    pub fn derive(secret_key: &[u8; 64]) -> Self {
        let root = Hkdf::<Sha256>::new(None, secret_key);
        Self {
            cookie: expand(&root, "rekey cookie"),
            code_hmac: expand(&root, "rekey code"),
            sealing: expand(&root, "rekey sealing"),
            subject: expand(&root, "rekey subject"),
            client_secret: expand(&root, "rekey client secret"),
            captcha: expand(&root, "rekey captcha"),
        }
    }

    /// The key that encrypts the anonymous cookie.
    pub const fn cookie(&self) -> &[u8; 64] {
        &self.cookie
    }

    /// The digest under which a six-digit code is kept. Keyed, because a plain hash of a million values is undone in a
    /// second; bound to the code's id, because equal codes must not have equal digests.
    pub fn code_digest(&self, code_id: &str, code: &str) -> String {
        base64url(&mac(&self.code_hmac, &[code_id.as_bytes(), &[0], code.as_bytes()]))
    }

    /// The name under which an address, number or IP is counted by a throttle: equal for equal texts, and worthless to
    /// whoever reads the table.
    pub fn subject(&self, text: &str) -> String {
        base64url(&mac(&self.subject, &[text.as_bytes()]))
    }

    /// The digest under which an application's secret is kept. Keyed, because operators may choose one that could be guessed.
    pub fn client_secret_digest(&self, app_id: &str, secret: &str) -> String {
        base64url(&mac(&self.client_secret, &[app_id.as_bytes(), &[0], secret.as_bytes()]))
    }

    /// What signs the challenges of proofs of work.
    pub fn captcha(&self) -> String {
        base64url(&self.captcha)
    }

    /// Encrypts with XChaCha20-Poly1305. `context` names the place of use (`"outbox:<id>"`) and is authenticated, so
    /// that nobody who can write to the database moves a sealed text from one row to another.
    #[expect(clippy::expect_used, reason = "the cipher refuses only texts beyond 256 GiB")]
    pub fn seal(&self, plain: &[u8], context: &str, chance: &dyn Chance) -> String {
        let mut nonce = [0_u8; NONCE];
        chance.fill(&mut nonce);
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).expect("a text of sane length");
        base64url(&[nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what `seal` made for the same context.
    pub fn open(&self, sealed: &str, context: &str) -> anyhow::Result<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).context("a sealed text is not base64url")?;
        let Some((nonce, sealed)) = bytes.split_first_chunk::<NONCE>() else {
            bail!("a sealed text is too short")
        };
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        let opened = self.cipher().decrypt(&XNonce::from(*nonce), payload);
        opened.map_err(|_| anyhow::anyhow!("a sealed text does not open: was secret_key changed?"))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.sealing.into())
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(•••)")
    }
}

#[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8160 bytes and is asked for 64 at most")]
fn expand<const N: usize>(root: &Hkdf<Sha256>, label: &str) -> [u8; N] {
    let mut key = [0_u8; N];
    root.expand(label.as_bytes(), &mut key).expect("a key of sane length");
    key
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::Keys;
    use crate::model::secret::SeededChance;

    fn keys() -> Keys {
        Keys::derive(&[7; 64])
    }

    #[test]
    fn every_use_has_its_own_key() {
        let keys = keys();
        assert_ne!(keys.code_hmac, keys.sealing);
        assert_ne!(keys.code_hmac, keys.subject);
        assert_ne!(keys.cookie[..32], keys.code_hmac);
        assert_ne!(Keys::derive(&[8; 64]).cookie(), keys.cookie());
    }

    #[test]
    fn code_digests_are_bound_to_their_code() {
        let keys = keys();
        assert_eq!(keys.code_digest("a", "123456"), keys.code_digest("a", "123456"));
        assert_ne!(keys.code_digest("a", "123456"), keys.code_digest("b", "123456"));
        assert_ne!(keys.code_digest("a1", "23456"), keys.code_digest("a", "123456"));
        assert_eq!(keys.code_digest("a", "123456").len(), 43);
        assert_ne!(keys.client_secret_digest("a", "b"), keys.client_secret_digest("b", "b"));
        assert_ne!(keys.client_secret_digest("a", "b"), keys.code_digest("a", "b"));
        assert_ne!(keys.subject("ada@example.com"), keys.subject("grace@example.com"));
    }

    #[test]
    fn sealed_texts_open_only_where_they_belong() {
        let (keys, chance) = (keys(), SeededChance::new(1));
        let sealed = keys.seal(b"123456", "outbox:1", &chance);
        assert_eq!(keys.open(&sealed, "outbox:1").unwrap(), b"123456");
        assert_ne!(sealed, keys.seal(b"123456", "outbox:1", &chance));
        assert!(keys.open(&sealed, "outbox:2").is_err());
        assert!(Keys::derive(&[8; 64]).open(&sealed, "outbox:1").is_err());
        assert!(keys.open("AAAA", "outbox:1").is_err());
        assert!(keys.open("not base64!", "outbox:1").is_err());
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", keys()), "Keys(•••)");
    }
}
