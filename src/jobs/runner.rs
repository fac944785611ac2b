//! Starts and stops the jobs. Senders are woken by a new message and, for other instances' messages and for
//! retries, every `outbox.poll_ms`; the sweep runs every five minutes, and settings are polled continuously.
//! On stop, a delivery in progress is finished.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::AppState;
use crate::domain::oidc::signing_keys;
use crate::domain::settings::sealing;
use crate::domain::{maintenance, outbox};

use super::deliver_messages::deliver_all;
use super::delivery_timing::DeliveryTiming;
use super::reload_settings;
use super::send_back_channel_logouts::send_due;
use super::send_webhooks::DeliveryWorkers;

/// Concurrent deliveries; a slow mail server occupies only one of them.
const SENDER_COUNT: usize = 8;
/// How often due back-channel logouts are looked for.
const LOGOUT_POLL: Duration = Duration::from_secs(1);
/// How often data sealed with an older secret key is looked for.
const RESEAL_INTERVAL: Duration = Duration::from_secs(10);
/// How often expired rows are deleted: what anonymous callers write lives for minutes and should not be kept
/// for hours.
const SWEEP_INTERVAL: Duration = Duration::from_secs(300);

/// The running jobs.
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts every job on the current runtime.
pub fn start(app: &Arc<AppState>, poll: Duration) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    let pace = Arc::new(DeliveryTiming::default());
    let send = |_| tokio::spawn(run_sender(Arc::clone(app), Arc::clone(&pace), poll, stopped.clone()));
    let senders = (0..SENDER_COUNT).map(send);
    let mut tasks: Vec<_> = senders.collect();
    tasks.push(tokio::spawn(run_settings_reload(Arc::clone(app), stopped.clone())));
    tasks.push(tokio::spawn(run_logout_sender(Arc::clone(app), poll, stopped.clone())));
    tasks.push(tokio::spawn(run_webhook_sender(Arc::clone(app), poll, stopped.clone())));
    tasks.push(tokio::spawn(run_sweeper(Arc::clone(app), stopped.clone())));
    tasks.push(tokio::spawn(run_resealing(Arc::clone(app), stopped)));
    Jobs { stop, tasks }
}

impl Jobs {
    /// Asks every job to stop and waits until it has.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a job did not end well");
            }
        }
    }
}

async fn run_sender(
    app: Arc<AppState>,
    pace: Arc<DeliveryTiming>,
    poll: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    while !*stopped.borrow() {
        deliver_in_task(&app, &pace).await;
        tokio::select! {
            () = outbox::wait_for_message(&app.rekey) => {}
            () = tokio::time::sleep(poll) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Delivers in a separate task, so that a panic over one message ends neither this sender nor, one after the
/// other, all of them.
async fn deliver_in_task(app: &Arc<AppState>, pace: &Arc<DeliveryTiming>) {
    let app = Arc::clone(app);
    let pace = Arc::clone(pace);
    match tokio::spawn(async move { deliver_all(&app, &pace).await }).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::error!(?error, "the outbox can't be worked on"),
        Err(error) => tracing::error!(%error, "a delivery did not end well"),
    }
}

/// One sender is enough: an application that hangs delays the others by ten seconds, and nobody waits for
/// them.
async fn run_logout_sender(app: Arc<AppState>, poll: Duration, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        if let Err(error) = send_due(&app).await {
            tracing::error!(?error, "apps can't be told of sign-outs");
        }
        tokio::select! {
            () = tokio::time::sleep(poll.max(LOGOUT_POLL)) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn run_webhook_sender(app: Arc<AppState>, poll: Duration, mut stopped: watch::Receiver<bool>) {
    let mut lanes = DeliveryWorkers::default();
    while !*stopped.borrow() {
        lanes.start_idle(&app);
        tokio::select! {
            () = tokio::time::sleep(poll.max(LOGOUT_POLL)) => {}
            _ = stopped.changed() => {}
        }
    }
    lanes.join().await;
}

async fn run_settings_reload(app: Arc<AppState>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        if let Err(error) = reload_settings::reload_if_changed(&app).await {
            tracing::error!(?error, "changed settings can't be read; the previous ones stay active");
        }
        tokio::select! {
            () = tokio::time::sleep(reload_settings::POLL_INTERVAL) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn reseal_once(app: &AppState) {
    match sealing::reseal(&app.rekey).await {
        Ok(0) => {}
        Ok(count) => {
            tracing::info!(count, "what an older secret key sealed is sealed anew; see rekey check")
        }
        Err(error) => tracing::error!(?error, "what an older secret key sealed can't be sealed anew"),
    }
}

/// Reseals what an older secret key sealed; without an older key, or once nothing is left under one, there is
/// little to do.
async fn run_resealing(app: Arc<AppState>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        reseal_once(&app).await;
        tokio::select! {
            () = tokio::time::sleep(RESEAL_INTERVAL) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn run_sweeper(app: Arc<AppState>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        // A long sweep is aborted: what it did not finish is rolled back, and the next one continues.
        tokio::select! {
            () = run_maintenance(&app) => {}
            _ = stopped.changed() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP_INTERVAL) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn run_maintenance(app: &AppState) {
    if let Err(error) = maintenance::sweep(&app.rekey).await {
        tracing::error!(?error, "the sweep failed");
    }
    if let Err(error) = signing_keys::rotate_if_due(&app.rekey).await {
        tracing::error!(?error, "the keys that sign tokens can't be rotated");
    }
}
