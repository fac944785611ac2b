//! Settings that another instance changed, put in force here. The surprise: it asks for one number every 400 milliseconds instead
//! of being told, because that works alike on both databases and a change must be in force everywhere within a second.

use std::time::Duration;

use crate::app::{AppState, to_anyhow};
use crate::domain::settings;

/// Between two looks.
pub const POLL_INTERVAL: Duration = Duration::from_millis(400);

/// Puts what changed in force; does nothing when nothing did.
pub async fn reload_if_changed(app: &AppState) -> anyhow::Result<()> {
    if settings::have_changed(&app.rekey).await.map_err(to_anyhow)? {
        app.reload_settings().await?;
        tracing::info!("settings changed and are in force");
    }
    Ok(())
}
