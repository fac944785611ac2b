//! Signatures over the exact bytes of a body. Two kinds, so that receivers of either find theirs: `logto-signature-sha-256`, and Standard Webhooks,
//! which also signs id and time, so that an old delivery can't be played again. A key signs in both ways: the first takes its text, the second the
//! bytes that the text stands for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::model::hook::{Parcel, Target};
use crate::model::secret::{Chance, Secret};
use crate::model::time::Timestamp;

/// What Standard Webhooks puts in front of a key.
const PREFIX: &str = "whsec_";

/// Headers that are ours: what an operator sets can't replace them.
pub(super) const OURS: [&str; 4] =
    ["logto-signature-sha-256", "webhook-id", "webhook-timestamp", "webhook-signature"];

/// A new key.
pub(super) fn fresh_key(chance: &dyn Chance) -> Secret {
    let mut bytes = [0_u8; 32];
    chance.fill(&mut bytes);
    Secret::new(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// The request for this body, signed at this moment.
pub(super) fn parcel(target: &Target, id: &str, body: String, now: Timestamp) -> Parcel {
    let seconds = (now.0 / 1000).to_string();
    let signed = format!("{id}.{seconds}.{body}");
    let standard: Vec<String> = target.keys(now).map(|key| standard(key, &signed)).collect();
    let mut headers = vec![("content-type".to_owned(), Secret::from("application/json"))];
    for (name, value) in &target.headers {
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        headers.push((name.clone(), Secret::from(value.as_str())));
    }
    let plain = hex(&mac(target.key.expose().as_bytes(), body.as_bytes()));
    let ours = OURS.into_iter().zip([plain, id.to_owned(), seconds, standard.join(" ")]);
    headers.extend(ours.map(|(name, value)| (name.to_owned(), Secret::new(value))));
    Parcel { url: Secret::from(target.url.as_str()), headers, body }
}

fn standard(key: &Secret, signed: &str) -> String {
    let text = key.expose();
    let bytes = STANDARD.decode(text.strip_prefix(PREFIX).unwrap_or(text)).unwrap_or_default();
    format!("v1,{}", STANDARD.encode(mac(&bytes, signed.as_bytes())))
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    // A key of any length is one for HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{hex, mac, standard};
    use crate::model::secret::Secret;

    /// The example of the Standard Webhooks specification's reference libraries.
    #[test]
    fn a_standard_signature_is_that_of_the_reference() {
        let key = Secret::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
        assert_eq!(standard(&key, signed), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    /// RFC 4231, test case 2.
    #[test]
    fn a_plain_signature_is_lower_case_hex() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(&mac(b"Jefe", b"what do ya want for nothing?")), expected);
    }
}
