//! Starts and stops the jobs. Senders are woken by a new message and, for other instances' messages and for
//! retries, every `outbox.poll_ms`; the sweep runs every five minutes, and settings are polled continuously.
//! On stop, deliveries in progress are finished, and no other is begun.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::AppState;
use crate::jobs::deliver_messages::deliver_until;
use crate::jobs::delivery_timing::DeliveryTiming;
use crate::jobs::maintenance::{run_key_generation, run_resealing, run_settings_reload, run_sweeper};
use crate::jobs::send_back_channel_logouts::run_logout_sender;
use crate::jobs::send_webhooks::DeliveryWorkers;
use rekey_core::messages::outbox;

/// Concurrent deliveries; a slow mail server occupies only one of them.
const SENDER_COUNT: usize = 8;
/// The shortest time between looking for due webhooks and back-channel logouts.
pub(super) const MIN_POLL: Duration = Duration::from_secs(1);
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
    let timing = Arc::new(DeliveryTiming::default());
    for _ in 0..SENDER_COUNT {
        jobs.spawn("send messages", run_sender(app(), Arc::clone(&timing), poll, stop()));
    }
    jobs.spawn("reload settings", run_settings_reload(app(), stop()));
    jobs.spawn("send back-channel logouts", run_logout_sender(app(), poll, stop()));
    jobs.spawn("send webhooks", run_webhook_sender(app(), poll, stop()));
    jobs.spawn("delete expired rows", run_sweeper(app(), stop()));
    jobs.spawn("generate RSA key", run_key_generation(app(), stop()));
    jobs.spawn("re-encrypt", run_resealing(app(), stop()));
    jobs
}

impl Jobs {
    /// Asks every job to stop.
    pub fn request_stop(&self) {
        self.stop.cancel();
    }

    /// Asks every job to stop and waits until it has, at most this long. What is in progress then is not
    /// recorded, and so it is repeated.
    pub async fn stop(&self, patience: Duration) {
        self.request_stop();
        self.tasks.close();
        if timeout(patience, self.tasks.wait()).await.is_err() {
            tracing::warn!("deliveries in progress were cut off; they are repeated");
        }
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

async fn run_sender(
    app: Arc<AppState>,
    timing: Arc<DeliveryTiming>,
    poll: Duration,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        deliver_in_task(&app, &timing, &stop).await;
        tokio::select! {
            () = outbox::wait_for_message(&app.core) => {}
            () = sleep(poll) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Delivers in a separate task, so that a panic over one message ends neither this sender nor, one after the
/// other, all of them.
async fn deliver_in_task(app: &Arc<AppState>, timing: &Arc<DeliveryTiming>, stop: &CancellationToken) {
    let app = Arc::clone(app);
    let timing = Arc::clone(timing);
    let stop = stop.clone();
    match tokio::spawn(async move { deliver_until(&app, &timing, &stop).await }).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::error!(?error, "messages can't be taken from the outbox"),
        Err(error) => tracing::error!(%error, "the delivery of a message panicked"),
    }
}

async fn run_webhook_sender(app: Arc<AppState>, poll: Duration, stop: CancellationToken) {
    let mut workers = DeliveryWorkers::until(stop.clone());
    while !stop.is_cancelled() {
        workers.start_idle(&app);
        pause(&stop, poll.max(MIN_POLL)).await;
    }
    workers.join().await;
}

/// Waits this long, or until the jobs are asked to stop.
pub(super) async fn pause(stop: &CancellationToken, time: Duration) {
    stop.run_until_cancelled(sleep(time)).await;
}
