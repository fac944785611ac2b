//! Time limits for a request's body: a total grace period and a minimum rate after it, so that a client that
//! sends a byte now and then cannot hold a connection for as long as it likes. A body that the handler leaves
//! unread ends the connection.

use std::cell::{Cell, RefCell};
use std::future::Future as _;
use std::io::{Error as IoError, ErrorKind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use futures_core::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use rekey_adapters::config::Connections;

/// The minimum rate in bytes per second after the grace period.
const MIN_RATE: u64 = 1024;

/// The outermost middleware: wraps the body so that reading it fails when it is late.
pub(super) async fn limit_body(
    limits: Connections,
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (_, payload) = request.parts_mut();
    if matches!(payload, Payload::None) {
        return next.call(request).await;
    }
    let arrival =
        Rc::new(SharedBody { payload: RefCell::new(payload.take()), stage: Cell::new(BodyStage::Receiving) });
    *payload = Payload::Stream { payload: Box::pin(TimedBody::new(Rc::clone(&arrival), limits)) };
    let mut response = next.call(request).await?;
    match arrival.stage.get() {
        BodyStage::Complete => return Ok(response),
        BodyStage::TimedOut => *response.response_mut().status_mut() = StatusCode::REQUEST_TIMEOUT,
        BodyStage::Receiving => {}
    }
    response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    Ok(response.map_body(|_, body| BoxBody::new(PendingBody { body, _arrival: arrival })))
}

/// The body being received.
struct SharedBody {
    payload: RefCell<Payload>,
    stage: Cell<BodyStage>,
}

/// The progress of a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BodyStage {
    /// More may follow.
    Receiving,
    /// It is complete.
    Complete,
    /// It took too long.
    TimedOut,
}

/// A body with a time limit.
struct TimedBody {
    arrival: Rc<SharedBody>,
    limits: Connections,
    begun: Instant,
    received: u64,
    timer: Pin<Box<Sleep>>,
}

impl TimedBody {
    fn new(arrival: Rc<SharedBody>, limits: Connections) -> Self {
        let begun = Instant::now();
        let timer = Box::pin(sleep_until(begun + allowance(&limits, 0)));
        Self { arrival, limits, begun, received: 0, timer }
    }

    fn timeout_error(&self) -> Option<Result<Bytes, PayloadError>> {
        self.arrival.stage.set(BodyStage::TimedOut);
        Some(Err(PayloadError::Io(IoError::from(ErrorKind::TimedOut))))
    }
}

/// How long receiving this many bytes may take.
fn allowance(limits: &Connections, received: u64) -> Duration {
    let at_rate = received.saturating_mul(1000) / MIN_RATE;
    Duration::from_millis(limits.body_grace_ms.saturating_add(at_rate).min(limits.body_timeout_ms))
}

impl Stream for TimedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.arrival.stage.get() == BodyStage::TimedOut {
            return Poll::Ready(None);
        }
        let arrived = Pin::new(&mut *this.arrival.payload.borrow_mut()).poll_next(context);
        match arrived {
            Poll::Pending => this.timer.as_mut().poll(context).map(|()| this.timeout_error()),
            Poll::Ready(Some(Ok(bytes))) => {
                this.received = this.received.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                let end = this.begun + allowance(&this.limits, this.received);
                if Instant::now() > end {
                    return Poll::Ready(this.timeout_error());
                }
                this.timer.as_mut().reset(end);
                Poll::Ready(Some(Ok(bytes)))
            }
            Poll::Ready(None) => {
                this.arrival.stage.set(BodyStage::Complete);
                Poll::Ready(None)
            }
            Poll::Ready(failed) => Poll::Ready(failed),
        }
    }
}

/// A response that keeps the rest of the request's body until it is sent. The server would read on for a
/// dropped body, however long it takes; one that is kept and unread ends the connection.
struct PendingBody {
    body: BoxBody,
    _arrival: Rc<SharedBody>,
}

impl MessageBody for PendingBody {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

#[cfg(test)]
mod tests;
