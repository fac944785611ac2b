//! How often a breach server is asked: once for a range that many want at a time, not again while it is good,
//! and never for longer than its time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rekey_core::passwords::breach_check::is_known_leaked;
use rekey_core::types::secret::Secret;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{PATIENT, is_leaked, metric, range_with, range_without, server_error, start_with_server};
use crate::http::pages::steps::NEW;
use crate::support::stubs::range_server::{Answer, RangeServer, hash};

#[tokio::test]
async fn fifty_lookups_of_one_range_send_one_request() {
    let gate = Arc::new(Semaphore::new(0));
    let server = RangeServer::answering(range_with(NEW).wait_for(&gate)).await;
    let app = start_with_server(&server, PATIENT, "allow").await;
    let found = app.run(move |program| async move {
        let mut people = JoinSet::new();
        for nth in 0..50 {
            let (program, gate) = (Arc::clone(&program), Arc::clone(&gate));
            people.spawn(async move {
                // The last one lets the server answer; by then the others are waiting for it, or about to.
                if nth == 49 {
                    gate.add_permits(1);
                }
                is_known_leaked(&program.core, &Secret::from(NEW)).await
            });
        }
        people.join_all().await
    });
    assert_eq!(found.await, [true; 50]);
    assert_eq!(server.requests().len(), 1);
    assert_eq!((metric(&app, "server", "listed"), metric(&app, "cache", "listed")), (1, 49));
}

/// Each of them waits for the same answer that does not come; none waits for the others' turns too.
#[tokio::test]
async fn a_silent_server_delays_nobody_beyond_the_timeout() {
    let server = RangeServer::answering(Answer::Silence).await;
    let app = start_with_server(&server, "400", "allow").await;
    let began = Instant::now();
    let found = app.run(|program| async move {
        let mut people = JoinSet::new();
        for _ in 0..50 {
            let program = Arc::clone(&program);
            people.spawn(async move { is_known_leaked(&program.core, &Secret::from(NEW)).await });
        }
        people.join_all().await
    });
    assert_eq!(found.await, [false; 50]);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    assert_eq!(metric(&app, "server", "allowed"), 50);
    server.set_answer(range_with(NEW));
    assert!(is_leaked(&app, NEW).await, "those who left made room");
}

#[tokio::test]
async fn a_cancelled_lookup_does_not_lose_the_shared_answer() {
    let gate = Arc::new(Semaphore::new(0));
    let server = RangeServer::answering(range_with(NEW).wait_for(&gate)).await;
    let app = start_with_server(&server, PATIENT, "allow").await;
    let leaver = app.run(|program| async move {
        let lookup = async move { is_known_leaked(&program.core, &Secret::from(NEW)).await };
        tokio::spawn(lookup).abort_handle()
    });
    let leaver = leaver.await;
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    leaver.abort();
    server.set_answer(range_with(NEW));
    assert!(is_leaked(&app, NEW).await);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_range_is_good_for_ten_minutes() {
    let server = RangeServer::answering(range_without()).await;
    let app = start_with_server(&server, PATIENT, "allow").await;
    assert!(!is_leaked(&app, NEW).await);
    server.set_answer(range_with(NEW));
    app.clock.advance(599);
    assert!(!is_leaked(&app, NEW).await);
    assert_eq!(server.requests().len(), 1);
    assert_eq!(metric(&app, "cache", "not_listed"), 1);
    app.clock.advance(1);
    assert!(is_leaked(&app, NEW).await);
    assert_eq!(server.requests().len(), 2);
}

/// What is too old is not used, not even when nothing newer can be had.
#[tokio::test]
async fn an_expired_range_is_not_used_while_the_server_is_down() {
    let server = RangeServer::answering(range_with(NEW)).await;
    let app = start_with_server(&server, PATIENT, "allow").await;
    assert!(is_leaked(&app, NEW).await);
    server.set_answer(server_error());
    app.clock.advance(600);
    assert!(!is_leaked(&app, NEW).await);
    server.set_answer(range_with(NEW));
    assert!(is_leaked(&app, NEW).await);
}

#[tokio::test]
async fn the_longest_range_there_may_be_is_kept_too() {
    let lines = format!("{}:7\n", hash(NEW).1).repeat(2 * 1024 * 1024 / 38);
    let server = RangeServer::answering(Answer::with_status("200 OK", &lines)).await;
    let app = start_with_server(&server, PATIENT, "allow").await;
    assert!(is_leaked(&app, NEW).await && is_leaked(&app, NEW).await);
    assert_eq!(server.requests().len(), 1);
}
