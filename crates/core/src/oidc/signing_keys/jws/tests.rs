//! Signatures can be verified with the published key and no other.

use serde_json::json;

use super::{Signer, base64url, generate, install_crypto_provider, read_header};
use crate::types::signing_alg::SigningAlg;

fn claims(issuer: &str) -> super::ClaimSet {
    json!({ "iss": issuer, "exp": 1, "sub": "ada" }).as_object().cloned().unwrap()
}

fn signer(alg: SigningAlg) -> Signer {
    install_crypto_provider();
    Signer::from_pkcs8(alg, &generate(alg).unwrap()).unwrap()
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
fn a_key_of_one_curve_does_not_check_the_other() {
    let long = signer(SigningAlg::ES384);
    let short = signer(SigningAlg::ES256);
    assert_eq!(short.verify(&long.sign("JWT", &claims("us")).unwrap(), "us"), None);
    assert!(long.jwk.get("d").is_none(), "the private part is never published");
    assert_eq!(format!("{short:?}"), format!("Signer({}, •••)", short.id));
}
