//! Throttles: the row is the lock.

use rekey_core::throttle;
use rekey_core::throttle::store::ThrottleRow;
use rekey_core::types::time::Timestamp;

use super::{NOW, begin, race};

#[tokio::test]
async fn forty_writers_at_once_lose_nothing() {
    let (database, tx) = begin().await;
    tx.commit().await.unwrap();
    race(&database.store, 40, |mut tx| async move {
        let mut row = throttle::store::lock(&mut tx, "sign-in:ada", NOW).await.unwrap();
        row.hits.push('x');
        row.strikes += 1;
        throttle::store::save(&mut tx, "sign-in:ada", &row).await.unwrap();
        (tx, ())
    })
    .await;
    let mut tx = database.store.write().await.unwrap();
    let row = throttle::store::lock(&mut tx, "sign-in:ada", NOW).await.unwrap();
    assert_eq!((row.hits.len(), row.strikes), (40, 40));
}

#[tokio::test]
async fn a_row_is_made_when_absent_and_kept_apart() {
    let (_database, mut tx) = begin().await;
    let row = throttle::store::lock(&mut tx, "one", NOW).await.unwrap();
    assert_eq!((row.hits.as_str(), row.locked_until, row.strikes), ("", Timestamp(0), 0));
    let full = ThrottleRow {
        hits: "1,2".into(),
        locked_until: NOW.plus_seconds(60),
        strikes: 3,
        failures: 4,
        ends_at: NOW.plus_seconds(9),
    };
    throttle::store::save(&mut tx, "one", &full).await.unwrap();
    let row = throttle::store::lock(&mut tx, "one", NOW.plus_seconds(1)).await.unwrap();
    assert_eq!((row.hits.as_str(), row.locked_until, row.strikes), ("1,2", NOW.plus_seconds(60), 3));
    assert_eq!(row.ends_at, NOW.plus_seconds(9), "touching it prolongs nothing");
    assert_eq!(throttle::store::lock(&mut tx, "two", NOW).await.unwrap().hits, "");
}

#[tokio::test]
async fn a_success_clears_one_row() {
    let (_database, mut tx) = begin().await;
    let full = ThrottleRow {
        hits: "1,2".into(),
        locked_until: NOW.plus_seconds(60),
        strikes: 3,
        failures: 4,
        ends_at: NOW.plus_seconds(9),
    };
    for id in ["one", "two"] {
        throttle::store::lock(&mut tx, id, NOW).await.unwrap();
        throttle::store::save(&mut tx, id, &full).await.unwrap();
    }
    throttle::store::clear(&mut tx, "one").await.unwrap();
    let row = throttle::store::lock(&mut tx, "one", NOW).await.unwrap();
    assert_eq!((row.failures, row.ends_at), (0, NOW));
    throttle::store::clear_failures(&mut tx, "two").await.unwrap();
    let two = throttle::store::lock(&mut tx, "two", NOW).await.unwrap();
    assert_eq!((two.failures, two.ends_at), (0, NOW.plus_seconds(60)), "kept for its lock");
    assert_eq!((row.hits.as_str(), row.locked_until, row.strikes), ("", Timestamp(0), 0));
    assert_eq!(throttle::store::lock(&mut tx, "two", NOW).await.unwrap().strikes, 3);
}

#[tokio::test]
async fn a_row_is_looked_at_without_making_it() {
    let (_database, mut tx) = begin().await;
    assert!(throttle::store::by_id(&mut tx, "one").await.unwrap().is_none());
    throttle::store::lock(&mut tx, "one", NOW).await.unwrap();
    assert_eq!(throttle::store::by_id(&mut tx, "one").await.unwrap().unwrap().hits, "");
}
