//! Three instances that start together on an empty database.

use std::sync::Arc;

use serde_json::{Value, json};

use super::fixtures;
use crate::promises::PASSWORD;
use crate::support::app::on_runtime;
use crate::support::database::TestDatabase;
use crate::support::server_process::ServerFixture;

const ROUNDS: usize = 4;
const PEOPLE: usize = 20;

fn people() -> Value {
    let user = |nth| {
        json!({
            "id": format!("user{nth:08}"), "primaryEmail": format!("user{nth}@example.org"), "password": PASSWORD,
            "enforce": nth % 2 == 0,
        })
    };
    (0..PEOPLE).map(user).collect()
}

async fn count(database: &Arc<TestDatabase>, sql: &'static str) -> i64 {
    let database = Arc::clone(database);
    let read = move || async move {
        database.store.read().await.unwrap().one::<(i64,)>(sql, rekey_core::args![]).await.unwrap()
    };
    on_runtime(read).await.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_that_start_together_make_one_installation() {
    if fixtures(1).await.is_empty() {
        return;
    }
    for _ in 0..ROUNDS {
        let database = on_runtime(|| async { Arc::new(TestDatabase::blank().await) }).await;
        let fixture = || {
            let mut fixture = ServerFixture::on(Arc::clone(&database));
            fixture.overrides = json!({ "users": people() });
            fixture
        };
        let (first, second, third) = (fixture(), fixture(), fixture());
        // A process that does not start ends the test.
        let running = tokio::join!(first.start(true), second.start(true), third.start(true));
        for process in [&running.0, &running.1, &running.2] {
            assert_eq!(process.http_user().get("/ready").await.status, 200);
        }
        let people = i64::try_from(PEOPLE).unwrap();
        assert_eq!(count(&database, "select count(*) from users").await, people);
        // The key set waits for the RSA key, which is made after the start.
        let key_set = running.0.http_user().get("/oidc/jwks").await;
        assert!(key_set.body.contains("RS256"), "{}", key_set.body);
        assert_eq!(count(&database, "select count(*) from signing_keys").await, 3, "one for each algorithm");
        assert_eq!(count(&database, "select count(*) from leases where id = 'start'").await, 0);
    }
}
