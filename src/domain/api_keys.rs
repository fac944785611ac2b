//! Keys with which machines ask, and whose they are. A key is a long random token: it is looked up by its digest, so how long that
//! takes tells nothing about it.

use crate::model::api_key::ApiKey;
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::secret::{Secret, digest};
use crate::store::api_keys;

use super::{Rekey, pace};

/// Makes the keys, or brings existing ones to what is given, all or nothing.
pub async fn ensure(rekey: &Rekey, keys: &[(ApiKey, Secret)]) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    for (key, token) in keys {
        api_keys::save(&mut tx, key, &digest(token.expose()), rekey.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// The key that this token belongs to. A network that keeps sending tokens of nobody's has to wait.
pub async fn by_token(rekey: &Rekey, caller: &Caller, token: &Secret) -> Result<Option<ApiKey>> {
    let mut tx = rekey.store.read().await?;
    let found = api_keys::by_token(&mut tx, &digest(token.expose())).await?;
    if found.is_none() {
        pace::admit_network(rekey, caller)?;
    }
    Ok(found)
}
