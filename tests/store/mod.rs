//! Every function of the store at least once, on both engines: SQL is not checked when it is compiled, so it
//! is checked here. Conditional statements are asked for what they must refuse, and raced where two instances
//! could meet.

mod apps;
mod audit;
mod database;
mod endings;
mod messages;
mod oidc;
mod passwords;
mod sdk;
mod sealed;
mod sessions;
mod start_lock;
mod throttles;
mod users_table;
mod verification;

use std::future::Future;

use rekey_core::db::Store;
use rekey_core::db::sql::Tx;
use rekey_core::maintenance::store::{Retention, SWEPT_TABLES};
use rekey_core::passwords::store::{NewHash, WriteCondition};
use rekey_core::types::ids::{RequestId, UserId};
use rekey_core::types::purpose::Purpose;
use rekey_core::types::time::Timestamp;
use rekey_core::users::user::NewUser;
use rekey_core::verification::verification_request::{RequestState, VerificationRequest};
use rekey_core::{maintenance, users};
use tokio::task::JoinSet;

use crate::support::database::TestDatabase;

/// The present of these tests.
const NOW: Timestamp = Timestamp(1_750_000_000_000);

/// A database and a transaction that writes.
async fn begin() -> (TestDatabase, Tx) {
    let database = TestDatabase::fresh().await;
    let tx = database.store.write().await.unwrap();
    (database, tx)
}

/// A slice of every table that is swept, of rows that had ended before these moments; how many went. The
/// audit log is kept.
async fn sweep_slices(tx: &mut Tx, ended: Timestamp, now: Timestamp) -> u64 {
    let mut removed = 0;
    for swept in &SWEPT_TABLES {
        let before = match swept.retention {
            Retention::UntilExpiry => now,
            Retention::OneDayLonger => ended,
            Retention::OneWeek => now.plus_seconds(-7 * 24 * 3600),
            Retention::AuditRetention => Timestamp(0),
        };
        removed += maintenance::store::remove_slice(tx, swept, before).await.unwrap();
    }
    removed
}

fn user_id(name: &str) -> UserId {
    UserId(name.to_owned())
}

fn request_id(name: &str) -> RequestId {
    RequestId(name.to_owned())
}

/// Somebody with a password, an address after their name, and nothing else.
async fn insert_user(tx: &mut Tx, name: &str) -> UserId {
    let id = user_id(name);
    let new = NewUser { email: Some(format!("{name}@example.org")), ..NewUser::default() };
    users::store::insert(tx, &id, &new, NOW).await.unwrap();
    assert!(set_password(tx, &id, "first", NOW, WriteCondition::Exists).await);
    id
}

/// Writes a password as the core does; whether the condition was met.
async fn set_password(
    tx: &mut Tx,
    id: &UserId,
    digest: &str,
    changed_at: Timestamp,
    condition: WriteCondition<'_>,
) -> bool {
    let new = NewHash { digest, changed_at, proved_by: None };
    rekey_core::passwords::store::set(tx, id, &new, condition).await.unwrap().is_some()
}

/// An open request of a person, or of nobody.
fn request(id: &str, user: Option<&UserId>) -> VerificationRequest {
    VerificationRequest {
        id: request_id(id),
        purpose: Purpose::Reset,
        is_decoy: user.is_none(),
        user_id: user.cloned(),
        subject: user.map_or_else(|| "email:nobody@example.org".to_owned(), |user| user.0.clone()),
        identifier: "email:ada@example.org".into(),
        app_id: Some("shop".into()),
        state: RequestState::Requested,
        tries: 0,
        number: 42,
        sends: 1,
        resend_at: NOW.plus_seconds(60),
        created_at: NOW,
        verified_by: None,
        grant_expires_at: None,
        grant_digest: None,
        by_address: false,
        password_changed_at: None,
    }
}

/// Does the same thing in `count` transactions at once, commits each, and gives what they answered.
async fn race<T, F>(store: &Store, count: usize, step: impl Fn(Tx) -> F + Clone + Send + 'static) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = (Tx, T)> + Send + 'static,
{
    let mut runners = JoinSet::new();
    for _ in 0..count {
        let (store, step) = (store.clone(), step.clone());
        runners.spawn(async move {
            let tx = store.write().await.unwrap();
            let (tx, answer) = step(tx).await;
            tx.commit().await.unwrap();
            answer
        });
    }
    runners.join_all().await
}
