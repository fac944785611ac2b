//! The settings as they are stored: one JSON document, with the names of the fields that the bootstrap file
//! sets.

use crate::model::error::Result;
use crate::model::settings::Settings;
use crate::model::time::Timestamp;
use crate::store::settings;
use crate::store::sql::Tx;

pub(in crate::domain) async fn load_stored(tx: &mut Tx) -> Result<(Settings, Vec<String>)> {
    let Some((document, managed)) = settings::document(tx).await? else {
        return Ok(Default::default());
    };
    let settings = serde_json::from_str(&document).map_err(anyhow::Error::from)?;
    Ok((settings, serde_json::from_str(&managed).map_err(anyhow::Error::from)?))
}

/// Saves the settings, and which fields the bootstrap file sets.
pub(in crate::domain) async fn save(
    tx: &mut Tx,
    settings: &Settings,
    managed: &[String],
    now: Timestamp,
) -> Result<()> {
    let document = serde_json::to_string(settings).map_err(anyhow::Error::from)?;
    let managed = serde_json::to_string(managed).map_err(anyhow::Error::from)?;
    Ok(settings::save(tx, &document, &managed, now).await?)
}
