//! Activates settings that another instance changed. It polls one number every 400 milliseconds, because that
//! works the same on both databases, and a change must be active everywhere within a second.

use std::time::Duration;

use crate::app::{AppState, to_anyhow};
use rekey_core::snapshot;

/// The polling interval.
pub const POLL_INTERVAL: Duration = Duration::from_millis(400);

/// Activates changed settings; does nothing if there are none.
#[tracing::instrument(name = "reload_settings", skip_all)]
pub async fn reload_if_changed(app: &AppState) -> anyhow::Result<()> {
    if snapshot::have_changed(&app.core).await.map_err(to_anyhow)? {
        app.reload_settings().await?;
        tracing::info!("changed settings are active");
    }
    Ok(())
}
