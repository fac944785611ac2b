//! Maintenance on a timer: activates settings that another instance changed, re-encrypts what an older secret
//! key sealed, deletes expired rows and rotates the keys that sign tokens.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::{AppState, to_anyhow};
use crate::jobs::runner::pause;
use rekey_core::maintenance::{self, secret_key_rotation};
use rekey_core::oidc::signing_keys;
use rekey_core::snapshot;

/// How often one number is polled to see whether settings were changed: that works the same on both
/// databases, and a change must be active everywhere within a second.
const SETTINGS_POLL: Duration = Duration::from_millis(400);
/// How often data sealed with an older secret key is looked for.
const RESEAL_INTERVAL: Duration = Duration::from_secs(10);
/// How often expired rows are deleted: what anonymous callers write lives for minutes and should not be kept
/// for hours.
const SWEEP_INTERVAL: Duration = Duration::from_secs(300);

/// Activates changed settings; does nothing if there are none.
#[tracing::instrument(name = "reload_settings", skip_all)]
pub async fn reload_if_changed(app: &AppState) -> anyhow::Result<()> {
    if snapshot::have_changed(&app.core).await.map_err(to_anyhow)? {
        app.reload_settings().await?;
        tracing::info!("changed settings are active");
    }
    Ok(())
}

pub(super) async fn run_settings_reload(app: Arc<AppState>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = reload_if_changed(&app).await {
            tracing::error!(?error, "changed settings can't be read; the previous ones stay active");
        }
        pause(&stop, SETTINGS_POLL).await;
    }
}

/// Generates what the start did not wait for; does nothing if it is there.
pub async fn generate_missing_keys(app: &AppState) -> anyhow::Result<()> {
    signing_keys::ensure_slow(&app.core).await.map_err(to_anyhow)?;
    // Also when another instance has made them since this one read its snapshot.
    app.reload_settings().await
}

/// Generates the keys that are missing, once; tried again if that fails.
pub(super) async fn run_key_generation(app: Arc<AppState>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match generate_missing_keys(&app).await {
            Ok(()) => return,
            Err(error) => tracing::error!(?error, "the RSA key that signs ID tokens can't be made yet"),
        }
        pause(&stop, RESEAL_INTERVAL).await;
    }
}

async fn reseal_once(app: &AppState) {
    match secret_key_rotation::reseal(&app.core).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "re-encrypted rows of an older secret key; see rekey check"),
        Err(error) => tracing::error!(?error, "rows of an older secret key can't be re-encrypted"),
    }
}

/// Reseals what an older secret key sealed; without an older key, or once nothing is left under one, there is
/// little to do.
pub(super) async fn run_resealing(app: Arc<AppState>, stop: CancellationToken) {
    // What an aborted slice did not commit is rolled back.
    while stop.run_until_cancelled(reseal_once(&app)).await.is_some() {
        pause(&stop, RESEAL_INTERVAL).await;
    }
}

pub(super) async fn run_sweeper(app: Arc<AppState>, stop: CancellationToken) {
    // A long sweep is aborted: what it did not finish is rolled back, and the next one continues.
    while stop.run_until_cancelled(run_maintenance(&app)).await.is_some() {
        pause(&stop, SWEEP_INTERVAL).await;
    }
}

async fn run_maintenance(app: &AppState) {
    if let Err(error) = maintenance::sweep(&app.core).await {
        tracing::error!(?error, "expired rows can't be deleted");
    }
    if let Err(error) = signing_keys::rotate_if_due(&app.core).await {
        tracing::error!(?error, "the keys that sign tokens can't be rotated");
    }
}
