//! A proof of work in the ALTCHA protocol (version 2): the browser searches for a number whose derived key
//! begins with two zeros, about a second of work for every attempt. Nothing is stored until a solution
//! arrives. The expiry is in the signed data, because the library checks its own against the system clock.

use std::collections::BTreeMap;

use altcha::{CreateChallengeOptions, Payload, VerifySolutionOptions, create_challenge, verify_solution};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::captcha::store;
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::error::{CaptchaFault, Result};
use crate::types::secret::sha256_digest;
use crate::types::time::Timestamp;
use crate::{Context, Core};

/// How long a challenge may be solved, in seconds.
const CHALLENGE_TTL_SECONDS: i64 = 600;
/// Iterations of each attempt; with two hexadecimal zeros to find, 256 attempts on average.
const COST: u32 = 2000;
/// What the key must begin with, in hexadecimal digits.
const KEY_PREFIX: &str = "00";
/// The algorithm that browsers have built in.
const ALGORITHM: &str = "PBKDF2/SHA-256";
/// The field that holds our expiry of a challenge.
const EXPIRES_AT_KEY: &str = "end";

/// Creates a challenge in the format of the protocol.
pub fn issue_challenge(context: Context<'_>) -> Result<Value> {
    in_memory::limit_by_network(context, MemoryLimit::Captcha)?;
    let end = context.now().plus_seconds(CHALLENGE_TTL_SECONDS);
    let options = CreateChallengeOptions {
        algorithm: ALGORITHM.to_owned(),
        cost: COST,
        key_prefix: KEY_PREFIX.to_owned(),
        data: Some(BTreeMap::from([(EXPIRES_AT_KEY.to_owned(), json!(end.0))])),
        hmac_signature_secret: Some(context.core.keys.captcha_key()),
        ..CreateChallengeOptions::default()
    };
    let made = create_challenge(options).map_err(|error| anyhow::anyhow!("a challenge: {error}"))?;
    Ok(serde_json::to_value(made).map_err(anyhow::Error::from)?)
}

/// Whether this is a correct, unused solution of a challenge that we issued, as base64 of the protocol's
/// JSON.
pub(super) async fn verify(core: &Core, token: &str) -> Result<Result<(), CaptchaFault>> {
    let Some(payload) = decode_payload(token) else { return Ok(Err(CaptchaFault::Invalid)) };
    // The sender chooses how costly a challenge is to check, so only challenges that we signed are derived.
    let is_ours =
        payload.challenge.parameters.algorithm == ALGORITHM && payload.challenge.parameters.cost == COST;
    let is_right = is_ours && core.keys.captcha_keys().any(|key| is_solved(&payload, key));
    let end = payload
        .challenge
        .parameters
        .data
        .as_ref()
        .and_then(|data| data.get(EXPIRES_AT_KEY)?.as_i64())
        .map(Timestamp);
    let (Some(end), true) = (end, is_right) else { return Ok(Err(CaptchaFault::Invalid)) };
    if end <= core.now() {
        return Ok(Err(CaptchaFault::Expired));
    }
    let name = sha256_digest(payload.challenge.signature.as_deref().unwrap_or_default());
    let mut tx = core.store.write().await?;
    let is_first = store::take(&mut tx, &name, end).await?;
    tx.commit().await?;
    Ok(is_first.then_some(()).ok_or(CaptchaFault::Expired))
}

fn is_solved(payload: &Payload, key: String) -> bool {
    let options = VerifySolutionOptions::new(&payload.challenge, &payload.solution, key);
    verify_solution(options).is_ok_and(|result| result.verified)
}

fn decode_payload(token: &str) -> Option<Payload> {
    serde_json::from_slice(&STANDARD.decode(token).ok()?).ok()
}
