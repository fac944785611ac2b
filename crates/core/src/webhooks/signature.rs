//! Signatures over the exact bytes of a body, in two formats: `logto-signature-sha-256`, and Standard
//! Webhooks, which also signs the id and the time, so that an old delivery cannot be replayed. One key signs
//! both: the first uses its text, the second the bytes that the text encodes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::types::secret::{Rng, Secret};
use crate::types::time::Timestamp;
use crate::webhooks::webhook::{SignedRequest, WebhookTarget};

/// The prefix of a Standard Webhooks key.
const KEY_PREFIX: &str = "whsec_";

/// Our own headers, which an operator's headers cannot replace.
pub(super) const RESERVED_HEADERS: [&str; 4] =
    ["logto-signature-sha-256", "webhook-id", "webhook-timestamp", "webhook-signature"];

/// Generates a key.
pub(super) fn generate_key(rng: &dyn Rng) -> Secret {
    let mut bytes = [0_u8; 32];
    rng.fill(&mut bytes);
    Secret::new(format!("{KEY_PREFIX}{}", STANDARD.encode(bytes)))
}

/// The request with this body, signed at this time.
pub(super) fn sign_request(target: &WebhookTarget, id: &str, body: String, now: Timestamp) -> SignedRequest {
    let seconds = (now.0 / 1000).to_string();
    let signed = format!("{id}.{seconds}.{body}");
    let standard: Vec<String> = target.keys(now).map(|key| standard_signature(key, &signed)).collect();
    let mut headers = vec![("content-type".to_owned(), Secret::from("application/json"))];
    for (name, value) in &target.headers {
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        headers.push((name.clone(), Secret::from(value.as_str())));
    }
    let plain = hex::encode(hmac_sha256(target.key.expose().as_bytes(), body.as_bytes()));
    let ours = RESERVED_HEADERS.into_iter().zip([plain, id.to_owned(), seconds, standard.join(" ")]);
    headers.extend(ours.map(|(name, value)| (name.to_owned(), Secret::new(value))));
    SignedRequest { url: Secret::from(target.url.as_str()), headers, body }
}

fn standard_signature(key: &Secret, signed: &str) -> String {
    let text = key.expose();
    // A key of the bootstrap file may be any text; never an empty key, with which everybody can sign.
    let bytes = STANDARD.decode(text.strip_prefix(KEY_PREFIX).unwrap_or(text)).unwrap_or_default();
    let bytes = if bytes.is_empty() { text.as_bytes().to_vec() } else { bytes };
    format!("v1,{}", STANDARD.encode(hmac_sha256(&bytes, signed.as_bytes())))
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC accepts a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::{hmac_sha256, standard_signature};
    use crate::types::secret::Secret;

    /// The example of the Standard Webhooks specification's reference libraries.
    #[test]
    fn a_standard_signature_is_that_of_the_reference() {
        let key = Secret::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
        assert_eq!(standard_signature(&key, signed), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    /// RFC 4231, test case 2.
    #[test]
    fn a_plain_signature_is_lower_case_hex() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex::encode(hmac_sha256(b"Jefe", b"what do ya want for nothing?")), expected);
    }
}
