//! Settings that another instance changed, put in force here. The surprise: it asks for one number every 400 milliseconds instead
//! of being told, because that works alike on both databases and a change must be in force everywhere within a second.

use std::time::Duration;

use crate::app::{App, plain};
use crate::domain::settings;

/// Between two looks.
pub const EVERY: Duration = Duration::from_millis(400);

/// Puts what changed in force; does nothing when nothing did.
pub async fn follow(app: &App) -> anyhow::Result<()> {
    if settings::have_changed(&app.rekey).await.map_err(plain)? {
        app.refresh().await?;
        tracing::info!("settings changed and are in force");
    }
    Ok(())
}
