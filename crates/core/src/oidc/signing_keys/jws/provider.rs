//! Our algorithms as ring and the `jsonwebtoken` crate name them, and the crate's cryptography: it verifies
//! with ring and does not sign.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaSigningAlgorithm, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use signature::{Error as SignatureError, Verifier};

use crate::types::signing_alg::SigningAlg;

/// The crate's name of an algorithm.
pub(super) const fn algorithm_of(alg: SigningAlg) -> Algorithm {
    match alg {
        SigningAlg::RS256 => Algorithm::RS256,
        SigningAlg::ES384 => Algorithm::ES384,
        SigningAlg::ES256 => Algorithm::ES256,
    }
}

/// The curve of an algorithm.
pub(super) struct Curve {
    /// Its name in a JWK.
    pub(super) name: &'static str,
    /// What ring signs with.
    pub(super) signing: &'static EcdsaSigningAlgorithm,
}

/// The curve of an algorithm; none for RSA.
pub(super) fn curve(alg: SigningAlg) -> Option<Curve> {
    match alg {
        SigningAlg::RS256 => None,
        SigningAlg::ES384 => Some(Curve { name: "P-384", signing: &ECDSA_P384_SHA384_FIXED_SIGNING }),
        SigningAlg::ES256 => Some(Curve { name: "P-256", signing: &ECDSA_P256_SHA256_FIXED_SIGNING }),
    }
}

/// Installs the crate's cryptography provider; a second call changes nothing.
pub(in crate::oidc::signing_keys) fn install_crypto_provider() {
    static RING: CryptoProvider = CryptoProvider {
        signer_factory: refuse_signer,
        verifier_factory: verifier,
        key_utils: KeyUtils::new_unimplemented(),
    };
    // An error means that it is installed already.
    let _ = RING.install_default();
}

/// Signing does not go through the crate, which would parse the private key for each token; that costs as
/// much as the signature.
fn refuse_signer(_: &Algorithm, _: &EncodingKey) -> JwtResult<Box<dyn JwtSigner>> {
    Err(ErrorKind::InvalidAlgorithm.into())
}

fn verifier(alg: &Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    match alg {
        Algorithm::RS256 => match key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => {
                Ok(Box::new(RsaVerifier { n: n.clone(), e: e.clone() }))
            }
            DecodingKeyKind::SecretOrDer(_) => Err(ErrorKind::InvalidAlgorithm.into()),
        },
        Algorithm::ES256 | Algorithm::ES384 => {
            Ok(Box::new(EcdsaVerifier { alg: *alg, point: key.try_get_as_bytes()?.to_vec() }))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

struct RsaVerifier {
    n: Vec<u8>,
    e: Vec<u8>,
}

impl Verifier<Vec<u8>> for RsaVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let public = RsaPublicKeyComponents { n: &self.n, e: &self.e };
        let checked = public.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature);
        checked.map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for RsaVerifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
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
