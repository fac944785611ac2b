//! The keys of an installation, derived from the operator's secret keys by HKDF-SHA256, each for one purpose
//! only; OIDC signing keys are in the store and rotate. The newest secret key seals and digests, and any of
//! them opens and compares, so that a key can be replaced. None of these keys is ever in the database, so a
//! stolen copy of it contains neither six-digit codes that can be guessed offline nor readable messages.

mod derived;

use std::fmt;

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::types::secret::keys::derived::{Derived, NONCE_LEN, Sealed};
use crate::types::secret::{Rng, base64url, ct_eq};

/// The keys derived from all secret keys.
pub struct Keys {
    newest: Derived,
    older: Vec<Derived>,
}

/// A decrypted text.
pub struct Decrypted {
    /// The plain text.
    pub plaintext: Vec<u8>,
    /// Whether an older key sealed it, so that it should be sealed again.
    pub used_older_key: bool,
}

impl Keys {
    /// Derives every key from the 64 bytes of a secret key.
    pub fn derive(secret_key: &[u8; 64]) -> anyhow::Result<Self> {
        Ok(Self { newest: Derived::derive(secret_key)?, older: Vec::new() })
    }

    /// Adds earlier secret keys, which can still decrypt.
    pub fn with_older_keys<'a>(mut self, older: impl Iterator<Item = &'a [u8; 64]>) -> anyhow::Result<Self> {
        for key in older {
            self.older.push(Derived::derive(key)?);
        }
        Ok(self)
    }

    /// Whether there is a key besides the newest.
    pub const fn has_older(&self) -> bool {
        !self.older.is_empty()
    }

    /// The id of the newest key, which reveals nothing about it.
    pub fn id(&self) -> &str {
        &self.newest.id
    }

    fn all(&self) -> impl Iterator<Item = &Derived> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    /// The key that encrypts the anonymous cookie.
    pub const fn cookie_key(&self) -> &[u8; 64] {
        &self.newest.cookie
    }

    /// The cookie keys of earlier secret keys.
    pub fn older_cookie_keys(&self) -> impl Iterator<Item = &[u8; 64]> {
        self.older.iter().map(|key| &key.cookie)
    }

    /// The digest under which a six-digit code is stored. Keyed, because a plain hash of a million values is
    /// reversed in a second; bound to the code's id, because equal codes must not have equal digests.
    pub fn code_digest(&self, code_id: &str, code: &str) -> String {
        self.newest.code_digest(code_id, code)
    }

    /// Whether this code has that digest, under any key. Every key is tried, so that timing reveals nothing.
    pub fn matches_code(&self, code_id: &str, code: &str, digest: &str) -> bool {
        self.all().fold(false, |found, key| found | ct_eq(&key.code_digest(code_id, code), digest))
    }

    /// The key under which a throttle counts an address, phone number or IP address: equal for equal texts,
    /// and useless to a reader of the table. A new secret key gives other values, so counts start again.
    pub fn rate_limit_key(&self, text: &str) -> String {
        self.newest.rate_limit_key(text)
    }

    /// The values for these texts under each key, the newest first.
    pub fn rate_limit_keys<'a, const N: usize>(
        &'a self,
        texts: [&'a str; N],
    ) -> impl Iterator<Item = [String; N]> + 'a {
        self.all().map(move |key| texts.map(|text| key.rate_limit_key(text)))
    }

    /// The digest under which a client secret is stored. Keyed, because operators may choose a guessable one.
    pub fn client_secret_digest(&self, app_id: &str, secret: &str) -> String {
        self.newest.client_secret_digest(app_id, secret)
    }

    /// The same under each key, the newest first.
    pub fn client_secret_digests(&self, app_id: &str, secret: &str) -> Vec<String> {
        self.all().map(|key| key.client_secret_digest(app_id, secret)).collect()
    }

    /// The key that signs proof-of-work challenges.
    pub fn captcha_key(&self) -> String {
        base64url(&self.newest.captcha)
    }

    /// The keys that signed them, the newest first.
    pub fn captcha_keys(&self) -> impl Iterator<Item = String> + '_ {
        self.all().map(|key| base64url(&key.captcha))
    }

    /// Encrypts with XChaCha20-Poly1305. `context` names the place of use (`"outbox:<id>"`) and is
    /// authenticated, so that somebody who can write to the database cannot move a sealed text from one row
    /// to another.
    pub fn seal(&self, plain: &[u8], context: &str, rng: &dyn Rng) -> String {
        let mut nonce = [0_u8; NONCE_LEN];
        rng.fill(&mut nonce);
        base64url(&[nonce.as_slice(), &self.newest.seal(&nonce, plain, context)].concat())
    }

    /// Decrypts what `seal` made for the same context.
    pub fn decrypt(&self, sealed: &str, context: &str) -> anyhow::Result<Vec<u8>> {
        Ok(self.decrypt_with_age(sealed, context)?.plaintext)
    }

    /// The same, and whether it should be sealed again.
    pub fn decrypt_with_age(&self, sealed: &str, context: &str) -> anyhow::Result<Decrypted> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).context("a sealed text is not base64url")?;
        let Some((nonce, ciphertext)) = bytes.split_first_chunk::<NONCE_LEN>() else {
            bail!("a sealed text is too short")
        };
        let sealed = Sealed { nonce, ciphertext };
        let newest = self.newest.open(sealed, context);
        let used_older_key = newest.is_none();
        let opened = newest.or_else(|| self.older.iter().find_map(|key| key.open(sealed, context)));
        let plaintext = opened.context("a sealed text does not open: was secret_key changed?")?;
        Ok(Decrypted { plaintext, used_older_key })
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(•••)")
    }
}

#[cfg(test)]
mod tests;
