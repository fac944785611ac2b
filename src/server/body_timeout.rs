//! How long a request's body may take: a whole that must have arrived in time, and a rate below which nobody waits. Otherwise whoever
//! sends a byte now and then holds a connection for as long as they like. What a handler leaves unread ends the connection.

use std::cell::{Cell, RefCell};
use std::future::Future as _;
use std::io::{Error as IoError, ErrorKind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
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

use crate::config::Connections;

/// Bytes a second that have to arrive once the grace is over.
const MIN_RATE: u64 = 1024;

/// The outermost middleware: gives the handlers a body that ends in an error when it is late.
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
    if arrival.stage.get() == BodyStage::Complete {
        return Ok(response);
    }
    if arrival.stage.get() == BodyStage::TimedOut {
        *response.response_mut().status_mut() = StatusCode::REQUEST_TIMEOUT;
    }
    response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    Ok(response.map_body(|_, body| BoxBody::new(HeldBody { body, _arrival: arrival })))
}

/// A body on its way.
struct SharedBody {
    payload: RefCell<Payload>,
    stage: Cell<BodyStage>,
}

/// How far a body has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BodyStage {
    /// There may be more of it.
    Receiving,
    /// It is here.
    Complete,
    /// It took too long.
    TimedOut,
}

/// A body that has to arrive in time.
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

/// How long a body of which so many bytes are here may have taken.
fn allowance(limits: &Connections, received: u64) -> Duration {
    let whole = Duration::from_millis(limits.body_timeout_ms);
    let grace = Duration::from_millis(limits.body_grace_ms);
    let at_rate = Duration::from_millis(received.saturating_mul(1000) / MIN_RATE);
    grace.saturating_add(at_rate).min(whole)
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
            Poll::Pending => {
                ready!(this.timer.as_mut().poll(context));
                Poll::Ready(this.timeout_error())
            }
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

/// An answer that keeps hold of the rest of a body until it is sent. The server goes on reading a body that nobody holds, for as long as
/// it takes; one that is held and was not read ends the connection.
struct HeldBody {
    body: BoxBody,
    _arrival: Rc<SharedBody>,
}

impl MessageBody for HeldBody {
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
mod tests {
    use super::allowance;
    use crate::config::Connections;

    #[test]
    fn who_sends_steadily_has_longer_up_to_the_whole() {
        let limits = Connections { body_timeout_ms: 30_000, body_grace_ms: 5000, ..Connections::default() };
        let seconds = |received: u64| allowance(&limits, received).as_secs();
        assert_eq!([seconds(0), seconds(1024), seconds(10 * 1024), seconds(64 * 1024)], [5, 6, 15, 30]);
    }
}
