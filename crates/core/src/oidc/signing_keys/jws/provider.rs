//! Our algorithms as ring and the `jsonwebtoken` crate name them, and the crate's cryptography: it verifies
//! with ring and does not sign.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaSigningAlgorithm, UnparsedPublicKey,
};
use signature::{Error as SignatureError, Verifier};

use crate::types::signing_alg::SigningAlg;

/// The crate's name of an algorithm.
pub(super) const fn algorithm_of(alg: SigningAlg) -> Algorithm {
    match alg {
        SigningAlg::ES384 => Algorithm::ES384,
        SigningAlg::ES256 => Algorithm::ES256,
    }
}

/// What ring signs with.
pub(super) fn curve(alg: SigningAlg) -> &'static EcdsaSigningAlgorithm {
    match alg {
        SigningAlg::ES384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        SigningAlg::ES256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
    }
}

/// Installs the crate's cryptography provider; a second call changes nothing.
pub(in crate::oidc::signing_keys) fn install_crypto_provider() {
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
fn refuse_signer(_: &Algorithm, _: &EncodingKey) -> JwtResult<Box<dyn JwtSigner>> {
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
