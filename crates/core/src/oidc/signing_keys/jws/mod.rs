//! Signs and verifies tokens under one key; verification uses the `jsonwebtoken` crate with cryptography from
//! ring. It knows no claim. The key determines the algorithm, never the token's header, so `alg: none` and
//! algorithm downgrades have no effect.

mod provider;

use std::fmt;

use anyhow::{Context as _, anyhow};
use jsonwebtoken::{DecodingKey, Header, Validation, decode};
use ring::error::Unspecified;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair as RsaKeyPair, PublicKeyComponents};
use ring::signature::{EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use serde_json::{Map, Value, json};

pub(super) use crate::oidc::signing_keys::jws::provider::install_crypto_provider;
use crate::oidc::signing_keys::jws::provider::{Curve, algorithm_of, curve};
use crate::types::secret::{base64url, sha256_digest};
use crate::types::signing_alg::SigningAlg;

/// The claims of a token.
pub type ClaimSet = Map<String, Value>;

/// A key pair, ready to sign and verify.
pub(super) struct Signer {
    /// The thumbprint of the public part (RFC 7638).
    pub id: String,
    /// The algorithm.
    pub alg: SigningAlg,
    /// The public part as a JWK.
    pub jwk: Value,
    pair: KeyPair,
    decoding: DecodingKey,
}

/// A private key.
enum KeyPair {
    Ec(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl KeyPair {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let rng = SystemRandom::new();
        match self {
            Self::Ec(pair) => Ok(pair.sign(&rng, message)?.as_ref().to_vec()),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &rng, message, &mut signature)?;
                Ok(signature)
            }
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, •••)", self.id)
    }
}

/// Generates a private key on a curve as PKCS#8; RSA keys come from `rsa_keys`. The randomness is the
/// operating system's: ring accepts no other, and a key derived from a test seed would not be secret.
pub(super) fn generate_on_curve(alg: SigningAlg) -> anyhow::Result<Vec<u8>> {
    let curve = curve(alg).context("the algorithm has no curve")?;
    let made = EcdsaKeyPair::generate_pkcs8(curve.signing, &SystemRandom::new());
    Ok(made.map_err(|_| anyhow!("a signing key can't be made"))?.as_ref().to_vec())
}

impl Signer {
    /// Loads a private key.
    pub(super) fn from_pkcs8(alg: SigningAlg, pkcs8: &[u8]) -> anyhow::Result<Self> {
        match curve(alg) {
            Some(curve) => Self::on_curve(alg, &curve, pkcs8),
            None => Self::rsa(alg, pkcs8),
        }
    }

    fn rsa(alg: SigningAlg, pkcs8: &[u8]) -> anyhow::Result<Self> {
        let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| anyhow!("a signing key can't be read"))?;
        let public = PublicKeyComponents::<Vec<u8>>::from(pair.public());
        let n = base64url(&public.n);
        let e = base64url(&public.e);
        let id = sha256_digest(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
        let jwk = json!({ "kty": "RSA", "n": n, "e": e, "kid": id, "alg": alg.name(), "use": "sig" });
        let decoding = DecodingKey::from_rsa_components(&n, &e)?;
        Ok(Self { id, alg, jwk, pair: KeyPair::Rsa(Box::new(pair)), decoding })
    }

    fn on_curve(alg: SigningAlg, curve: &Curve, pkcs8: &[u8]) -> anyhow::Result<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(curve.signing, pkcs8, &SystemRandom::new())
            .map_err(|_| anyhow!("a signing key can't be read"))?;
        let point = pair.public_key().as_ref().get(1..).context("a public key without a point")?;
        let (x, y) = point.split_at_checked(point.len() / 2).context("a public key without a point")?;
        let x = base64url(x);
        let y = base64url(y);
        let id = sha256_digest(&format!(r#"{{"crv":"{}","kty":"EC","x":"{x}","y":"{y}"}}"#, curve.name));
        let jwk = json!({ "kty": "EC", "crv": curve.name, "x": x, "y": y, "kid": id, "alg": alg.name(), "use": "sig" });
        let decoding = DecodingKey::from_ec_components(&x, &y)?;
        Ok(Self { id, alg, jwk, pair: KeyPair::Ec(Box::new(pair)), decoding })
    }

    /// Signs a token with these claims; `typ` is its type.
    pub(super) fn sign(&self, typ: &str, claims: &ClaimSet) -> anyhow::Result<String> {
        let header = Header {
            typ: Some(typ.to_owned()),
            kid: Some(self.id.clone()),
            ..Header::new(algorithm_of(self.alg))
        };
        let header = base64url(&serde_json::to_vec(&header)?);
        let message = format!("{header}.{}", base64url(&serde_json::to_vec(claims)?));
        let signed = self.pair.sign(message.as_bytes());
        let signature = signed.map_err(|_| anyhow!("a token can't be signed"))?;
        Ok(format!("{message}.{}", base64url(&signature)))
    }

    /// The claims of a token that this key signed for this issuer; the caller checks the times.
    pub(super) fn verify(&self, token: &str, issuer: &str) -> Option<ClaimSet> {
        let mut validation = Validation::new(algorithm_of(self.alg));
        // The crate would use the system clock; ours is injected.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["exp", "iss"]);
        validation.set_issuer(&[issuer]);
        decode::<ClaimSet>(token, &self.decoding, &validation).ok().map(|read| read.claims)
    }
}

/// The `kid` and `typ` of a token's header, unverified.
pub(super) fn read_header(token: &str) -> Option<(String, String)> {
    let header = jsonwebtoken::decode_header(token).ok()?;
    Some((header.kid?, header.typ.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ClaimSet, Signer, base64url, generate_on_curve, install_crypto_provider, read_header};
    use crate::oidc::signing_keys::rsa_keys::{RsaKeySource as _, SystemRsa};
    use crate::types::signing_alg::SigningAlg;

    fn claims(issuer: &str) -> ClaimSet {
        json!({ "iss": issuer, "exp": 1, "sub": "ada" }).as_object().cloned().unwrap()
    }

    fn signer(alg: SigningAlg) -> Signer {
        install_crypto_provider();
        let pkcs8 = if alg == SigningAlg::RS256 { SystemRsa.generate() } else { generate_on_curve(alg) };
        Signer::from_pkcs8(alg, &pkcs8.unwrap()).unwrap()
    }

    #[test]
    fn what_a_key_signed_it_knows_again_and_nothing_else() {
        for alg in SigningAlg::ALL {
            let ours = signer(alg);
            let other = signer(alg);
            let token = ours.sign("at+jwt", &claims("us")).unwrap();
            assert_eq!(read_header(&token), Some((ours.id.clone(), "at+jwt".to_owned())));
            assert_eq!(ours.verify(&token, "us"), Some(claims("us")));
            assert_eq!(ours.verify(&token, "them"), None, "another issuer");
            assert_eq!(other.verify(&token, "us"), None, "another key");
            let (head, rest) = token.split_once('.').unwrap();
            let (body, signature) = rest.split_once('.').unwrap();
            for forged in [
                format!("{head}.{body}."),
                format!("{}.{body}.", base64url(br#"{"alg":"none"}"#)),
                format!("{}.{body}.{signature}", base64url(br#"{"alg":"HS256"}"#)),
                format!("{head}.{}.{signature}", base64url(br#"{"iss":"us","exp":1,"sub":"eve"}"#)),
                format!("{head}.{body}.{signature}x"),
                "x.y.z".to_owned(),
                String::new(),
            ] {
                assert_eq!(ours.verify(&forged, "us"), None, "{forged}");
            }
        }
    }

    #[test]
    fn an_rsa_key_is_published_as_modulus_and_exponent() {
        let signer = signer(SigningAlg::RS256);
        let mut names: Vec<&String> = signer.jwk.as_object().unwrap().keys().collect();
        names.sort_unstable();
        assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"], "nothing private");
        assert_eq!(signer.jwk["e"], "AQAB");
        assert_eq!(signer.jwk["n"].as_str().unwrap().len(), 342, "2048 bits, without a leading zero");
        let curve = self::signer(SigningAlg::ES256);
        let token = signer.sign("JWT", &claims("us")).unwrap();
        assert_eq!(curve.verify(&token, "us"), None, "the key decides the algorithm");
        assert_eq!(signer.verify(&curve.sign("JWT", &claims("us")).unwrap(), "us"), None);
    }

    #[test]
    fn a_key_of_one_curve_does_not_check_the_other() {
        let long = signer(SigningAlg::ES384);
        let short = signer(SigningAlg::ES256);
        assert_eq!(short.verify(&long.sign("JWT", &claims("us")).unwrap(), "us"), None);
        assert!(long.jwk.get("d").is_none(), "the private part is never published");
        assert_eq!(format!("{short:?}"), format!("Signer({}, •••)", short.id));
    }
}
