//! Several connectors of one kind: the first that takes a message has it, one that hangs or fails for now
//! hands over to the next, and one that refuses the message for good does not.

use std::time::{Duration, Instant};

use rekey_core::metrics::Metrics;
use rekey_server::jobs::send_message::send_with_failover;
use serde_json::{Value, json};

use super::{connector, mail, retry_reason};
use crate::promises::{CODE, CookieClient, without_throttles};
use crate::support::app::TestApp;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

fn http(id: &str, endpoint: &str) -> Value {
    let config = json!({ "endpoint": endpoint, "timeoutMs": 400 });
    json!({ "id": id, "connectorId": "http-email", "type": "Email", "config": config })
}

/// A program with these ways out for mail and, between them, one for text messages; with somebody who has
/// asked for a code.
async fn start_with_endpoints(endpoints: [&str; 2]) -> TestApp {
    let [first, second] = endpoints;
    let mut settings = without_throttles();
    settings["connectors"] = json!([
        http("first", first),
        { "id": "sms", "connectorId": "inbox", "type": "Sms", "config": {} },
        http("second", second),
    ]);
    let app = TestApp::with(settings).await;
    app.may_leave_messages();
    app.new_user("ada@example.org").make().await;
    CookieClient::new(&app).await.request_reset("ada@example.org").await.redirects_to(CODE);
    app
}

fn accepted_answer() -> Answer {
    Answer::with_status("200 OK", "")
}

#[tokio::test]
async fn the_first_connector_that_accepts_sends_the_message() {
    let (first, second) =
        (Receiver::answering(accepted_answer()).await, Receiver::answering(accepted_answer()).await);
    let app = start_with_endpoints([&first.url, &second.url]).await;
    assert_eq!(app.deliver().await, 1);
    assert_eq!((first.requests().len(), second.requests().len()), (1, 0));
}

#[tokio::test]
async fn a_connector_that_hangs_or_fails_hands_over_the_same_message() {
    let failures =
        ["401 -", "403 -", "425 -", "429 -", "500 -", "503 -"].map(|status| Answer::with_status(status, ""));
    for failure in failures.into_iter().chain([Answer::Silence]) {
        let (first, second) =
            (Receiver::answering(failure).await, Receiver::answering(accepted_answer()).await);
        let app = start_with_endpoints([&first.url, &second.url]).await;
        assert_eq!(app.deliver().await, 1);
        let (first, second) = (first.requests(), second.requests());
        assert_eq!((first.len(), second.len()), (1, 1));
        assert_eq!(first[0].body, second[0].body);
        app.clock.advance(3600);
        assert_eq!(app.deliver().await, 0, "nothing is left to deliver");
    }
}

#[tokio::test]
async fn an_unreachable_connector_hands_over() {
    let second = Receiver::answering(accepted_answer()).await;
    let app = start_with_endpoints(["http://127.0.0.1:9/", &second.url]).await;
    assert_eq!((app.deliver().await, second.requests().len()), (1, 1));
}

#[tokio::test]
async fn when_all_connectors_fail_all_are_retried() {
    let (first, second) = (
        Receiver::answering(Answer::with_status("401 -", "")).await,
        Receiver::answering(accepted_answer()).await,
    );
    second.set_answer(Answer::with_status("503 -", ""));
    let app = start_with_endpoints([&first.url, &second.url]).await;
    app.deliver().await;
    second.set_answer(accepted_answer());
    app.clock.advance(2);
    assert_eq!(app.deliver().await, 1);
    assert_eq!((first.requests().len(), second.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_message_that_is_refused_for_good_is_not_tried_elsewhere() {
    let (first, second) = (
        Receiver::answering(Answer::with_status("400 -", "")).await,
        Receiver::answering(accepted_answer()).await,
    );
    let app = start_with_endpoints([&first.url, &second.url]).await;
    app.deliver().await;
    app.clock.advance(5);
    app.deliver().await;
    assert_eq!((first.requests().len(), second.requests().len()), (1, 0));
}

/// A sender holds a message for a minute: were it longer with the connectors, another sender would send it
/// too.
#[tokio::test]
async fn several_hanging_connectors_share_the_timeout() {
    let (silent, last) =
        (Receiver::answering(Answer::Silence).await, Receiver::answering(accepted_answer()).await);
    let patient = |server: &Receiver| {
        connector("http-email", "Email", &json!({ "endpoint": server.url, "timeoutMs": 600_000 })).unwrap()
    };
    let mut connectors = vec![patient(&silent), patient(&silent), patient(&silent)];
    let (metrics, began) = (Metrics::new().unwrap(), Instant::now());
    let handed =
        send_with_failover(&connectors, &mail(), &|_| None, Duration::from_millis(900), &metrics).await;
    assert_eq!(retry_reason(handed), "the connector took too long");
    assert_eq!(silent.requests().len(), 3);
    connectors.push(patient(&last));
    send_with_failover(&connectors, &mail(), &|_| None, Duration::from_secs(4), &metrics).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!((silent.requests().len(), last.requests().len()), (6, 1));
}

#[tokio::test]
async fn each_attempt_is_counted_for_its_connector() {
    let (first, second) = (
        Receiver::answering(Answer::with_status("403 -", "")).await,
        Receiver::answering(accepted_answer()).await,
    );
    let app = start_with_endpoints([&first.url, &second.url]).await;
    app.deliver().await;
    second.set_answer(Answer::with_status("404 -", ""));
    CookieClient::new(&app).await.request_reset("ada@example.org").await.redirects_to(CODE);
    app.deliver().await;
    let text = app.program().core.metrics.render();
    for line in [
        r#"rekey_connector_tries_total{connector="first",result="later"} 2"#,
        r#"rekey_connector_tries_total{connector="second",result="never"} 1"#,
        r#"rekey_connector_tries_total{connector="second",result="sent"} 1"#,
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains(r#"connector="sms""#));
}
