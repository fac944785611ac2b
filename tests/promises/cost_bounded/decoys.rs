//! A message for nobody takes as long as one for somebody, and holds up none of those.

use std::sync::Arc;
use std::time::Duration;

use rekey_server::jobs::deliver_messages::deliver_all;
use rekey_server::jobs::delivery_timing::DeliveryTiming;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::PATIENCE;
use crate::promises::{CookieClient, FORGOT_PASSWORD, PASSWORD, without_throttles};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

/// With a provider that takes three seconds, one sender would need minutes to get past sixty messages for
/// nobody if it waited for each.
#[tokio::test]
async fn a_code_is_not_queued_behind_decoys() {
    let app = TestApp::with(without_throttles()).await;
    app.new_user("ada@example.org").with_password(PASSWORD).make().await;
    let client = CookieClient::new(&app).await;
    for number in 0..60 {
        client.request_reset(&format!("ghost{number}@example.org")).await;
    }
    client.request_reset("ada@example.org").await;
    let delivered = app.run(|program| async move {
        let timing = DeliveryTiming::default();
        (0..15).for_each(|_| timing.record(Duration::from_secs(3)));
        timeout(PATIENCE, deliver_all(&program, &timing)).await.is_ok()
    });
    assert!(delivered.await, "the sender is still behind those for nobody");
    let sent = "select count(*) from outbox where state = 'sent'";
    assert_eq!(db_dump::query_number(&app, sent).await, 1, "the code has left");
    assert_eq!(app.inbox_of("ada@example.org").await.count_of("ForgotPassword"), 1);
    assert_eq!(client.browser.get(FORGOT_PASSWORD).await.status, 200);
}

/// The same with the real senders' provider, which takes the code and does not answer: it has it while those
/// for nobody still wait.
#[tokio::test]
async fn a_slow_provider_gets_the_code_while_decoys_wait() {
    let gate = Arc::new(Semaphore::new(0));
    let provider = Receiver::answering(Answer::with_status("204 No Content", "").wait_for(&gate)).await;
    let mut input = without_throttles();
    input["connectors"] = json!([
        { "id": "mail", "connectorId": "http-email", "type": "Email", "config": { "endpoint": provider.url } },
    ]);
    let app = TestApp::with(input).await;
    app.may_leave_messages();
    app.new_user("ada@example.org").with_password(PASSWORD).make().await;
    let client = CookieClient::new(&app).await;
    for number in 0..40 {
        client.request_reset(&format!("ghost{number}@example.org")).await;
    }
    client.request_reset("ada@example.org").await;
    let program = app.program();
    #[expect(
        clippy::async_yields_async,
        reason = "the sender goes on beside the test and is awaited at its end"
    )]
    let sender = app.run(|_| async move {
        tokio::spawn(async move {
            let timing = DeliveryTiming::default();
            (0..15).for_each(|_| timing.record(Duration::from_secs(3600)));
            deliver_all(&program, &timing).await.is_ok()
        })
    });
    let sender = sender.await;
    let received = timeout(PATIENCE, async {
        while provider.requests().is_empty() {
            tokio::task::yield_now().await;
        }
    });
    assert!(received.await.is_ok(), "the sender is still behind those for nobody");
    assert!(provider.requests()[0].body.contains("ada@example.org"), "it is the code");
    let waiting = "select count(*) from outbox where state = 'pending'";
    assert_eq!(db_dump::query_number(&app, waiting).await, 41, "they take as long as the code does");
    gate.add_permits(1);
    sender.abort();
}

/// They end as before, by themselves, when nobody waits for them.
#[tokio::test]
async fn decoys_expire_by_themselves() {
    let app = TestApp::with(without_throttles()).await;
    let client = CookieClient::new(&app).await;
    for number in 0..20 {
        client.request_reset(&format!("ghost{number}@example.org")).await;
    }
    app.deliver().await;
    let dropped = "select count(*) from outbox where state = 'dropped' and sealed = ''";
    assert_eq!(db_dump::query_number(&app, dropped).await, 20);
}
