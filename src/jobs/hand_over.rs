//! Hands one message to the connectors of its kind, one after the other: who fails for now hands over to the next, who refuses for
//! good ends it. It retries nothing. The surprise: whoever is asked gets an even share of the time that is left, so that the first
//! that hangs can't use up the turn of the others.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::connectors::Connector;
use crate::domain::metrics::Metrics;
use crate::domain::ports::CarryError;
use crate::model::message::Dispatch;

type Carried = Result<(), CarryError>;
/// The same message in the words of the connector with this id, where it has any.
type InOwnWords<'a> = &'a (dyn Fn(&str) -> Option<Dispatch> + Sync);

/// Has the message carried before this time is over, or says why the last connector did not. A connector may have words of its own for
/// it, which are not those of the next.
pub async fn hand_over(
    connectors: &[Connector],
    dispatch: &Dispatch,
    in_own_words: InOwnWords<'_>,
    patience: Duration,
    metrics: &Metrics,
) -> Carried {
    let until = Instant::now() + patience;
    let fitting: Vec<_> = connectors.iter().filter(|connector| connector.serves(&dispatch.to)).collect();
    let mut last = CarryError::Later("no connector for this kind of address".to_owned());
    for (connector, left) in fitting.iter().zip((1..=fitting.len()).rev()) {
        let share = until.saturating_duration_since(Instant::now()) / u32::try_from(left).unwrap_or(u32::MAX);
        let own = in_own_words(&connector.id);
        let carried = carry(connector, own.as_ref().unwrap_or(dispatch), share).await;
        metrics.connector_try(&connector.id, result(&carried));
        match carried {
            Err(CarryError::Later(reason)) => last = CarryError::Later(reason),
            done => return done,
        }
    }
    Err(last)
}

async fn carry(connector: &Connector, dispatch: &Dispatch, share: Duration) -> Carried {
    let late = || CarryError::Later("the connector took too long".to_owned());
    timeout(share, connector.carry(dispatch)).await.map_err(|_| late())?
}

const fn result(carried: &Carried) -> &'static str {
    match carried {
        Ok(()) => "sent",
        Err(CarryError::Later(_)) => "later",
        Err(CarryError::Never(_)) => "never",
    }
}
