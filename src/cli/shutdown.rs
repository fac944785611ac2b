//! Stops the server on SIGTERM or Ctrl-C: `/ready` says 503, new connections are taken for a while, then what
//! runs is finished. A second signal ends it at once.

use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{sleep, timeout};

use rekey_server::app::AppState;
use rekey_server::jobs::runner::Jobs;

/// The signals that stop the server.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("can't listen to signals");
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// Waits for a signal; whether it was SIGTERM, behind which there may be a load balancer.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            _ = self.terminate.recv() => true,
            _ = self.interrupt.recv() => false,
        }
    }
}

/// Serves until a signal, or until the server fails; then stops the jobs and closes the database.
pub(super) async fn serve_until_stopped(app: &AppState, public: Server, jobs: &Jobs) -> anyhow::Result<()> {
    let mut signals = StopSignals::listen()?;
    let handle = public.handle();
    tokio::pin!(public);
    let outcome = tokio::select! {
        outcome = &mut public => outcome,
        () = stop(app, &mut signals, handle, jobs) => public.await,
    };
    tokio::select! {
        () = jobs.stop(app.shutdown.remaining()) => {}
        _ = signals.wait() => {}
    }
    if timeout(app.shutdown.closing_time(), app.core.close()).await.is_err() {
        tracing::warn!("the database was not closed in time");
    }
    outcome.context("the server failed")
}

/// Waits for a signal and stops the public port; the jobs begin nothing from then on.
async fn stop(app: &AppState, signals: &mut StopSignals, handle: ServerHandle, jobs: &Jobs) {
    let is_terminated = signals.wait().await;
    app.shutdown.announce();
    tracing::info!("stopping: /ready says 503");
    let lame_duck = if is_terminated && !app.site.dev { app.shutdown.lame_duck() } else { Duration::ZERO };
    let is_repeated = tokio::select! {
        () = sleep(lame_duck) => false,
        _ = signals.wait() => true,
    };
    jobs.request_stop();
    app.shutdown.drain_within(if is_repeated { Duration::ZERO } else { app.shutdown.drain_time() });
    tokio::select! {
        () = handle.stop(!is_repeated) => {}
        _ = signals.wait() => {
            app.shutdown.drain_within(Duration::ZERO);
            handle.stop(false).await;
        }
    }
}
