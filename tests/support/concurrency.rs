//! Runs many tasks that all start before the first one has an answer.

use std::future::Future;

use tokio::task::JoinSet;

/// How many tries at once a promise has to survive.
pub(crate) const MANY: usize = 200;

/// Runs as many at once and gives their answers, in no particular order.
pub(crate) async fn run_concurrently<T, F>(count: usize, one: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut all = JoinSet::new();
    for number in 0..count {
        all.spawn(one(number));
    }
    all.join_all().await
}
