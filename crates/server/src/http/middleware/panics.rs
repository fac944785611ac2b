//! Contains a panic to the request whose handler panicked: the worker continues, and the client gets a
//! response.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// The result of this future, or `None` if it panicked. Dropping it leaves nothing half done that outlives a
/// request: poisoned locks are recovered, and dropped transactions are rolled back.
pub(super) async fn catch_panic<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::catch_panic;

    #[tokio::test]
    async fn a_panic_is_no_answer_and_ends_nothing_else() {
        assert_eq!(catch_panic(async { 5 }).await, Some(5));
        let late = async {
            tokio::task::yield_now().await;
            assert!(std::hint::black_box(false), "as handlers do that nobody foresaw");
            5
        };
        assert_eq!(catch_panic(late).await, None);
    }
}
