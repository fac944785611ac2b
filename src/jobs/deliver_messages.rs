//! Takes messages from the outbox, renders and sends them; what no connector accepts is retried. A decoy is
//! handled beside the sender, which continues at once, so that requests for unknown identifiers do not delay
//! real codes. Nothing here logs a message's content or recipient.

use std::hint::black_box;
use std::sync::Arc;

use tokio::time::{Duration, Instant, sleep_until};
use tracing::{Instrument as _, Span};

use crate::app::AppState;
use crate::jobs::connector_failover::send_with_failover;
use crate::jobs::delivery_timing::DeliveryTiming;
use crate::mail;
use rekey_core::connectors::port::SendError;
use rekey_core::lockout::unfinished;
use rekey_core::messages::message::{AddressedMessage, Message, OutgoingMessage};
use rekey_core::messages::outbox::{self, ClaimOutcome, QueuedMessage};
use rekey_core::templates::{self, RenderedTemplate};
use rekey_core::types::error::Result;
use rekey_core::types::identifier::address::Address;
use rekey_core::verification;

/// The span of one delivery, which names the request that asked for the message. Its level is `error`, so
/// that a failure names it at every level.
fn delivery_span(parcel: &QueuedMessage) -> Span {
    tracing::error_span!("deliver_message", outbox.id = parcel.id.as_str(), request.id = parcel.request_id())
}

/// Delivers until no message is due, and returns how many were handled. Decoys may still be in progress then.
pub async fn deliver_all(app: &Arc<AppState>, pace: &DeliveryTiming) -> Result<u64> {
    unfinished::settle(&app.core).await?;
    let mut handled = 0;
    loop {
        match outbox::claim(&app.core).await? {
            ClaimOutcome::Empty => return Ok(handled),
            ClaimOutcome::Discarded => {}
            ClaimOutcome::Deliver(parcel) if parcel.has_recipient() => {
                deliver(app, pace, &parcel).instrument(delivery_span(&parcel)).await?;
            }
            ClaimOutcome::Deliver(parcel) => drop_decoy(app, pace, parcel).await?,
        }
        handled += 1;
    }
}

/// Start and end times are chosen the same way for real messages and decoys: a delivery slows the requests
/// that run at the same time, and a decoy that did nothing, or ended at once, would reveal that there is no
/// recipient (no_oracle).
fn choose_timing(app: &AppState, pace: &DeliveryTiming) -> (Instant, Duration) {
    let begins = Instant::now() + pace.start_delay(app.core.rng());
    (begins, pace.target_duration(app.core.rng()))
}

/// Finishes a decoy beside the sender. If too many are pending it ends at once, so that decoys cannot fill
/// the memory.
async fn drop_decoy(app: &Arc<AppState>, pace: &DeliveryTiming, parcel: Box<QueuedMessage>) -> Result<()> {
    let (begins, lasts) = choose_timing(app, pace);
    let Some(place) = pace.acquire_decoy_slot() else {
        drop(black_box(render(app, &parcel.envelope)));
        return verification::mark_dropped(&app.core, &parcel).await;
    };
    let app = Arc::clone(app);
    let span = delivery_span(&parcel);
    let work = async move {
        sleep_until(begins).await;
        // Rendering uses a CPU core for a moment, which concurrent requests could measure.
        drop(black_box(render(&app, &parcel.envelope)));
        sleep_until(begins + lasts).await;
        tracing::debug!("a message without a recipient was dropped");
        if let Err(error) = verification::mark_dropped(&app.core, &parcel).await {
            tracing::error!(?error, "a message without a recipient can't be dropped");
        }
        drop(place);
    };
    tokio::spawn(work.instrument(span));
    Ok(())
}

async fn deliver(app: &AppState, pace: &DeliveryTiming, parcel: &QueuedMessage) -> Result<()> {
    let (begins, lasts) = choose_timing(app, pace);
    sleep_until(begins).await;
    let begun = Instant::now();
    let ending = begins + lasts;
    let outcome = attempt_delivery(app, parcel).await;
    pace.record(begun.elapsed());
    sleep_until(ending).await;
    record_outcome(app, parcel, outcome).await
}

async fn record_outcome(
    app: &AppState,
    parcel: &QueuedMessage,
    outcome: std::result::Result<(), SendError>,
) -> Result<()> {
    log_outcome(&outcome);
    match outcome {
        Ok(()) => verification::mark_delivered(&app.core, parcel).await,
        Err(SendError::Transient(_)) => outbox::schedule_retry(&app.core, parcel).await,
        Err(SendError::Permanent(_)) => outbox::mark_failed(&app.core, parcel).await,
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

async fn attempt_delivery(app: &AppState, parcel: &QueuedMessage) -> std::result::Result<(), SendError> {
    let dispatch = render_message(app, parcel.id.as_str(), &parcel.envelope)?;
    let in_own_words =
        |connector: &str| render_connector_template(app, &parcel.envelope, &dispatch, connector);
    send_with_failover(&app.connectors(), &dispatch, &in_own_words, outbox::SEND_TIMEOUT, &app.core.metrics)
        .await
}

/// The message rendered with the connector's own templates; `None` if the operator has set templates or the
/// connector has none.
fn render_connector_template(
    app: &AppState,
    envelope: &AddressedMessage,
    dispatch: &OutgoingMessage,
    connector: &str,
) -> Option<OutgoingMessage> {
    if dispatch.is_customized {
        return None;
    }
    let worded = templates::render_connector(&app.core, &app.brand(), envelope, connector)?;
    Some(dispatch.clone().with_rendered(worded.rendered, worded.reply_to))
}

/// Renders the message for a connector; `id` is the same on every attempt.
pub fn render_message(
    app: &AppState,
    id: &str,
    envelope: &AddressedMessage,
) -> std::result::Result<OutgoingMessage, SendError> {
    let (RenderedTemplate { rendered, reply_to, send_from }, is_worded) = render(app, envelope)?;
    let to =
        envelope.to.clone().ok_or_else(|| SendError::Permanent("the message has no recipient".to_owned()))?;
    let (code, link) = match &envelope.message {
        Message::RecoveryCode(recovery) => {
            let has_link = recovery.link_by_sms || matches!(to, Address::Email(_));
            (Some(recovery.code.clone()), has_link.then(|| recovery.link.clone()))
        }
        Message::SignIn(message)
        | Message::Register(message)
        | Message::Generic(message)
        | Message::Permission(message)
        | Message::NewAddress(message) => (Some(message.code.clone()), None),
        Message::AccountExists(_) | Message::UsernameChanged(_) | Message::AttemptsBlocked(_) => (None, None),
        Message::PasswordChanged(changed) => (None, Some(changed.not_me.clone())),
        Message::AddressChanged(changed) => (None, Some(changed.not_me.clone())),
    };
    Ok(OutgoingMessage {
        id: id.to_owned(),
        to,
        kind: envelope.message.kind(),
        code,
        link,
        locale: envelope.locale.clone(),
        app: envelope.message.app().map(str::to_owned),
        rendered,
        is_customized: is_worded,
        reply_to,
        send_from,
        sent_at: app.core.now(),
    })
}

/// Renders with the operator's templates or the built-in ones; also returns whether they are the operator's.
fn render(
    app: &AppState,
    envelope: &AddressedMessage,
) -> std::result::Result<(RenderedTemplate, bool), SendError> {
    let brand = app.brand();
    if let Some(worded) = templates::render_custom(&app.core, &brand, envelope) {
        return Ok((worded, true));
    }
    let rendered = mail::render(&app.catalog.current(), &brand, &app.site.origin, envelope);
    let rendered = rendered
        .map_err(|error| SendError::Permanent(format!("the message can't be rendered: {error:#}")))?;
    Ok((RenderedTemplate { rendered, reply_to: None, send_from: None }, false))
}
