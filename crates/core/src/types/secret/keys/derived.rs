//! The keys that one secret key gives, each for one purpose.

use anyhow::bail;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

use crate::types::secret::base64url;

pub(super) const NONCE_LEN: usize = 24;

/// The keys derived from one secret key.
#[derive(ZeroizeOnDrop)]
pub(super) struct Derived {
    pub(super) cookie: [u8; 64],
    pub(super) code_hmac: [u8; 32],
    pub(super) sealing: [u8; 32],
    pub(super) subject: [u8; 32],
    pub(super) client_secret: [u8; 32],
    pub(super) captcha: [u8; 32],
    #[zeroize(skip)]
    pub(super) id: String,
}

impl Derived {
    pub(super) fn derive(secret_key: &[u8; 64]) -> anyhow::Result<Self> {
        let root = Hkdf::<Sha256>::new(None, secret_key);
        Ok(Self {
            cookie: hkdf_expand(&root, "rekey cookie")?,
            code_hmac: hkdf_expand(&root, "rekey code")?,
            sealing: hkdf_expand(&root, "rekey sealing")?,
            subject: hkdf_expand(&root, "rekey subject")?,
            client_secret: hkdf_expand(&root, "rekey client secret")?,
            captcha: hkdf_expand(&root, "rekey captcha")?,
            id: base64url(&hkdf_expand::<9>(&root, "rekey key id")?),
        })
    }

    pub(super) fn code_digest(&self, code_id: &str, code: &str) -> String {
        base64url(&mac(&self.code_hmac, &[code_id.as_bytes(), &[0], code.as_bytes()]))
    }

    pub(super) fn rate_limit_key(&self, text: &str) -> String {
        base64url(&mac(&self.subject, &[text.as_bytes()]))
    }

    pub(super) fn client_secret_digest(&self, app_id: &str, secret: &str) -> String {
        base64url(&mac(&self.client_secret, &[app_id.as_bytes(), &[0], secret.as_bytes()]))
    }

    pub(super) fn open(&self, sealed: Sealed<'_>, context: &str) -> Option<Vec<u8>> {
        let payload = Payload { msg: sealed.ciphertext, aad: context.as_bytes() };
        self.cipher().decrypt(&XNonce::from(*sealed.nonce), payload).ok()
    }

    #[expect(clippy::expect_used, reason = "the cipher refuses only texts beyond 256 GiB")]
    pub(super) fn seal(&self, nonce: &[u8; NONCE_LEN], plain: &[u8], context: &str) -> Vec<u8> {
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        self.cipher().encrypt(&XNonce::from(*nonce), payload).expect("a text of sane length")
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.sealing.into())
    }
}

/// The parts of a sealed text.
#[derive(Clone, Copy)]
pub(super) struct Sealed<'a> {
    /// The nonce.
    pub(super) nonce: &'a [u8; NONCE_LEN],
    /// The encrypted text with its tag.
    pub(super) ciphertext: &'a [u8],
}

fn hkdf_expand<const N: usize>(root: &Hkdf<Sha256>, label: &str) -> anyhow::Result<[u8; N]> {
    let mut key = [0_u8; N];
    match root.expand(label.as_bytes(), &mut key) {
        Ok(()) => Ok(key),
        Err(_) => bail!("HKDF-SHA256 gives no key of {N} bytes"),
    }
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a shorter key with zeros to a block (RFC 2104), so a padded key is equivalent and its length
    // always accepted.
    let mut block = [0_u8; 64];
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
