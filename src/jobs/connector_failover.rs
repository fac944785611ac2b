//! Hands one message to the connectors of its kind, one after the other: who fails for now hands over to the next, who refuses for
//! good ends it. It retries nothing. The surprise: whoever is asked gets an even share of the time that is left, so that the first
//! that hangs can't use up the turn of the others.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::connectors::Connector;
use crate::domain::metrics::Metrics;
use crate::domain::ports::SendError;
use crate::model::message::OutgoingMessage;

type SendResult = Result<(), SendError>;
/// The same message in the words of the connector with this id, where it has any.
type ConnectorRenderer<'a> = &'a (dyn Fn(&str) -> Option<OutgoingMessage> + Sync);

/// Has the message carried before this time is over, or says why the last connector did not. A connector may have words of its own for
/// it, which are not those of the next.
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
