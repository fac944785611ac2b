//! Starts the jobs and stops them. Senders wake at the bell of a new message and, as a fallback for other instances' messages and
//! for retries, every `outbox.poll_ms`; the sweeper every five minutes; settings are compared all the time. Stopping lets a delivery in progress finish.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::domain::oidc::keys;
use crate::domain::settings::sealing;
use crate::domain::{outbox, upkeep};

use super::deliver_messages::deliver_all;
use super::follow_settings;
use super::pace::Pace;
use super::tell_apps::tell_all;
use super::tell_hooks::Lanes;

/// Messages on their way at once; a slow mail server holds up only one of them.
const SENDERS: usize = 8;
/// Between two looks for apps that must hear of a sign-out.
const TELL: Duration = Duration::from_secs(1);
/// Between two looks for what an older secret key sealed.
const RENEW: Duration = Duration::from_secs(10);
/// Between two sweeps: what strangers write lives for minutes, so that it is not left lying about for hours.
const SWEEP: Duration = Duration::from_secs(300);

/// The running jobs.
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts every job on the current runtime.
pub fn start(app: &Arc<App>, poll: Duration) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    let pace = Arc::new(Pace::default());
    let send = |_| tokio::spawn(send(Arc::clone(app), Arc::clone(&pace), poll, stopped.clone()));
    let senders = (0..SENDERS).map(send);
    let mut tasks: Vec<_> = senders.collect();
    tasks.push(tokio::spawn(follow(Arc::clone(app), stopped.clone())));
    tasks.push(tokio::spawn(tell(Arc::clone(app), poll, stopped.clone())));
    tasks.push(tokio::spawn(tell_of_facts(Arc::clone(app), poll, stopped.clone())));
    tasks.push(tokio::spawn(sweep(Arc::clone(app), stopped.clone())));
    tasks.push(tokio::spawn(renew(Arc::clone(app), stopped)));
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

async fn send(app: Arc<App>, pace: Arc<Pace>, poll: Duration, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        deliver(&app, &pace).await;
        tokio::select! {
            () = outbox::rung(&app.rekey) => {}
            () = tokio::time::sleep(poll) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// In a task of its own, so that a panic over one message ends neither the sender nor, one after the other, all of them.
async fn deliver(app: &Arc<App>, pace: &Arc<Pace>) {
    let (app, pace) = (Arc::clone(app), Arc::clone(pace));
    match tokio::spawn(async move { deliver_all(&app, &pace).await }).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::error!(?error, "the outbox can't be worked on"),
        Err(error) => tracing::error!(%error, "a delivery did not end well"),
    }
}

/// One teller: an app that hangs holds up others for ten seconds, and nobody waits for any of them.
async fn tell(app: Arc<App>, poll: Duration, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        if let Err(error) = tell_all(&app).await {
            tracing::error!(?error, "apps can't be told of sign-outs");
        }
        tokio::select! {
            () = tokio::time::sleep(poll.max(TELL)) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn tell_of_facts(app: Arc<App>, poll: Duration, mut stopped: watch::Receiver<bool>) {
    let mut lanes = Lanes::default();
    while !*stopped.borrow() {
        lanes.fill(&app);
        tokio::select! {
            () = tokio::time::sleep(poll.max(TELL)) => {}
            _ = stopped.changed() => {}
        }
    }
    lanes.empty().await;
}

async fn follow(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        if let Err(error) = follow_settings::follow(&app).await {
            tracing::error!(?error, "changed settings can't be read; those before stay in force");
        }
        tokio::select! {
            () = tokio::time::sleep(follow_settings::EVERY) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn renew_once(app: &App) {
    match sealing::renew(&app.rekey).await {
        Ok(0) => {}
        Ok(count) => {
            tracing::info!(count, "what an older secret key sealed is sealed anew; see rekey check")
        }
        Err(error) => tracing::error!(?error, "what an older secret key sealed can't be sealed anew"),
    }
}

/// Seals anew what an older secret key sealed; without an older key, or once nothing was left under one, there is little to look for.
async fn renew(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        renew_once(&app).await;
        tokio::select! {
            () = tokio::time::sleep(RENEW) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn sweep(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        // A long sweep is left where it is: what it did not finish is rolled back, and the next one goes on.
        tokio::select! {
            () = keep_house(&app) => {}
            _ = stopped.changed() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn keep_house(app: &App) {
    if let Err(error) = upkeep::sweep(&app.rekey).await {
        tracing::error!(?error, "the sweep failed");
    }
    if let Err(error) = keys::rotate_if_due(&app.rekey).await {
        tracing::error!(?error, "the keys that sign tokens can't be rotated");
    }
}
