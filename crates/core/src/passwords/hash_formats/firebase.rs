//! Firebase's modified scrypt: its output is the key with which the project's signer key is encrypted. The text
//! is that of Supabase: `$fbscrypt$v=1,n=14,r=8,p=1,ss=SEPARATOR,sk=SIGNER_KEY$SALT$HASH`, all in base64.

use aes::Aes256;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};

use crate::passwords::hash_formats::parse::{decode_base64, parse_scrypt_costs};
use crate::passwords::hash_formats::{Digest, Scheme};

/// The parameters of a project.
#[derive(Debug)]
pub(super) struct Firebase {
    costs: scrypt::Params,
    signer_key: Vec<u8>,
}

impl Firebase {
    /// Parses the parameters, the salt and the hash. The separator is appended to the salt.
    pub(super) fn parse(params: &str, salt: &str, output: &str) -> Option<Digest> {
        let pairs: Vec<(&str, &str)> =
            params.split(',').map(|pair| pair.split_once('=')).collect::<Option<_>>()?;
        let one = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let number = |name: &str| one(name).and_then(|text| text.parse::<u32>().ok());
        let costs = parse_scrypt_costs(number("n")?, number("r")?, number("p")?)?;
        let signer_key = decode_base64(one("sk")?)?;
        let separator = decode_base64(one("ss").unwrap_or_default())?;
        let (salt, output) = ([decode_base64(salt)?, separator].concat(), decode_base64(output)?);
        let fits =
            one("v") == Some("1") && output.len() == signer_key.len() && (32..=64).contains(&output.len());
        let scheme = Scheme::Firebase(Self { costs, signer_key });
        fits.then_some(Digest { scheme, salt, output, inner: None })
    }

    pub(super) fn compute(&self, password: &[u8], salt: &[u8], out: &mut [u8]) -> bool {
        let mut key = [0; 64];
        if scrypt::scrypt(password, salt, &self.costs, &mut key).is_err()
            || out.len() != self.signer_key.len()
        {
            return false;
        }
        let Some(key) = key.first_chunk::<32>() else { return false };
        out.copy_from_slice(&self.signer_key);
        Ctr128BE::<Aes256>::new(key.into(), &[0; 16].into()).try_apply_keystream(out).is_ok()
    }
}
