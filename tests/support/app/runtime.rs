//! The one background runtime of every program of the process: their connections outlive the runtime of the
//! test that opened them.

use std::any::Any;
use std::future::Future;
use std::sync::LazyLock;

use tokio::runtime::{Builder, Handle, Runtime};

pub(super) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
});

/// Runs something on the runtime of the programs.
pub async fn on_runtime<T, F>(work: impl FnOnce() -> F + Send + 'static) -> T
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let done = RUNTIME.spawn_blocking(|| Handle::current().block_on(work()));
    match done.await {
        Ok(value) => value,
        Err(error) => panic!("{}", message(error.into_panic().as_ref())),
    }
}

/// Its own thread has told whichever test it was born in, so it is told again here.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref().cloned()).unwrap_or_default()
}
