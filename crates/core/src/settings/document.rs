//! The settings as they are stored: one JSON document, with the names of the fields that the bootstrap file
//! sets.

use crate::db::sql::Tx;
use crate::settings::{Settings, store};
use crate::types::error::Result;
use crate::types::time::Timestamp;

pub(crate) async fn load_stored(tx: &mut Tx) -> Result<(Settings, Vec<String>)> {
    let Some((document, managed)) = store::document(tx).await? else {
        return Ok(Default::default());
    };
    let settings = serde_json::from_str(&document).map_err(anyhow::Error::from)?;
    Ok((settings, serde_json::from_str(&managed).map_err(anyhow::Error::from)?))
}

/// Saves the settings, and which fields the bootstrap file sets.
pub(crate) async fn save(tx: &mut Tx, settings: &Settings, managed: &[String], now: Timestamp) -> Result<()> {
    let document = serde_json::to_string(settings).map_err(anyhow::Error::from)?;
    let managed = serde_json::to_string(managed).map_err(anyhow::Error::from)?;
    Ok(store::save(tx, &document, &managed, now).await?)
}
