//! A change of settings becomes active on every instance without a restart: two real programs on one
//! database, whose jobs run by themselves.

use reqwest::Client;
use serde_json::{Value, json};

use crate::support::server_process::{ROOT, ServerFixture, ServerProcess};

/// How often the other instance is asked before it counts as never.
const TRIES: usize = 1500;

async fn least_length(client: &Client, process: &ServerProcess) -> u64 {
    let address = format!("http://{}/api/.well-known/sign-in-exp", process.address);
    let found: Value = client.get(address).send().await.unwrap().json().await.unwrap();
    found["passwordPolicy"]["length"]["min"].as_u64().unwrap()
}

#[tokio::test]
async fn a_change_becomes_active_on_every_instance() {
    let fixture = ServerFixture::new().await;
    let (one, other) = (fixture.start(true).await, fixture.start(true).await);
    let client = rekey_adapters::connectors::http::build_client().unwrap();
    assert_eq!(least_length(&client, &other).await, 8);
    let patch = json!({ "passwordPolicy": { "length": { "min": 23 } } });
    let address = format!("http://{}/api/sign-in-exp", one.address);
    let changed = client.patch(address).bearer_auth(ROOT).json(&patch).send().await.unwrap();
    assert_eq!(changed.status(), 200);
    assert_eq!(least_length(&client, &one).await, 23);
    for _ in 0..TRIES {
        if least_length(&client, &other).await == 23 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it never came to be");
}
