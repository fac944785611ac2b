//! Validates and executes a query on a thread of its own instead of the worker that read it: a worker serves
//! hundreds of connections, and none of them should wait for one query. Executions are limited, shared fairly
//! between networks, and end at a deadline, whether or not the client is still connected.

use std::time::Duration;

use async_graphql::{Request, Response};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, Span};

use crate::http::graphql::SCHEMA;
use crate::http::graphql::authentication::GraphqlRequest;
use crate::http::graphql::limits::{InvalidQuery, parse_within_limits};

/// How long a query may take, including the wait for its permit.
const DEADLINE: Duration = Duration::from_secs(20);

/// Why an execution has no response.
pub(super) enum ExecutionError {
    /// The query is invalid.
    Invalid(InvalidQuery),
    /// The deadline passed.
    TimedOut,
    /// It failed.
    Failed,
}

/// Waits for a permit and executes the query.
pub(super) async fn execute(request: GraphqlRequest, query: Request) -> Result<Response, ExecutionError> {
    let app = request.call.app.clone();
    let until = Instant::now() + DEADLINE;
    let turn = timeout_at(until, app.queries.acquire(request.caller().network())).await;
    let turn = turn.map_err(|_| ExecutionError::TimedOut)?.map_err(|_| ExecutionError::Failed)?;
    let runtime = Handle::current();
    let span = Span::current();
    let work = spawn_blocking(move || {
        let response =
            runtime.block_on(timeout_at(until, check_and_execute(request, query)).instrument(span));
        drop(turn);
        response
    });
    match work.await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Err(ExecutionError::TimedOut),
        // A panic of the library ends its thread only; its message may repeat the query, so it is not logged.
        Err(_) => {
            tracing::error!("the execution of a GraphQL query panicked");
            Err(ExecutionError::Failed)
        }
    }
}

async fn check_and_execute(request: GraphqlRequest, mut query: Request) -> Result<Response, ExecutionError> {
    parse_within_limits(&mut query).map_err(ExecutionError::Invalid)?;
    // The schema is documented; introspection with a public token is useful to tools in development only.
    if !request.call.app.site.dev && !request.is_root() {
        query = query.disable_introspection();
    }
    Ok(SCHEMA.execute(query.data(request)).await)
}
