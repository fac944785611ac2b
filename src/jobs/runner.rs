//! Starts and stops the jobs. Senders are woken by a new message and, for other instances' messages and for
//! retries, every `outbox.poll_ms`; the sweep runs every five minutes, and settings are polled continuously.
//! On stop, a delivery in progress is finished.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::AppState;
use crate::jobs::deliver_messages::deliver_all;
use crate::jobs::delivery_timing::DeliveryTiming;
use crate::jobs::reload_settings;
use crate::jobs::send_back_channel_logouts::send_due;
use crate::jobs::send_webhooks::DeliveryWorkers;
use rekey_core::maintenance::{self, secret_key_rotation};
use rekey_core::messages::outbox;
use rekey_core::oidc::signing_keys;

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
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Starts every job on the current runtime.
pub fn start(app: &Arc<AppState>, poll: Duration) -> Jobs {
    let jobs = Jobs { stop: CancellationToken::new(), tasks: TaskTracker::new() };
    let app = || Arc::clone(app);
    let stop = || jobs.stop.clone();
    let pace = Arc::new(DeliveryTiming::default());
    for _ in 0..SENDER_COUNT {
        jobs.spawn("send messages", run_sender(app(), Arc::clone(&pace), poll, stop()));
    }
    jobs.spawn("reload settings", run_settings_reload(app(), stop()));
    jobs.spawn("send back-channel logouts", run_logout_sender(app(), poll, stop()));
    jobs.spawn("send webhooks", run_webhook_sender(app(), poll, stop()));
    jobs.spawn("delete expired rows", run_sweeper(app(), stop()));
    jobs.spawn("re-encrypt", run_resealing(app(), stop()));
    jobs
}

impl Jobs {
    /// Asks every job to stop and waits until it has.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Runs a job until it is asked to stop; that it panicked is logged at once.
    fn spawn(&self, name: &'static str, job: impl Future<Output = ()> + Send + 'static) {
        let job = tokio::spawn(job);
        self.tasks.spawn(async move {
            if let Err(error) = job.await {
                tracing::error!(job = name, %error, "a job panicked and does not run any more");
            }
        });
    }
}

async fn run_sender(app: Arc<AppState>, pace: Arc<DeliveryTiming>, poll: Duration, stop: CancellationToken) {
    while !stop.is_cancelled() {
        deliver_in_task(&app, &pace).await;
        tokio::select! {
            () = outbox::wait_for_message(&app.core) => {}
            () = sleep(poll) => {}
            () = stop.cancelled() => {}
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
        Ok(Err(error)) => tracing::error!(?error, "messages can't be taken from the outbox"),
        Err(error) => tracing::error!(%error, "the delivery of a message panicked"),
    }
}

/// One sender is enough: an application that hangs delays the others by ten seconds, and nobody waits for
/// them.
async fn run_logout_sender(app: Arc<AppState>, poll: Duration, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = send_due(&app).await {
            tracing::error!(?error, "back-channel logouts can't be read or recorded");
        }
        pause(&stop, poll.max(LOGOUT_POLL)).await;
    }
}

async fn run_webhook_sender(app: Arc<AppState>, poll: Duration, stop: CancellationToken) {
    let mut workers = DeliveryWorkers::default();
    while !stop.is_cancelled() {
        workers.start_idle(&app);
        pause(&stop, poll.max(LOGOUT_POLL)).await;
    }
    workers.join().await;
}

async fn run_settings_reload(app: Arc<AppState>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = reload_settings::reload_if_changed(&app).await {
            tracing::error!(?error, "changed settings can't be read; the previous ones stay active");
        }
        pause(&stop, reload_settings::POLL_INTERVAL).await;
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
async fn run_resealing(app: Arc<AppState>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        reseal_once(&app).await;
        pause(&stop, RESEAL_INTERVAL).await;
    }
}

async fn run_sweeper(app: Arc<AppState>, stop: CancellationToken) {
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

/// Waits this long, or until the jobs are asked to stop.
async fn pause(stop: &CancellationToken, time: Duration) {
    stop.run_until_cancelled(sleep(time)).await;
}
