//! Tells hooks what happened. Each hook has a few lanes of its own, so that one which hangs leaves room for the others; within a hook each person's facts go one after
//! the other. What a hook answers beyond its status is kept for the operator to look at.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::app::AppState;
use crate::domain::webhooks::deliveries::{self, LeasedDelivery};
use crate::model::error::Result;

/// Deliveries of one hook on their way at once.
const WORKERS_PER_WEBHOOK: usize = 4;

/// Deliveries on their way at once, of all hooks.
const MAX_CONCURRENT_DELIVERIES: usize = 10;

/// The lanes in which somebody is on the way.
pub struct DeliveryWorkers {
    running: HashMap<(String, usize), JoinHandle<()>>,
    slots: Arc<Semaphore>,
}

impl Default for DeliveryWorkers {
    fn default() -> Self {
        Self { running: HashMap::new(), slots: Arc::new(Semaphore::new(MAX_CONCURRENT_DELIVERIES)) }
    }
}

impl DeliveryWorkers {
    /// Sends somebody down every lane that is free.
    pub fn start_idle(&mut self, app: &Arc<AppState>) {
        self.running.retain(|_, lane| !lane.is_finished());
        for hook in app.rekey.snapshot().webhooks.iter().filter(|hook| hook.is_enabled) {
            for lane in 0..WORKERS_PER_WEBHOOK {
                let (app, id, room) = (Arc::clone(app), hook.id.clone(), Arc::clone(&self.slots));
                let lane = self.running.entry((hook.id.clone(), lane));
                lane.or_insert_with(|| tokio::spawn(run_worker(app, id, room)));
            }
        }
    }

    /// Waits until nobody is on the way.
    pub async fn join(self) {
        for lane in self.running.into_values() {
            if let Err(error) = lane.await {
                tracing::error!(%error, "a delivery to a hook did not end well");
            }
        }
    }
}

/// There is room before a delivery is claimed: waiting with one in hand would use its lease up.
async fn run_worker(app: Arc<AppState>, hook: String, room: Arc<Semaphore>) {
    loop {
        let Ok(_place) = room.acquire().await else { return };
        match deliver_next(&app, &hook).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return tracing::error!(?error, hook.id = hook, "a hook can't be told"),
        }
    }
}

/// Tells this hook until it is nobody's turn; says how many tries were made.
pub async fn deliver_due(app: &AppState, hook: &str) -> Result<u64> {
    let mut tries = 0;
    while deliver_next(app, hook).await? {
        tries += 1;
    }
    Ok(tries)
}

/// Makes the next try, when it is somebody's turn.
async fn deliver_next(app: &AppState, hook: &str) -> Result<bool> {
    let Some(claimed) = deliveries::claim(&app.rekey, hook).await? else { return Ok(false) };
    deliver(app, &claimed).await?;
    Ok(true)
}

async fn deliver(app: &AppState, claimed: &LeasedDelivery) -> Result<()> {
    let heard = app.webhooks.post(&claimed.request, app.webhook_reach()).await;
    deliveries::record_attempt(&app.rekey, claimed, heard).await
}
