//! Renders one message and tries the connectors of its kind in order: after a transient failure the next one
//! is tried, a permanent failure ends it. It does not retry. Each connector gets an equal share of the
//! remaining time, so that one that hangs does not use up the time of the others.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::app::AppState;
use rekey_adapters::connectors::Connector;
use rekey_core::connectors::port::SendError;
use rekey_core::messages::message::{AddressedMessage, Message, OutgoingMessage};
use rekey_core::metrics::Metrics;
use rekey_core::templates::{self, RenderedTemplate};
use rekey_core::types::identifier::address::Address;

type SendResult = Result<(), SendError>;
/// The message rendered with the templates of the connector with this id, if it has any.
type ConnectorRenderer<'a> = &'a (dyn Fn(&str) -> Option<OutgoingMessage> + Sync);

/// Sends the message within this time, or returns the last connector's error. A connector may have its own
/// templates, which are not used for the next one.
pub async fn send_with_failover(
    connectors: &[Connector],
    dispatch: &OutgoingMessage,
    in_own_words: ConnectorRenderer<'_>,
    patience: Duration,
    metrics: &Metrics,
) -> SendResult {
    let until = Instant::now() + patience;
    let fitting: Vec<_> = connectors.iter().filter(|connector| connector.handles(&dispatch.to)).collect();
    let mut last = SendError::Transient("no connector for this kind of address".to_owned());
    for (connector, left) in fitting.iter().zip((1..=fitting.len()).rev()) {
        let share = until.saturating_duration_since(Instant::now()) / u32::try_from(left).unwrap_or(u32::MAX);
        let own = in_own_words(&connector.id);
        let carried = send_within(connector, own.as_ref().unwrap_or(dispatch), share).await;
        metrics.count_connector_attempt(&connector.id, result_label(&carried));
        if let Err(error) = &carried {
            let reason = error.reason();
            tracing::warn!(connector.id = connector.id, reason, "a connector did not accept a message");
        }
        match carried {
            Err(SendError::Transient(reason)) => last = SendError::Transient(reason),
            done => return done,
        }
    }
    Err(last)
}

async fn send_within(connector: &Connector, dispatch: &OutgoingMessage, share: Duration) -> SendResult {
    let late = || SendError::Transient("the connector took too long".to_owned());
    timeout(share, connector.send(dispatch)).await.map_err(|_| late())?
}

const fn result_label(carried: &SendResult) -> &'static str {
    match carried {
        Ok(()) => "sent",
        Err(SendError::Transient(_)) => "later",
        Err(SendError::Permanent(_)) => "never",
    }
}

/// Renders the message for a connector; `id` is the same on every attempt.
pub fn render_message(
    app: &AppState,
    id: &str,
    envelope: &AddressedMessage,
) -> Result<OutgoingMessage, SendError> {
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
pub(super) fn render(
    app: &AppState,
    envelope: &AddressedMessage,
) -> Result<(RenderedTemplate, bool), SendError> {
    let brand = app.brand();
    if let Some(worded) = templates::render_custom(&app.core, &brand, envelope) {
        return Ok((worded, true));
    }
    let rendered = app.renderer.message(&app.catalog.current(), &brand, &app.site.origin, envelope);
    let rendered = rendered
        .map_err(|error| SendError::Permanent(format!("the message can't be rendered: {error:#}")))?;
    Ok((RenderedTemplate { rendered, reply_to: None, send_from: None }, false))
}

/// The message rendered with the connector's own templates; `None` if the operator has set templates or the
/// connector has none.
pub(super) fn render_connector_template(
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
