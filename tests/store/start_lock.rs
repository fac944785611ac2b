//! The lock of the start has one holder, and lapses.

use rekey_core::start_lock;

use super::{NOW, begin};

#[tokio::test]
async fn the_start_has_one_holder_until_it_is_released_or_lapses() {
    let (_database, mut tx) = begin().await;
    let until = NOW.plus_seconds(10);
    assert!(start_lock::store::take(&mut tx, "a", until, NOW).await.unwrap());
    assert!(!start_lock::store::take(&mut tx, "b", until, NOW).await.unwrap());
    assert!(start_lock::store::take(&mut tx, "a", NOW.plus_seconds(20), NOW).await.unwrap(), "it is renewed");
    assert!(!start_lock::store::take(&mut tx, "b", until, NOW.plus_seconds(19)).await.unwrap());
    let later = NOW.plus_seconds(20);
    assert!(start_lock::store::take(&mut tx, "b", later.plus_seconds(10), later).await.unwrap(), "it lapsed");
    start_lock::store::release(&mut tx, "a").await.unwrap();
    assert!(!start_lock::store::take(&mut tx, "a", later.plus_seconds(10), later).await.unwrap());
    start_lock::store::release(&mut tx, "b").await.unwrap();
    assert!(start_lock::store::take(&mut tx, "a", later.plus_seconds(10), later).await.unwrap());
}
