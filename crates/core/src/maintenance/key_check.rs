//! Whether the secret key is the one of the database. An instance with another key could read nothing that the
//! others wrote, so it does not start. A key that is lost is given up by a command, never by a start.

use anyhow::bail;

use crate::db::Store;
use crate::maintenance::sealed_store::SealedTable;
use crate::oidc::signing_keys;
use crate::types::error::{Error, Result};
use crate::types::secret::Rng;
use crate::types::secret::keys::Keys;
use crate::types::time::Timestamp;
use crate::{Core, maintenance};

/// The id of the one row.
const ID: &str = "secret_key";
/// What is sealed: only that it opens matters.
const PLAINTEXT: &[u8] = b"rekey";

/// What the operator is told.
const OTHER_KEY: &str = "secret_key: this database belongs to another key. Start with the key of the other instances, or add that key at \
    the end of the list. If it is lost, `rekey secret-key lost` gives up what only it could open";

/// The keys to check, and what a new check is made with.
#[derive(Clone, Copy)]
pub struct KeyProof<'a> {
    /// The keys of this process.
    pub keys: &'a Keys,
    /// Randomness.
    pub rng: &'a dyn Rng,
    /// The current time.
    pub now: Timestamp,
}

/// Refuses a key that is not the one of the database; on the first start the key becomes the database's.
pub async fn verify(core: &Core) -> anyhow::Result<()> {
    let proof = KeyProof { keys: &core.keys, rng: core.rng(), now: core.now() };
    if is_known(&core.store, proof.keys).await.map_err(to_anyhow)?.is_none() {
        insert(&core.store, proof).await.map_err(to_anyhow)?;
    }
    check(&core.store, proof.keys).await
}

/// Refuses a key that is not the one of the database; changes nothing.
pub async fn check(store: &Store, keys: &Keys) -> anyhow::Result<()> {
    match is_known(store, keys).await.map_err(to_anyhow)? {
        Some(false) => bail!(OTHER_KEY),
        _ => Ok(()),
    }
}

/// Makes these keys the database's. The keys that sign tokens are replaced at the next start; their public
/// parts stay published until what they signed has expired. An error when the keys are the database's already.
pub async fn replace(store: &Store, proof: KeyProof<'_>) -> anyhow::Result<()> {
    if is_known(store, proof.keys).await.map_err(to_anyhow)? == Some(true) {
        bail!("nothing is lost: this secret key opens what is in the database");
    }
    let mut tx = store.write().await?;
    maintenance::store::delete_key_check(&mut tx, ID).await?;
    maintenance::store::insert_key_check(&mut tx, ID, &seal(proof), proof.now).await?;
    signing_keys::retire_all(&mut tx, proof.now).await.map_err(to_anyhow)?;
    Ok(tx.commit().await?)
}

/// Whether the keys are the database's; none when it has no key yet.
async fn is_known(store: &Store, keys: &Keys) -> Result<Option<bool>> {
    let sealed = maintenance::store::key_check(&mut store.read().await?, ID).await?;
    Ok(sealed.map(|sealed| keys.decrypt(&sealed, &context()).is_ok()))
}

/// Of instances that start together, the first sets it.
async fn insert(store: &Store, proof: KeyProof<'_>) -> Result<()> {
    let mut tx = store.write().await?;
    maintenance::store::insert_key_check(&mut tx, ID, &seal(proof), proof.now).await?;
    Ok(tx.commit().await?)
}

fn seal(proof: KeyProof<'_>) -> String {
    proof.keys.seal(PLAINTEXT, &context(), proof.rng)
}

fn context() -> String {
    SealedTable::KeyChecks.sealing_context(ID)
}

fn to_anyhow(error: Error) -> anyhow::Error {
    match error {
        Error::Failed(cause) => cause,
        Error::Refused(refusal) => anyhow::anyhow!("refused: {}", refusal.code()),
    }
}
