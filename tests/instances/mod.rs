//! Several instances on one database: real processes that start, stop, change something and fail beside each
//! other. What needs two at once runs on PostgreSQL only; with SQLite those tests return at once.

mod at_once;
mod first_start;
mod stopping;
mod upgrade;
mod webhooks;

use reqwest::Method;
use serde_json::Value;

use rekey_core::db::Store;

use crate::support::server_process::{ROOT, ServerFixture, ServerProcess};

/// So many machines on one database; none on SQLite, which belongs to one process.
async fn fixtures(count: usize) -> Vec<ServerFixture> {
    let first = ServerFixture::new().await;
    if matches!(first.database.store, Store::Sqlite { .. }) {
        return Vec::new();
    }
    let mut all: Vec<_> = (1..count).map(|_| first.beside()).collect();
    all.insert(0, first);
    all
}

/// A call of the Management API: status and body, null if it is empty.
async fn manage(process: &ServerProcess, method: Method, path: &str, input: &Value) -> (u16, Value) {
    let client = rekey_adapters::connectors::http::build_client().unwrap();
    let request = client.request(method, format!("http://{}{path}", process.address));
    let request =
        request.bearer_auth(ROOT).header("content-type", "application/json").body(input.to_string());
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
}
