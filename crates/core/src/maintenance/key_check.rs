//! Whether the secret key is the one of the database. An instance with another key could read nothing that the
//! others wrote, so it does not start. A key that is lost is given up by a command, never by a start.

use anyhow::bail;

use crate::maintenance::sealed_store::SealedTable;
use crate::oidc::signing_keys;
use crate::types::error::{Error, Result};
use crate::{Core, maintenance};

/// The id of the one row.
const ID: &str = "secret_key";
/// What is sealed: only that it opens matters.
const PLAINTEXT: &[u8] = b"rekey";

/// The message for the operator.
const OTHER_KEY: &str = "secret_key: this database belongs to another key. Start with the key of the other instances, or add that key at \
    the end of the list. If it is lost, `rekey secret-key lost` gives up what only it could open";

/// Refuses a key that is not the one of the database; on the first start the key becomes the database's.
pub async fn verify(core: &Core) -> anyhow::Result<()> {
    if is_known(core).await.map_err(to_anyhow)?.is_none() {
        // Of instances that start together, the first sets it.
        insert(core).await.map_err(to_anyhow)?;
    }
    check(core).await
}

/// Refuses a key that is not the one of the database; changes nothing.
pub async fn check(core: &Core) -> anyhow::Result<()> {
    match is_known(core).await.map_err(to_anyhow)? {
        Some(false) => bail!(OTHER_KEY),
        _ => Ok(()),
    }
}

/// Makes the key of this process the database's. The keys that sign tokens are replaced at the next start; their
/// public parts stay published until what they signed has expired. An error when the key is the database's
/// already.
pub async fn replace(core: &Core) -> anyhow::Result<()> {
    if is_known(core).await.map_err(to_anyhow)? == Some(true) {
        bail!("nothing is lost: this secret key opens what is in the database");
    }
    let mut tx = core.store.write().await?;
    maintenance::store::delete_key_check(&mut tx, ID).await?;
    maintenance::store::insert_key_check(&mut tx, ID, &seal(core), core.now()).await?;
    signing_keys::retire_all(&mut tx, core.now()).await.map_err(to_anyhow)?;
    Ok(tx.commit().await?)
}

/// Whether the key is the database's; none when it has no key yet.
async fn is_known(core: &Core) -> Result<Option<bool>> {
    let sealed = maintenance::store::key_check(&mut core.store.read().await?, ID).await?;
    Ok(sealed.map(|sealed| core.keys.decrypt(&sealed, &context()).is_ok()))
}

async fn insert(core: &Core) -> Result<()> {
    let mut tx = core.store.write().await?;
    maintenance::store::insert_key_check(&mut tx, ID, &seal(core), core.now()).await?;
    Ok(tx.commit().await?)
}

fn seal(core: &Core) -> String {
    core.keys.seal(PLAINTEXT, &context(), core.rng())
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
