//! Password digests of other systems: each signs in, and is rehashed afterwards.

use base64::Engine as _;
use serde_json::{Value, json};

use super::{body, call, create, path, sign_in_status, start_with_keys, status_and_code};
use crate::support::db_dump;

/// `a first password` as others hash it.
const PASSWORD: &str = "a first password";

fn sha256(text: &str) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}

fn argon(kind: argon2::Algorithm) -> String {
    let params = argon2::Params::new(64, 1, 1, None).unwrap();
    let mut out = [0; 32];
    let argon = argon2::Argon2::new(kind, argon2::Version::V0x13, params);
    argon.hash_password_into(PASSWORD.as_bytes(), b"salt of sixteen.", &mut out).unwrap();
    let base64 = |bytes: &[u8]| base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes);
    format!("${}$v=19$m=64,t=1,p=1${}${}", kind.as_str(), base64(b"salt of sixteen."), base64(&out))
}

fn all_digests() -> Vec<(&'static str, String)> {
    let sha1 =
        hex::encode(ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, PASSWORD.as_bytes()));
    let legacy = json!(["sha256", ["salt-", "@", "-pepper"], sha256(&format!("salt-{PASSWORD}-pepper"))]);
    vec![
        ("Argon2i", argon(argon2::Algorithm::Argon2i)),
        ("Argon2id", argon(argon2::Algorithm::Argon2id)),
        ("Argon2d", argon(argon2::Algorithm::Argon2d)),
        ("SHA1", sha1),
        ("SHA256", sha256(PASSWORD).to_uppercase()),
        ("MD5", hex::encode(<md5::Md5 as md5::Digest>::digest(PASSWORD))),
        ("Bcrypt", bcrypt::hash(PASSWORD, 4).unwrap()),
        ("Legacy", legacy.to_string()),
    ]
}

#[tokio::test]
async fn each_foreign_digest_signs_in_and_is_rehashed() {
    let app = start_with_keys(json!({})).await;
    for (algorithm, digest) in all_digests() {
        let email = format!("{algorithm}@example.org");
        let input =
            json!({ "primaryEmail": email, "passwordDigest": digest, "passwordAlgorithm": algorithm });
        let user = create(&app, input).await;
        assert_eq!(sign_in_status(&app, &email, "not this one").await, 422, "{algorithm}");
        let stored = async || {
            let page = call(&app, "GET", &path(&user, "?includePasswordHash=true"), Value::Null).await;
            body(&page)["passwordDigest"].as_str().unwrap().to_owned()
        };
        let before = stored().await;
        assert_eq!(sign_in_status(&app, &email, PASSWORD).await, 303, "{algorithm}");
        let after = stored().await;
        assert!(after.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{algorithm}: {after}");
        assert_eq!(before == after, algorithm == "Argon2id", "what is of today's making stays");
        assert_eq!(sign_in_status(&app, &email, PASSWORD).await, 303, "{algorithm}");
        assert_eq!(stored().await, after, "hashed anew only once");
    }
}

#[tokio::test]
async fn a_fast_digest_is_wrapped_at_import() {
    let app = start_with_keys(json!({})).await;
    for (algorithm, digest) in all_digests() {
        let fast = ["SHA1", "SHA256", "MD5", "Legacy"].contains(&algorithm);
        create(
            &app,
            json!({ "username": algorithm, "passwordDigest": digest, "passwordAlgorithm": algorithm }),
        )
        .await;
        let rows = format!("{:?}", db_dump::all(&app).await).to_lowercase();
        let bare = digest.split('"').rev().nth(1).unwrap_or(&digest).to_lowercase();
        assert_eq!(rows.contains(&bare), !fast, "{algorithm}");
    }
}

#[tokio::test]
async fn an_invalid_digest_is_refused() {
    let app = start_with_keys(json!({})).await;
    let argon = argon(argon2::Algorithm::Argon2id);
    for (algorithm, digest) in [
        ("Argon2i", argon.as_str()),
        ("Argon2id", "$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdA"),
        ("Bcrypt", argon.as_str()),
        ("Bcrypt", "$2b$31$abcdefghijklmnopqrstuuO5v7Y1Q2Hn4t5u6v7w8x9y0z1A2B3C4"),
        ("MD5", "5f4dcc3b5aa765d61d8327deb882cf9"),
        ("SHA1", "5f4dcc3b5aa765d61d8327deb882cf99"),
        ("SHA256", "zz884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"),
        (
            "Legacy",
            "[\"sha256\",[\"salt\"],\"5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8\"]",
        ),
        ("Legacy", "[\"whirlpool\",[\"@\"],\"5e884898\"]"),
        ("Legacy", "sha256"),
    ] {
        let page = call(
            &app,
            "POST",
            "/api/users",
            json!({ "passwordDigest": digest, "passwordAlgorithm": algorithm }),
        )
        .await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{algorithm} {digest}");
        assert!(
            body(&page)["details"].as_str().unwrap().starts_with("passwordDigest: expected"),
            "{}",
            page.html
        );
    }
}

#[tokio::test]
async fn a_digest_needs_its_algorithm_and_excludes_a_password() {
    let (app, argon) = (start_with_keys(json!({})).await, argon(argon2::Algorithm::Argon2id));
    let both = json!({ "password": "x", "passwordDigest": argon, "passwordAlgorithm": "Argon2id" });
    assert_eq!(
        status_and_code(&call(&app, "POST", "/api/users", both).await),
        (400, "user.password_and_digest".to_owned())
    );
    let nameless = json!({ "passwordDigest": argon });
    assert_eq!(
        status_and_code(&call(&app, "POST", "/api/users", nameless).await),
        (400, "user.password_algorithm_required".to_owned())
    );
}
