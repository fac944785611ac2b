//! Webhooks that come and go while people sign in and reset their passwords on every instance.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use super::{fixtures, manage};
use crate::promises::PASSWORD;
use crate::support::server_process::ServerProcess;

/// Webhooks that are created and deleted.
const WEBHOOKS: usize = 30;

/// Signs in and requests resets until it is over; the statuses that were errors of the server.
async fn act(process: Arc<ServerProcess>, is_over: Arc<AtomicBool>) -> (usize, Vec<u16>) {
    let (mut count, mut failures) = (0, Vec::new());
    while !is_over.load(Ordering::SeqCst) {
        let user = process.http_user();
        let fields = [("identifier", "ada@example.org"), ("password", PASSWORD)];
        let signed_in = user.post("/sign-in", "/sign-in", &fields).await.status;
        let requested = process.http_user().request_reset("ada@example.org").await.status;
        count += 2;
        failures.extend([signed_in, requested].into_iter().filter(|status| *status >= 500));
    }
    (count, failures)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_that_come_and_go_fail_nobody() {
    let mut processes = Vec::new();
    for mut fixture in fixtures(3).await {
        fixture.overrides = json!({ "settings": { "webhooks": { "allowPrivateAddresses": true } } });
        processes.push((Arc::new(fixture.start(true).await), fixture));
    }
    let [(first, _), (second, _), (third, _)] = processes.as_slice() else { return };
    let is_over = Arc::new(AtomicBool::new(false));
    let mut acting = JoinSet::new();
    for process in [first, second, third] {
        acting.spawn(act(Arc::clone(process), Arc::clone(&is_over)));
    }
    for _ in 0..WEBHOOKS {
        let input = json!({
            "events": ["PostSignIn", "PostResetPassword", "Message.RateLimited"],
            "config": { "url": "http://127.0.0.1:9/hook" },
        });
        let (status, made) = manage(first, Method::POST, "/api/hooks", &input).await;
        assert_eq!(status, 201, "{made}");
        let path = format!("/api/hooks/{}", made["id"].as_str().unwrap());
        assert_eq!(manage(second, Method::DELETE, &path, &json!({})).await.0, 204);
    }
    is_over.store(true, Ordering::SeqCst);
    for (count, failures) in acting.join_all().await {
        assert!(count > 0 && failures.is_empty(), "of {count}: {failures:?}");
    }
}
