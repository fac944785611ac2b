//! A query is judged and executed on a thread of its own, not by the worker that read it: a worker serves hundreds of connections, and none of
//! them waits for somebody's query. Executions are bounded, shared fairly between networks, and end at a deadline, whether or not the
//! client is still there.

use std::time::Duration;

use async_graphql::{Request, Response};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, Span};

use super::authentication::GraphqlRequest;
use super::limits::{InvalidQuery, parse_within_limits};
use super::schema::SCHEMA;

/// How long a query may take, its turn included.
const DEADLINE: Duration = Duration::from_secs(20);

/// Why there is no answer of an execution.
pub(super) enum ExecutionError {
    /// It is not fit to be executed.
    Invalid(InvalidQuery),
    /// The deadline passed.
    TimedOut,
    /// It could not be executed.
    Failed,
}

/// Waits for a turn and executes.
pub(super) async fn execute(asker: GraphqlRequest, request: Request) -> Result<Response, ExecutionError> {
    let app = asker.call.app.clone();
    let until = Instant::now() + DEADLINE;
    let turn = timeout_at(until, app.queries.acquire(asker.caller().network())).await;
    let turn = turn.map_err(|_| ExecutionError::TimedOut)?.map_err(|_| ExecutionError::Failed)?;
    let (runtime, span) = (Handle::current(), Span::current());
    let work = spawn_blocking(move || {
        let response =
            runtime.block_on(timeout_at(until, check_and_execute(asker, request)).instrument(span));
        drop(turn);
        response
    });
    match work.await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Err(ExecutionError::TimedOut),
        // A panic of the library ends its thread and nothing else; what it says may repeat the query.
        Err(_) => {
            tracing::error!("the execution of a query ended before its time");
            Err(ExecutionError::Failed)
        }
    }
}

async fn check_and_execute(asker: GraphqlRequest, mut request: Request) -> Result<Response, ExecutionError> {
    parse_within_limits(&mut request).map_err(ExecutionError::Invalid)?;
    // What the schema is stands in the documentation; that anybody with a public token may ask for it helps tools in development alone.
    if !asker.call.app.site.dev && !asker.is_root() {
        request = request.disable_introspection();
    }
    Ok(SCHEMA.execute(request.data(asker)).await)
}
