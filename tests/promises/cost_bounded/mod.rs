//! What an attacker can make the server do is bounded before it is done: each module is a place where a small
//! request could cost much.

mod bodies;
mod decoys;
mod disk;
mod forwarding;
mod graphql;
mod hashing;
mod inputs;
mod json_keys;
pub(super) mod network;
mod sweeping;
mod templates;

use std::time::Duration;

use crate::support::page::Page;

/// Long enough for every honest answer on a busy machine, and nothing to what an unbounded one takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The answer, which must come: what is waited for here would otherwise take hours.
async fn assert_answers_in_time(what: &str, request: impl Future<Output = Page>) -> Page {
    let answer = tokio::time::timeout(PATIENCE, request).await;
    answer.unwrap_or_else(|_| panic!("{what}: there was no answer"))
}
