//! Tries to send one message with the connectors of its kind in order: after a transient failure the next one
//! is tried, a permanent failure ends it. It does not retry. Each connector gets an equal share of the
//! remaining time, so that one that hangs does not use up the time of the others.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::connectors::Connector;
use rekey_core::connectors::port::SendError;
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::metrics::Metrics;

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
