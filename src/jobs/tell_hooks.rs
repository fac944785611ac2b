//! Tells hooks what happened. Each hook has a few lanes of its own, so that one which hangs leaves room for the others; within a hook each person's facts go one after
//! the other. What a hook answers beyond its status is kept for the operator to look at.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::domain::webhooks::deliveries::{self, Claimed};
use crate::model::error::Result;

/// Deliveries of one hook on their way at once.
const LANES: usize = 4;

/// Deliveries on their way at once, of all hooks.
const AT_ONCE: usize = 10;

/// The lanes in which somebody is on the way.
pub struct Lanes {
    walking: HashMap<(String, usize), JoinHandle<()>>,
    room: Arc<Semaphore>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self { walking: HashMap::new(), room: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Lanes {
    /// Sends somebody down every lane that is free.
    pub fn fill(&mut self, app: &Arc<App>) {
        self.walking.retain(|_, lane| !lane.is_finished());
        for hook in app.rekey.live().hooks.iter().filter(|hook| hook.is_enabled) {
            for lane in 0..LANES {
                let (app, id, room) = (Arc::clone(app), hook.id.clone(), Arc::clone(&self.room));
                let lane = self.walking.entry((hook.id.clone(), lane));
                lane.or_insert_with(|| tokio::spawn(walk(app, id, room)));
            }
        }
    }

    /// Waits until nobody is on the way.
    pub async fn empty(self) {
        for lane in self.walking.into_values() {
            if let Err(error) = lane.await {
                tracing::error!(%error, "a delivery to a hook did not end well");
            }
        }
    }
}

/// There is room before a delivery is claimed: waiting with one in hand would use its lease up.
async fn walk(app: Arc<App>, hook: String, room: Arc<Semaphore>) {
    loop {
        let Ok(_place) = room.acquire().await else { return };
        match try_one(&app, &hook).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return tracing::error!(?error, hook.id = hook, "a hook can't be told"),
        }
    }
}

/// Tells this hook until it is nobody's turn; says how many tries were made.
pub async fn tell_one(app: &App, hook: &str) -> Result<u64> {
    let mut tries = 0;
    while try_one(app, hook).await? {
        tries += 1;
    }
    Ok(tries)
}

/// Makes the next try, when it is somebody's turn.
async fn try_one(app: &App, hook: &str) -> Result<bool> {
    let Some(claimed) = deliveries::claim(&app.rekey, hook).await? else { return Ok(false) };
    tell(app, &claimed).await?;
    Ok(true)
}

async fn tell(app: &App, claimed: &Claimed) -> Result<()> {
    let heard = app.webhooks.post(&claimed.parcel, app.reach_of_hooks()).await;
    deliveries::ended(&app.rekey, claimed, heard).await
}
