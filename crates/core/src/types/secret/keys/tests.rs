//! What is sealed opens with the same secret key, row and purpose only; digests differ by purpose.

use super::Keys;
use crate::types::secret::SeededRng;

fn keys() -> Keys {
    Keys::derive(&[7; 64]).unwrap()
}

/// Values stored under these keys must stay readable in every version.
#[test]
fn keys_are_the_same_in_every_version() {
    let keys = keys();
    assert_eq!(keys.rate_limit_key("ada@example.com"), "XjQ4iu-supbVQPei2Ew1X3Yu8rIUJpAjzpC2GXdUr-A");
    assert_eq!(keys.code_digest("a", "123456"), "lkL26qpm8cZczicX2G5dMYCoDRxrvQ4uT4rU_GAfRNo");
    assert_eq!(keys.id(), "TNSLCRAnwtCm");
}

#[test]
fn every_use_has_its_own_key() {
    let key = keys().newest;
    assert_ne!(key.code_hmac, key.sealing);
    assert_ne!(key.code_hmac, key.subject);
    assert_ne!(key.cookie[..32], key.code_hmac);
    assert_ne!(Keys::derive(&[8; 64]).unwrap().cookie_key(), keys().cookie_key());
}

#[test]
fn code_digests_are_bound_to_their_code() {
    let keys = keys();
    assert_eq!(keys.code_digest("a", "123456"), keys.code_digest("a", "123456"));
    assert_ne!(keys.code_digest("a", "123456"), keys.code_digest("b", "123456"));
    assert_ne!(keys.code_digest("a1", "23456"), keys.code_digest("a", "123456"));
    assert_eq!(keys.code_digest("a", "123456").len(), 43);
    assert_ne!(keys.client_secret_digest("a", "b"), keys.client_secret_digest("b", "b"));
    assert_ne!(keys.client_secret_digest("a", "b"), keys.code_digest("a", "b"));
    assert_ne!(keys.rate_limit_key("ada@example.com"), keys.rate_limit_key("grace@example.com"));
}

#[test]
fn sealed_texts_open_only_where_they_belong() {
    let keys = keys();
    let rng = SeededRng::new(1);
    let sealed = keys.seal(b"123456", "outbox:1", &rng);
    assert_eq!(keys.decrypt(&sealed, "outbox:1").unwrap(), b"123456");
    assert_ne!(sealed, keys.seal(b"123456", "outbox:1", &rng));
    assert!(keys.decrypt(&sealed, "outbox:2").is_err());
    assert!(Keys::derive(&[8; 64]).unwrap().decrypt(&sealed, "outbox:1").is_err());
    assert!(keys.decrypt("AAAA", "outbox:1").is_err());
    assert!(keys.decrypt("not base64!", "outbox:1").is_err());
}

#[test]
fn an_older_key_opens_and_the_newest_seals() {
    let old = keys();
    let rng = SeededRng::new(1);
    let new = Keys::derive(&[8; 64]).unwrap().with_older_keys([&[7; 64]].into_iter()).unwrap();
    let sealed = old.seal(b"123456", "outbox:1", &rng);
    let opened = new.decrypt_with_age(&sealed, "outbox:1").unwrap();
    assert!(opened.used_older_key && opened.plaintext == b"123456");
    let again = new.seal(b"123456", "outbox:1", &rng);
    assert!(
        !new.decrypt_with_age(&again, "outbox:1").unwrap().used_older_key
            && old.decrypt(&again, "outbox:1").is_err()
    );
    assert!(new.matches_code("a", "123456", &old.code_digest("a", "123456")));
    assert!(!new.matches_code("a", "123457", &old.code_digest("a", "123456")));
    assert!(new.client_secret_digests("a", "b").contains(&old.client_secret_digest("a", "b")));
    assert_ne!(new.id(), old.id());
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", keys()), "Keys(•••)");
}
