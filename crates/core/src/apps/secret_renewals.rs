//! Digests of client secrets that are renewed after the secret key changes. A digest can only be recomputed
//! from the secret, so each waits until its application authenticates.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::apps::secrets::AppSecret;
use crate::apps::store::{self, DigestReplacement};
use crate::types::error::Result;
use crate::{Core, settings};

/// Digests that replace those made by an older key, by application and name of the secret.
type Replacements = BTreeMap<(String, String), DigestReplacement>;

/// The digests of secrets that were just proved, under the newest key, until they are written. There is at
/// most one for each secret.
#[derive(Default)]
pub(crate) struct SecretRenewals(Mutex<Replacements>);

impl SecretRenewals {
    /// Queues the digest that replaces that of this secret.
    pub(super) fn push(&self, secret: &AppSecret, after: String) {
        let renewed = DigestReplacement { old: secret.digest.clone(), new: after };
        let name = (secret.app_id.clone(), secret.name.clone());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name, renewed);
    }

    fn take(&self) -> Replacements {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Saves the digests that wait; returns how many.
pub(crate) async fn save(core: &Core) -> Result<u64> {
    let proved = core.secret_renewals.take();
    if proved.is_empty() {
        return Ok(0);
    }
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let mut count = 0;
    for ((app_id, name), digests) in proved {
        let is_renewed =
            store::replace_secret_digest(&mut tx, &app_id, &name, &digests, core.keys.id()).await?;
        count += u64::from(is_renewed);
    }
    tx.commit().await?;
    Ok(count)
}
