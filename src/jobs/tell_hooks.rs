//! Tells hooks what happened. Each hook has lanes of its own, so that one which hangs holds up nobody else; within a hook each person's facts go one after
//! the other. What a hook answers beyond its status is kept for the operator to look at.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::app::App;
use crate::domain::webhooks::deliveries::{self, Claimed};
use crate::model::error::Result;

/// Deliveries of one hook on their way at once.
const LANES: usize = 4;

/// The lanes in which somebody is on the way.
#[derive(Default)]
pub struct Lanes(HashMap<(String, usize), JoinHandle<()>>);

impl Lanes {
    /// Sends somebody down every lane that is free.
    pub fn fill(&mut self, app: &Arc<App>) {
        self.0.retain(|_, lane| !lane.is_finished());
        for hook in app.rekey.live().hooks.iter().filter(|hook| hook.is_enabled) {
            for lane in 0..LANES {
                let (app, id) = (Arc::clone(app), hook.id.clone());
                self.0.entry((hook.id.clone(), lane)).or_insert_with(|| tokio::spawn(walk(app, id)));
            }
        }
    }

    /// Waits until nobody is on the way.
    pub async fn empty(self) {
        for lane in self.0.into_values() {
            if let Err(error) = lane.await {
                tracing::error!(%error, "a delivery to a hook did not end well");
            }
        }
    }
}

async fn walk(app: Arc<App>, hook: String) {
    if let Err(error) = tell_one(&app, &hook).await {
        tracing::error!(?error, hook.id = hook, "a hook can't be told");
    }
}

/// Tells this hook until it is nobody's turn; says how many tries were made.
pub async fn tell_one(app: &App, hook: &str) -> Result<u64> {
    let mut tries = 0;
    while let Some(claimed) = deliveries::claim(&app.rekey, hook).await? {
        tell(app, &claimed).await?;
        tries += 1;
    }
    Ok(tries)
}

async fn tell(app: &App, claimed: &Claimed) -> Result<()> {
    let private = app.rekey.live().settings.webhooks.allow_private_addresses;
    let heard = app.webhooks.post(&claimed.parcel, private).await;
    deliveries::ended(&app.rekey, claimed, heard).await
}
