//! What becomes of tries of a password that can't be checked: the queue of the hashing threads is full, or
//! whoever tried has hung up. Here is a program whose one thread and whose queue can be kept busy.

mod hashed_anew;
mod hundredth_try;
mod hung_up;

use rekey_core::maintenance;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{all_methods_enabled, create_ada};
use crate::http::{account_api, sdk_api, with_keys};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::db_dump;
use crate::support::page::Page;

const SLOW: &str = "slow@example.org";
/// A digest of another system that takes seconds to check, and that no password has.
const COSTLY: &str = "$pbkdf2-sha512$i=300000$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// One thread, and one place to wait for each of two networks.
const NARROW: [(&str, &str); 2] = [("REKEY_HASHING__QUEUE", "2"), ("REKEY_TRUSTED_PROXIES", "127.0.0.0/8")];

async fn program() -> TestApp {
    let mut input: Value = account_api::everything_editable();
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    input["settings"]["throttle"] = json!({ "requestsPerIp": { "limit": 0 } });
    input["settings"]["signInExperience"] = all_methods_enabled()["settings"]["signInExperience"].clone();
    let app = TestApp::configured(&NARROW, input).await;
    create_ada(&app).await;
    app.new_user(SLOW).with_digest(COSTLY).make().await;
    app
}

/// A sign-in that takes seconds to check.
fn start_slow_sign_in(shop: Browser) -> JoinHandle<Page> {
    let input = json!({ "email": SLOW, "password": "a guess" });
    tokio::spawn(async move { sdk_api::call(&shop, "email/signin", input).await })
}

/// Two of them: one is checked, the other has the only place of this network.
async fn fill(app: &TestApp) -> [JoinHandle<Page>; 2] {
    let one = start_slow_sign_in(sdk_api::shop_page(app));
    wait_until_counted(app).await;
    let other = start_slow_sign_in(sdk_api::shop_page(app));
    wait_until_queued(app, 1).await;
    [one, other]
}

/// Waits until a try is counted, which is just before it is queued.
async fn wait_until_counted(app: &TestApp) {
    let counted = "select count(*) from throttles where id like 'sign_in:%' and hits <> ''";
    while db_dump::query_number(app, counted).await == 0 {
        tokio::task::yield_now().await;
    }
}

/// Waits until so many stand in the queue.
async fn wait_until_queued(app: &TestApp, count: usize) {
    let line = format!("rekey_hashing_queue {count}\n");
    loop {
        app.run(|program| async move { maintenance::update_queue_gauges(&program.core).await.unwrap() })
            .await;
        if app.program().core.metrics.render().contains(&line) {
            return;
        }
        tokio::task::yield_now().await;
    }
}
