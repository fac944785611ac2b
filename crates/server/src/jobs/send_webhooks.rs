//! Sends webhooks. Each webhook has its own workers, so that one that hangs leaves room for the others;
//! within a webhook, events about the same user are sent in order. Only the status of a response is used; its
//! text is kept for the operator.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::AppState;
use rekey_core::types::error::Result;
use rekey_core::webhooks::attempts::{self, LeasedDelivery};

/// Concurrent deliveries of one webhook.
const WORKERS_PER_WEBHOOK: usize = 4;

/// Concurrent deliveries of all webhooks.
const MAX_CONCURRENT_DELIVERIES: usize = 10;

/// The running workers.
pub struct DeliveryWorkers {
    running: HashMap<(String, usize), JoinHandle<()>>,
    slots: Arc<Semaphore>,
    stop: CancellationToken,
}

impl Default for DeliveryWorkers {
    fn default() -> Self {
        Self::until(CancellationToken::new())
    }
}

impl DeliveryWorkers {
    /// Workers that begin no other delivery once they are asked to stop.
    pub(super) fn until(stop: CancellationToken) -> Self {
        Self { running: HashMap::new(), slots: Arc::new(Semaphore::new(MAX_CONCURRENT_DELIVERIES)), stop }
    }

    /// Starts every idle worker; it ends when nothing is due.
    pub fn start_idle(&mut self, app: &Arc<AppState>) {
        self.running.retain(|_, lane| !lane.is_finished());
        for webhook in app.core.snapshot().webhooks.iter().filter(|webhook| webhook.is_enabled) {
            for lane in 0..WORKERS_PER_WEBHOOK {
                let app = Arc::clone(app);
                let id = webhook.id.clone();
                let room = Arc::clone(&self.slots);
                let stop = self.stop.clone();
                let lane = self.running.entry((webhook.id.clone(), lane));
                lane.or_insert_with(|| tokio::spawn(run_worker(app, id, Turn { room, stop })));
            }
        }
    }

    /// Waits until every worker has finished.
    pub async fn join(self) {
        for lane in self.running.into_values() {
            if let Err(error) = lane.await {
                tracing::error!(%error, "the delivery of a webhook panicked");
            }
        }
    }
}

/// What a worker waits for before each delivery, and what ends it.
struct Turn {
    room: Arc<Semaphore>,
    stop: CancellationToken,
}

/// The permit is acquired before a delivery is claimed: waiting with a claimed one would use up its lease.
async fn run_worker(app: Arc<AppState>, webhook: String, turn: Turn) {
    while !turn.stop.is_cancelled() {
        let Some(Ok(_place)) = turn.stop.run_until_cancelled(turn.room.acquire()).await else { return };
        match deliver_next(&app, &webhook).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::error!(?error, webhook.id = webhook, "webhook deliveries can't be read or recorded");
                return;
            }
        }
    }
}

/// Delivers to this webhook until nothing is due, and returns the number of attempts.
pub async fn deliver_due(app: &AppState, webhook: &str) -> Result<u64> {
    let mut tries = 0;
    while deliver_next(app, webhook).await? {
        tries += 1;
    }
    Ok(tries)
}

/// Makes the next attempt, if one is due.
async fn deliver_next(app: &AppState, webhook: &str) -> Result<bool> {
    let Some(claimed) = attempts::claim(&app.core, webhook).await? else { return Ok(false) };
    deliver(app, &claimed).await?;
    Ok(true)
}

/// The level of the span is `error`, so that a failure names its request at every level.
#[tracing::instrument(
    name = "send_webhook",
    level = "error",
    skip_all,
    fields(webhook.id = claimed.webhook_id(), delivery.id = claimed.id(), request.id = claimed.request_id())
)]
async fn deliver(app: &AppState, claimed: &LeasedDelivery) -> Result<()> {
    let reach = app.webhook_reach(claimed.webhook_id(), claimed.request.url.expose());
    let response = app.webhooks.post(&claimed.request, reach).await;
    attempts::record_attempt(&app.core, claimed, response).await
}
