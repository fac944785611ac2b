//! How often a breach server is asked: once for a range that many want at a time, not again while it is good, and never for longer than
//! its time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rekey::domain::passwords::breach_check::is_known_leaked;
use rekey::model::secret::Secret;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{PATIENT, asking, counted, down, leaked, with, without};
use crate::http::pages::steps::NEW;
use crate::support::range_server::{Answer, RangeServer, hash};

#[tokio::test]
async fn fifty_people_with_one_range_ask_once() {
    let gate = Arc::new(Semaphore::new(0));
    let server = RangeServer::that(with(NEW).held(&gate)).await;
    let app = asking(&server, PATIENT, "allow").await;
    let found = app.run(move |program| async move {
        let mut people = JoinSet::new();
        for nth in 0..50 {
            let (program, gate) = (Arc::clone(&program), Arc::clone(&gate));
            people.spawn(async move {
                // The last one lets the server answer; by then the others are waiting for it, or about to.
                if nth == 49 {
                    gate.add_permits(1);
                }
                is_known_leaked(&program.rekey, &Secret::from(NEW)).await
            });
        }
        people.join_all().await
    });
    assert_eq!(found.await, [true; 50]);
    assert_eq!(server.requests().len(), 1);
    assert_eq!((counted(&app, "server", "listed"), counted(&app, "cache", "listed")), (1, 49));
}

/// Each of them waits for the same answer that does not come; none waits for the others' turns too.
#[tokio::test]
async fn a_silent_server_holds_nobody_longer_than_its_time() {
    let server = RangeServer::that(Answer::Silence).await;
    let app = asking(&server, "400", "allow").await;
    let began = Instant::now();
    let found = app.run(|program| async move {
        let mut people = JoinSet::new();
        for _ in 0..50 {
            let program = Arc::clone(&program);
            people.spawn(async move { is_known_leaked(&program.rekey, &Secret::from(NEW)).await });
        }
        people.join_all().await
    });
    assert_eq!(found.await, [false; 50]);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    assert_eq!(counted(&app, "server", "allowed"), 50);
    server.now(with(NEW));
    assert!(leaked(&app, NEW).await, "those who left made room");
}

#[tokio::test]
async fn somebody_who_leaves_does_not_take_the_answer_along() {
    let gate = Arc::new(Semaphore::new(0));
    let server = RangeServer::that(with(NEW).held(&gate)).await;
    let app = asking(&server, PATIENT, "allow").await;
    let leaver = app.run(|program| async move {
        let asks = async move { is_known_leaked(&program.rekey, &Secret::from(NEW)).await };
        tokio::spawn(asks).abort_handle()
    });
    let leaver = leaver.await;
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    leaver.abort();
    server.now(with(NEW));
    assert!(leaked(&app, NEW).await);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_range_is_good_for_ten_minutes() {
    let server = RangeServer::that(without()).await;
    let app = asking(&server, PATIENT, "allow").await;
    assert!(!leaked(&app, NEW).await);
    server.now(with(NEW));
    app.clock.advance(599);
    assert!(!leaked(&app, NEW).await);
    assert_eq!(server.requests().len(), 1);
    assert_eq!(counted(&app, "cache", "not_listed"), 1);
    app.clock.advance(1);
    assert!(leaked(&app, NEW).await);
    assert_eq!(server.requests().len(), 2);
}

/// What is too old is not used, not even when nothing newer can be had.
#[tokio::test]
async fn an_old_range_does_not_stand_in_for_a_server_that_is_down() {
    let server = RangeServer::that(with(NEW)).await;
    let app = asking(&server, PATIENT, "allow").await;
    assert!(leaked(&app, NEW).await);
    server.now(down());
    app.clock.advance(600);
    assert!(!leaked(&app, NEW).await);
    server.now(with(NEW));
    assert!(leaked(&app, NEW).await);
}

#[tokio::test]
async fn the_longest_range_there_may_be_is_kept_too() {
    let lines = format!("{}:7\n", hash(NEW).1).repeat(2 * 1024 * 1024 / 38);
    let server = RangeServer::that(Answer::says("200 OK", &lines)).await;
    let app = asking(&server, PATIENT, "allow").await;
    assert!(leaked(&app, NEW).await && leaked(&app, NEW).await);
    assert_eq!(server.requests().len(), 1);
}
