//! The apps of this row and the people who are sent by them, as a bootstrap file, and what they ask in bytes.
//! A machine proves itself with a secret; the shop keeps none, so its people's codes are bound to it by PKCE
//! and its refresh tokens are replaced each time.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::form_urlencoded::Serializer;

use crate::browser::{ip, post};
use crate::hashing;
use crate::people::{PASSWORD, phone};

/// Where tokens are given.
pub const TOKEN: &str = "/oidc/token";
/// Where the shop takes its people back.
const BACK: &str = "http://localhost:4000/callback";
/// What the shop proves a code with.
const VERIFIER: &str = "a-verifier-of-forty-three-letters-or-somewhat-more";
/// The machine's secret.
const SECRET: &str = "a secret of the machine that nobody guesses";

/// Everything that the server is to know, people at the first `count` places among it.
pub fn bootstrap(count: usize) -> anyhow::Result<Value> {
    let digest = hashing::digest(PASSWORD)?;
    let user = |number| {
        json!({ "id": format!("b{number:011}"), "primaryPhone": phone(number), "passwordDigest": digest, "passwordAlgorithm": "Argon2id",
                "name": format!("Person {number}") })
    };
    Ok(json!({
        "users": (0..count).map(user).collect::<Vec<Value>>(),
        "applications": [
            shop(),
            { "id": "machine", "name": "The machine", "type": "MachineToMachine", "secret": SECRET, "managementApi": true },
        ],
    }))
}

/// The app that keeps no secret.
pub fn shop() -> Value {
    json!({ "id": "shop", "name": "The shop", "type": "SPA", "redirectUris": [BACK] })
}

/// The machine asks for a token of its own.
pub fn client_credentials(resource: Option<&str>) -> String {
    let proof = STANDARD.encode(format!("machine:{}", encoded(SECRET)));
    let mut fields = vec![("grant_type", "client_credentials")];
    fields.extend(resource.into_iter().flat_map(|resource| [("resource", resource), ("scope", "all")]));
    post(TOKEN, &ip(0), &format!("authorization: Basic {proof}\r\n"), &form(&fields))
}

/// Where the shop sends somebody.
pub fn authorize() -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let query = form(&[
        ("client_id", "shop"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid profile offline_access"),
        ("state", "a-state-of-the-shop"),
        ("nonce", "a-nonce-of-the-shop"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    format!("/oidc/auth?{query}")
}

/// The shop exchanges a code.
pub fn exchange(code: &str, ip: &str) -> String {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "shop"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    post(TOKEN, ip, "", &form(&fields))
}

/// The shop exchanges a refresh token.
pub fn refresh(token: &str, ip: &str) -> String {
    let fields = [("grant_type", "refresh_token"), ("client_id", "shop"), ("refresh_token", token)];
    post(TOKEN, ip, "", &form(&fields))
}

fn form(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
