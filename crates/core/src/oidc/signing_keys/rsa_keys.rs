//! Where RSA keys come from: the operating system's randomness, or in tests a list, because a key takes up to
//! seconds to generate.

use std::fmt;

use anyhow::anyhow;
use getrandom::SysRng;
use rsa::PrivateKey;
use rsa::pkcs8::EncodePrivateKey as _;

/// The length of the modulus: what RFC 7518 3.3 demands at least, and every client can verify.
const MODULUS_BITS: usize = 2048;

/// Generates RSA keys.
pub trait RsaKeySource: fmt::Debug + Send + Sync {
    /// A new private key as PKCS#8.
    fn generate(&self) -> anyhow::Result<Vec<u8>>;
}

/// Generates keys from the operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRsa;

impl RsaKeySource for SystemRsa {
    fn generate(&self) -> anyhow::Result<Vec<u8>> {
        let made =
            PrivateKey::new(&mut SysRng, MODULUS_BITS).map_err(|_| anyhow!("an RSA key can't be made"))?;
        let pkcs8 = made.to_pkcs8_der().map_err(|_| anyhow!("an RSA key can't be written"))?;
        Ok(pkcs8.as_bytes().to_vec())
    }
}
