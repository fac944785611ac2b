//! Signs and verifies tokens under one key; verification uses the `jsonwebtoken` crate with cryptography from
//! ring. It knows no claim. The key determines the algorithm, never the token's header, so `alg: none` and
//! algorithm downgrades have no effect.

use std::fmt;

use anyhow::{Context as _, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _, UnparsedPublicKey,
};
use serde_json::{Map, Value, json};
use signature::{Error as SignatureError, Verifier};

use crate::types::secret::{base64url, sha256_digest};
use crate::types::signing_alg::SigningAlg;

/// The claims of a token.
pub type ClaimSet = Map<String, Value>;

/// A key pair, ready to sign and verify.
pub(crate) struct Signer {
    /// The thumbprint of the public part (RFC 7638).
    pub id: String,
    /// The algorithm.
    pub alg: SigningAlg,
    /// The public part as a JWK.
    pub jwk: Value,
    pair: EcdsaKeyPair,
    decoding: DecodingKey,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, •••)", self.id)
    }
}

/// Generates a private key as PKCS#8. The randomness is the operating system's: ring accepts no other, and a
/// key derived from a test seed would not be secret.
pub(crate) fn generate(alg: SigningAlg) -> anyhow::Result<Vec<u8>> {
    let made = EcdsaKeyPair::generate_pkcs8(curve(alg), &SystemRandom::new());
    Ok(made.map_err(|_| anyhow!("a signing key can't be made"))?.as_ref().to_vec())
}

impl Signer {
    /// Loads a private key.
    pub(crate) fn from_pkcs8(alg: SigningAlg, pkcs8: &[u8]) -> anyhow::Result<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(curve(alg), pkcs8, &SystemRandom::new())
            .map_err(|_| anyhow!("a signing key can't be read"))?;
        let point = pair.public_key().as_ref().get(1..).context("a public key without a point")?;
        let (x, y) = point.split_at_checked(point.len() / 2).context("a public key without a point")?;
        let x = base64url(x);
        let y = base64url(y);
        let id = sha256_digest(&format!(r#"{{"crv":"{}","kty":"EC","x":"{x}","y":"{y}"}}"#, alg.curve()));
        let jwk = json!({ "kty": "EC", "crv": alg.curve(), "x": x, "y": y, "kid": id, "alg": alg.name(), "use": "sig" });
        let decoding = DecodingKey::from_ec_components(&x, &y)?;
        Ok(Self { id, alg, jwk, pair, decoding })
    }

    /// Signs a token with these claims; `typ` is its type.
    pub(crate) fn sign(&self, typ: &str, claims: &ClaimSet) -> anyhow::Result<String> {
        let header = Header {
            typ: Some(typ.to_owned()),
            kid: Some(self.id.clone()),
            ..Header::new(algorithm_of(self.alg))
        };
        let part = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
        let message = format!("{}.{}", part(serde_json::to_vec(&header)?), part(serde_json::to_vec(claims)?));
        let signed = self.pair.sign(&SystemRandom::new(), message.as_bytes());
        let signature = signed.map_err(|_| anyhow!("a token can't be signed"))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a token that this key signed for this issuer; the caller checks the times.
    pub(crate) fn verify(&self, token: &str, issuer: &str) -> Option<ClaimSet> {
        let mut validation = Validation::new(algorithm_of(self.alg));
        // The crate would use the system clock; ours is injected.
        (validation.validate_exp, validation.validate_aud) = (false, false);
        validation.set_required_spec_claims(&["exp", "iss"]);
        validation.set_issuer(&[issuer]);
        decode::<ClaimSet>(token, &self.decoding, &validation).ok().map(|read| read.claims)
    }
}

/// The `kid` and `typ` of a token's header, unverified.
pub(crate) fn read_header(token: &str) -> Option<(String, String)> {
    let header = jsonwebtoken::decode_header(token).ok()?;
    Some((header.kid?, header.typ.unwrap_or_default()))
}

const fn algorithm_of(alg: SigningAlg) -> Algorithm {
    match alg {
        SigningAlg::ES384 => Algorithm::ES384,
        SigningAlg::ES256 => Algorithm::ES256,
    }
}

fn curve(alg: SigningAlg) -> &'static EcdsaSigningAlgorithm {
    match alg {
        SigningAlg::ES384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        SigningAlg::ES256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
    }
}

/// Installs the crate's cryptography provider; a second call changes nothing.
pub(crate) fn install_crypto_provider() {
    static RING: CryptoProvider = CryptoProvider {
        signer_factory: refuse_signer,
        verifier_factory: ecdsa_verifier,
        key_utils: KeyUtils::new_unimplemented(),
    };
    // An error means that it is installed already.
    let _ = RING.install_default();
}

/// Signing does not go through the crate, which would parse the private key for each token; that costs as
/// much as the signature.
fn refuse_signer(_: &Algorithm, _: &EncodingKey) -> JwtResult<Box<dyn jsonwebtoken::crypto::JwtSigner>> {
    Err(ErrorKind::InvalidAlgorithm.into())
}

fn ecdsa_verifier(alg: &Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    match alg {
        Algorithm::ES256 | Algorithm::ES384 => {
            Ok(Box::new(EcdsaVerifier { alg: *alg, point: key.try_get_as_bytes()?.to_vec() }))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

struct EcdsaVerifier {
    alg: Algorithm,
    point: Vec<u8>,
}

impl Verifier<Vec<u8>> for EcdsaVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let on_curve = match self.alg {
            Algorithm::ES256 => &ECDSA_P256_SHA256_FIXED,
            _ => &ECDSA_P384_SHA384_FIXED,
        };
        let checked = UnparsedPublicKey::new(on_curve, &self.point).verify(message, signature);
        checked.map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for EcdsaVerifier {
    fn algorithm(&self) -> Algorithm {
        self.alg
    }
}

#[cfg(test)]
mod tests;
