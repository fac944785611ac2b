//! The keys that sign tokens: generated on the first start, rotated by command and on schedule, with an
//! overlap on both sides. A new key is published an hour before it signs, and an old one until the last token
//! it signed has expired. No step activates a key: the newest one whose start time has passed signs.

pub mod jws;
mod key_ring;
pub mod rsa_keys;
pub mod store;
mod wait;

use std::sync::Arc;

use tokio::task::spawn_blocking;

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::oidc::signing_keys::jws::Signer;
use crate::oidc::signing_keys::store::SigningKeyRow;
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::types::signing_alg::SigningAlg;
use crate::types::time::Timestamp;
use crate::{Context, Core, audit, settings};

pub use crate::oidc::signing_keys::key_ring::KeyRing;
pub(crate) use crate::oidc::signing_keys::key_ring::load;
pub(in crate::oidc) use crate::oidc::signing_keys::wait::ensure_ready;
pub use crate::oidc::signing_keys::wait::wait_for_key;

/// How long a new key is published before it signs, in seconds: longer than any app caches the key set.
const LEAD_SECONDS: i64 = 3600;
/// How long an old key is published after its last use, in seconds: longer than any token it signed is valid,
/// including ID tokens as hints.
const TRAIL_SECONDS: i64 = 15 * 24 * 3600;
/// How long apps may cache the key set, in seconds.
pub const JWKS_TTL_SECONDS: i64 = 900;

/// A key as operators see it.
#[derive(Clone, Debug)]
pub struct KeyStatus {
    /// Its id, `kid` in tokens.
    pub id: String,
    /// Its algorithm.
    pub alg: String,
    /// When it starts to sign.
    pub signs_from: Timestamp,
    /// Until when it is published; none for the newest.
    pub retires_at: Option<Timestamp>,
}

fn sealing_context(id: &str) -> String {
    format!("signing-key:{id}")
}

/// Generates the first key on each curve, and replaces no key. A key that begins to sign later than this
/// instance's clock says counts: it is another instance's.
pub async fn ensure(core: &Core) -> Result<()> {
    ensure_where(core, |alg| !alg.is_slow_to_generate()).await
}

/// Generates the first keys that `ensure` left out, because they take up to seconds. Waiting tokens notice
/// when the snapshot is loaded again.
#[tracing::instrument(name = "generate_rsa_key", skip_all)]
pub async fn ensure_slow(core: &Core) -> Result<()> {
    ensure_where(core, SigningAlg::is_slow_to_generate).await
}

async fn ensure_where(core: &Core, is_wanted: fn(SigningAlg) -> bool) -> Result<()> {
    let mut tx = core.store.read().await?;
    let known = store::list(&mut tx, core.now()).await?;
    tx.rollback().await?;
    let missing =
        |known: &[SigningKeyRow]| missing_algs(known).filter(|alg| is_wanted(*alg)).collect::<Vec<_>>();
    let fresh = generate_all(core, &missing(&known)).await?;
    if fresh.is_empty() {
        return Ok(());
    }
    let mut tx = core.store.write().await?;
    // Two instances that start together wait for each other here, and the second finds the keys of the first.
    settings::store::lock(&mut tx).await?;
    let now = core.now();
    let still_missing = missing(&store::list(&mut tx, now).await?);
    for key in fresh.iter().filter(|key| still_missing.contains(&key.alg)) {
        insert_key(&mut tx, core, key, now).await?;
    }
    Ok(tx.commit().await?)
}

/// A private key that was generated and not stored yet.
struct FreshKey {
    alg: SigningAlg,
    pkcs8: Vec<u8>,
}

/// Generates keys, outside of any transaction.
async fn generate_all(core: &Core, algs: &[SigningAlg]) -> Result<Vec<FreshKey>> {
    let mut fresh = Vec::with_capacity(algs.len());
    for alg in algs.iter().copied() {
        let pkcs8 = match alg {
            SigningAlg::RS256 => {
                let source = Arc::clone(&core.rsa_keys);
                spawn_blocking(move || source.generate()).await.map_err(anyhow::Error::from)??
            }
            SigningAlg::ES384 | SigningAlg::ES256 => jws::generate_on_curve(alg)?,
        };
        fresh.push(FreshKey { alg, pkcs8 });
    }
    Ok(fresh)
}

/// The algorithms without a key that stays.
fn missing_algs(known: &[SigningKeyRow]) -> impl Iterator<Item = SigningAlg> {
    let stays =
        |alg: SigningAlg| known.iter().any(move |key| key.alg == alg.name() && key.retires_at.is_none());
    SigningAlg::ALL.into_iter().filter(move |alg| !stays(*alg))
}

/// Ends every key, because the secret key that sealed them is lost. Their public parts stay published until
/// what they signed has expired.
pub(crate) async fn retire_all(tx: &mut Tx, now: Timestamp) -> Result<()> {
    Ok(store::retire_all(tx, now.plus_seconds(TRAIL_SECONDS)).await?)
}

/// Generates a new key of each algorithm. It signs after the lead time, or at once when the old key can no
/// longer be trusted; then the old key is unpublished as well, and what it signed becomes invalid.
pub async fn rotate(core: &Core, at_once: bool) -> Result<()> {
    let fresh = generate_all(core, &SigningAlg::ALL).await?;
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    insert_rotated(&mut tx, core, &fresh, at_once).await?;
    Ok(tx.commit().await?)
}

/// Rotates when the newest keys are older than the setting allows; returns whether it did.
#[tracing::instrument(name = "rotate_signing_keys", skip_all)]
pub async fn rotate_if_due(core: &Core) -> Result<bool> {
    let days = i64::from(core.snapshot().settings.signing_keys.rotate_every_days);
    let since = core.now().plus_seconds(-days * 24 * 3600);
    let is_due = |rows: &[SigningKeyRow]| days > 0 && rows.iter().all(|key| key.signs_from <= since);
    let mut tx = core.store.read().await?;
    let worth_a_lock = is_due(&store::list(&mut tx, core.now()).await?);
    tx.rollback().await?;
    if !worth_a_lock {
        return Ok(false);
    }
    let fresh = generate_all(core, &SigningAlg::ALL).await?;
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    // Another instance may have rotated while this one waited.
    let is_due = is_due(&store::list(&mut tx, core.now()).await?);
    if is_due {
        insert_rotated(&mut tx, core, &fresh, false).await?;
        tx.commit().await?;
    }
    Ok(is_due)
}

async fn insert_rotated(tx: &mut Tx, core: &Core, fresh: &[FreshKey], at_once: bool) -> Result<()> {
    let now = core.now();
    let signs_from = if at_once { now } else { now.plus_seconds(LEAD_SECONDS) };
    let retires_at = if at_once { now } else { signs_from.plus_seconds(TRAIL_SECONDS) };
    for key in fresh {
        let id = insert_key(tx, core, key, signs_from).await?;
        store::mark_retiring(tx, key.alg.name(), &id, retires_at).await?;
    }
    audit::record(tx, Context::new(core, &Caller::default()), &Event::success(EventKind::KeyRotation, None))
        .await
}

/// The published keys, newest last.
pub async fn list(core: &Core) -> Result<Vec<KeyStatus>> {
    let mut tx = core.store.read().await?;
    let rows = store::list(&mut tx, core.now()).await?;
    let to_status = |row: SigningKeyRow| KeyStatus {
        id: row.id,
        alg: row.alg,
        signs_from: row.signs_from,
        retires_at: row.retires_at,
    };
    Ok(rows.into_iter().map(to_status).collect())
}

async fn insert_key(tx: &mut Tx, core: &Core, fresh: &FreshKey, signs_from: Timestamp) -> Result<String> {
    let key = Signer::from_pkcs8(fresh.alg, &fresh.pkcs8)?;
    let row = SigningKeyRow {
        sealed: core.keys.seal(&fresh.pkcs8, &sealing_context(&key.id), core.rng()),
        id: key.id,
        alg: fresh.alg.name().to_owned(),
        public_key: key.jwk.to_string(),
        signs_from,
        retires_at: None,
        created_at: core.now(),
    };
    store::insert(tx, &row).await?;
    Ok(row.id)
}
