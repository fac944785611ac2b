//! Takes messages from the outbox and sends them; what no connector accepts is retried. A decoy is
//! handled beside the sender, which continues at once, so that requests for unknown identifiers do not delay
//! real codes. Nothing here logs a message's content or recipient.

use std::hint::black_box;
use std::sync::Arc;

use tokio::time::{Duration, Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, Span};

use crate::app::AppState;
use crate::jobs::delivery_timing::DeliveryTiming;
use crate::jobs::send_message::{render, render_connector_template, render_message, send_with_failover};
use rekey_core::connectors::port::SendError;
use rekey_core::lockout::unfinished;
use rekey_core::messages::outbox::{self, ClaimOutcome, QueuedMessage};
use rekey_core::types::error::Result;
use rekey_core::verification;

/// The span of one delivery, which names the request that asked for the message. Its level is `error`, so
/// that a failure names it at every level.
fn delivery_span(queued: &QueuedMessage) -> Span {
    tracing::error_span!("deliver_message", outbox.id = queued.id.as_str(), request.id = queued.request_id())
}

/// Delivers until no message is due, and returns how many were handled. Decoys may still be in progress then.
pub async fn deliver_all(app: &Arc<AppState>, timing: &DeliveryTiming) -> Result<u64> {
    deliver_until(app, timing, &CancellationToken::new()).await
}

/// The same until the jobs are asked to stop: the message in progress is finished, and the others wait for the
/// next start or another instance.
pub(super) async fn deliver_until(
    app: &Arc<AppState>,
    timing: &DeliveryTiming,
    stop: &CancellationToken,
) -> Result<u64> {
    unfinished::settle(&app.core).await?;
    let mut handled = 0;
    while !stop.is_cancelled() {
        match outbox::claim(&app.core).await? {
            ClaimOutcome::Empty => return Ok(handled),
            ClaimOutcome::Discarded => {}
            ClaimOutcome::Deliver(queued) if queued.has_recipient() => {
                deliver(app, timing, &queued).instrument(delivery_span(&queued)).await?;
            }
            ClaimOutcome::Deliver(queued) => drop_decoy(app, timing, queued).await?,
        }
        handled += 1;
    }
    Ok(handled)
}

/// Start and end times are chosen the same way for real messages and decoys: a delivery slows the requests
/// that run at the same time, and a decoy that did nothing, or ended at once, would reveal that there is no
/// recipient (no_oracle).
fn choose_timing(app: &AppState, timing: &DeliveryTiming) -> (Instant, Duration) {
    let begins = Instant::now() + timing.start_delay(app.core.rng());
    (begins, timing.target_duration(app.core.rng()))
}

/// Finishes a decoy beside the sender. If too many are pending it ends at once, so that decoys cannot fill
/// the memory.
async fn drop_decoy(app: &Arc<AppState>, timing: &DeliveryTiming, queued: Box<QueuedMessage>) -> Result<()> {
    let (begins, lasts) = choose_timing(app, timing);
    let Some(place) = timing.acquire_decoy_slot() else {
        drop(black_box(render(app, &queued.envelope)));
        return verification::mark_dropped(&app.core, &queued).await;
    };
    let app = Arc::clone(app);
    let span = delivery_span(&queued);
    let work = async move {
        sleep_until(begins).await;
        // Rendering uses a CPU core for a moment, which concurrent requests could measure.
        drop(black_box(render(&app, &queued.envelope)));
        sleep_until(begins + lasts).await;
        tracing::debug!("a message without a recipient was dropped");
        if let Err(error) = verification::mark_dropped(&app.core, &queued).await {
            tracing::error!(?error, "a message without a recipient can't be dropped");
        }
        drop(place);
    };
    tokio::spawn(work.instrument(span));
    Ok(())
}

async fn deliver(app: &AppState, timing: &DeliveryTiming, queued: &QueuedMessage) -> Result<()> {
    let (begins, lasts) = choose_timing(app, timing);
    sleep_until(begins).await;
    let begun = Instant::now();
    let ending = begins + lasts;
    let outcome = attempt_delivery(app, queued).await;
    timing.record(begun.elapsed());
    sleep_until(ending).await;
    record_outcome(app, queued, outcome).await
}

async fn record_outcome(
    app: &AppState,
    queued: &QueuedMessage,
    outcome: std::result::Result<(), SendError>,
) -> Result<()> {
    log_outcome(&outcome);
    match outcome {
        Ok(()) => verification::mark_delivered(&app.core, queued).await,
        Err(SendError::Transient(_)) => outbox::schedule_retry(&app.core, queued).await,
        Err(SendError::Permanent(_)) => outbox::mark_failed(&app.core, queued).await,
    }
}

fn log_outcome(outcome: &std::result::Result<(), SendError>) {
    match outcome {
        Ok(()) => tracing::debug!("a message was delivered"),
        Err(error) => log_failure(error),
    }
}

fn log_failure(error: &SendError) {
    match error {
        SendError::Transient(reason) => {
            tracing::warn!(reason, "a message was not delivered and is retried");
        }
        SendError::Permanent(reason) => {
            tracing::error!(reason, "a message can't be delivered and is given up");
        }
    }
}

async fn attempt_delivery(app: &AppState, queued: &QueuedMessage) -> std::result::Result<(), SendError> {
    let dispatch = render_message(app, queued.id.as_str(), &queued.envelope)?;
    let in_own_words =
        |connector: &str| render_connector_template(app, &queued.envelope, &dispatch, connector);
    send_with_failover(&app.connectors(), &dispatch, &in_own_words, outbox::SEND_TIMEOUT, &app.core.metrics)
        .await
}
