//! SIGTERM: the instance says that it is not ready while it still answers, finishes what it has begun, and
//! leaves the rest to others.

use std::collections::HashSet;
use std::net::TcpStream;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::Semaphore;

use crate::support::server_process::{ServerFixture, ServerProcess, eventually};
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

/// More than the senders of one instance.
const MESSAGES: usize = 20;

/// A machine whose messages go to this receiver.
async fn fixture_sending_to(receiver: &Receiver) -> ServerFixture {
    let mut fixture = ServerFixture::new().await;
    let config = json!({ "endpoint": receiver.url });
    fixture.overrides = json!({ "connectors": [{ "id": "mail", "connectorId": "http-email", "type": "Email", "config": config }] });
    fixture
}

async fn request_resets(process: &ServerProcess) {
    for _ in 0..MESSAGES {
        assert_eq!(process.http_user().request_reset("ada@example.org").await.status, 303);
    }
}

/// On a connection of its own.
async fn ready_status(process: &ServerProcess) -> u16 {
    process.http_user().get("/ready").await.status
}

#[tokio::test]
async fn senders_stop_between_two_messages_and_the_rest_is_sent_later() {
    let gate = Arc::new(Semaphore::new(0));
    let receiver = Receiver::answering(Answer::with_status("200 OK", "{}").wait_for(&gate)).await;
    let fixture = fixture_sending_to(&receiver).await;
    let process = fixture.start(true).await;
    request_resets(&process).await;
    eventually(|| receiver.requests().len() == 8).await;
    let address = process.address.clone();
    process.request_stop();
    eventually(|| TcpStream::connect(&address).is_err()).await;
    gate.add_permits(1000);
    receiver.set_answer(Answer::with_status("200 OK", "{}"));
    assert_eq!(process.wait_for_exit().await, Some(0));
    assert_eq!(receiver.requests().len(), 8, "no sender takes another message");
    let next = fixture.start(true).await;
    eventually(|| receiver.requests().len() >= MESSAGES).await;
    assert_eq!(next.stop().await, Some(0));
    let bodies: HashSet<String> = receiver.requests().into_iter().map(|request| request.body).collect();
    assert_eq!((bodies.len(), receiver.requests().len()), (MESSAGES, MESSAGES), "each once");
}

#[tokio::test]
async fn a_stopping_instance_is_not_ready_and_still_answers() {
    let mut fixture = ServerFixture::new().await;
    fixture.variables.insert("REKEY_STOP__LAME_DUCK_MS".to_owned(), "3000".to_owned());
    let process = fixture.start(true).await;
    assert_eq!(ready_status(&process).await, 200);
    process.request_stop();
    let mut last = 200;
    while last == 200 {
        last = ready_status(&process).await;
    }
    assert_eq!(last, 503);
    let page = process.http_user().get("/sign-in").await;
    assert_eq!(page.status, 200, "new connections are still taken");
    assert_eq!(page.headers.get("connection").unwrap(), "close", "so that the next one goes elsewhere");
    assert_eq!(process.wait_for_exit().await, Some(0));
}

#[tokio::test]
async fn a_delivery_that_does_not_end_does_not_keep_the_instance() {
    let receiver = Receiver::answering(Answer::Silence).await;
    let mut fixture = fixture_sending_to(&receiver).await;
    fixture.variables.insert("REKEY_STOP__TIMEOUT_MS".to_owned(), "4000".to_owned());
    let process = fixture.start(true).await;
    assert_eq!(process.http_user().request_reset("ada@example.org").await.status, 303);
    eventually(|| !receiver.requests().is_empty()).await;
    let begun = std::time::Instant::now();
    assert_eq!(process.stop().await, Some(0));
    assert!(begun.elapsed().as_secs() < 6, "{:?}", begun.elapsed());
    receiver.set_answer(Answer::with_status("200 OK", "{}"));
    fixture.make_messages_due().await;
    let next = fixture.start(true).await;
    eventually(|| receiver.requests().len() == 2).await;
    assert_eq!(next.stop().await, Some(0));
}
