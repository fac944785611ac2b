//! Back-channel logouts: claimed by one sender at a time.

use rekey_core::db::sql::Tx;
use rekey_core::grants::logout_store::{self, LogoutRow};
use rekey_core::types::ids::UserId;

use super::{NOW, begin, race, session};

async fn write(tx: &mut Tx, id: &str, after: i64) {
    let logout = LogoutRow {
        id: id.to_owned(),
        app_id: "shop".to_owned(),
        user_id: UserId("ada".to_owned()),
        session_id: session("s"),
        attempts: 0,
        expires_at: NOW.plus_seconds(3600),
    };
    logout_store::insert(tx, &logout, NOW.plus_seconds(after)).await.unwrap();
}

#[tokio::test]
async fn a_logout_is_claimed_by_one_sender() {
    let (database, mut tx) = begin().await;
    write(&mut tx, "one", 0).await;
    tx.commit().await.unwrap();
    let taken = race(&database.store, 8, |mut tx| async move {
        let taken = logout_store::take(&mut tx, NOW.plus_seconds(60), NOW).await.unwrap();
        (tx, taken)
    });
    let taken: Vec<_> = taken.await.into_iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].id.as_str(), taken[0].app_id.as_str(), taken[0].attempts), ("one", "shop", 1));
    assert_eq!((taken[0].user_id.0.as_str(), taken[0].session_id.as_str()), ("ada", "s"));
    assert_eq!(taken[0].expires_at, NOW.plus_seconds(3600));
}

#[tokio::test]
async fn the_oldest_due_logout_is_claimed_first() {
    let (_database, mut tx) = begin().await;
    for (id, after) in [("b", 10), ("a", 20)] {
        write(&mut tx, id, after).await;
    }
    assert!(!logout_store::has_due(&mut tx, NOW.plus_seconds(9)).await.unwrap());
    assert!(logout_store::take(&mut tx, NOW.plus_seconds(99), NOW.plus_seconds(9)).await.unwrap().is_none());
    let now = NOW.plus_seconds(20);
    assert!(logout_store::has_due(&mut tx, now).await.unwrap());
    for id in ["b", "a"] {
        assert_eq!(logout_store::take(&mut tx, NOW.plus_seconds(99), now).await.unwrap().unwrap().id, id);
    }
    assert!(!logout_store::has_due(&mut tx, now).await.unwrap(), "both are claimed");
}

#[tokio::test]
async fn an_undelivered_logout_is_retried_until_it_expires() {
    let (_database, mut tx) = begin().await;
    write(&mut tx, "one", 0).await;
    logout_store::take(&mut tx, NOW.plus_seconds(60), NOW).await.unwrap().unwrap();
    logout_store::mark_for_retry(&mut tx, "one", NOW.plus_seconds(5)).await.unwrap();
    assert!(logout_store::take(&mut tx, NOW.plus_seconds(60), NOW.plus_seconds(4)).await.unwrap().is_none());
    assert_eq!(
        logout_store::take(&mut tx, NOW.plus_seconds(60), NOW.plus_seconds(5))
            .await
            .unwrap()
            .unwrap()
            .attempts,
        2
    );
    let lost =
        logout_store::take(&mut tx, NOW.plus_seconds(99), NOW.plus_seconds(60)).await.unwrap().unwrap();
    assert_eq!(lost.attempts, 3, "a teller that went away loses its claim");
    logout_store::delete(&mut tx, "one").await.unwrap();
    assert!(!logout_store::has_due(&mut tx, NOW.plus_seconds(3600)).await.unwrap());
}
