//! Apps that must hear that a session ended: claimed by one teller at a time.

use rekey::model::ids::UserId;
use rekey::store::logouts::{self, LogoutRow};
use rekey::store::sql::Tx;

use super::{NOW, begin, race, session};

async fn write(tx: &mut Tx, id: &str, after: i64) {
    let logout = LogoutRow {
        id: id.to_owned(),
        app_id: "shop".to_owned(),
        user_id: UserId("ada".to_owned()),
        session_id: session("s"),
        attempts: 0,
        expires_at: NOW.plus(3600),
    };
    logouts::insert(tx, &logout, NOW.plus(after)).await.unwrap();
}

#[tokio::test]
async fn one_teller_gets_it() {
    let (database, mut tx) = begin().await;
    write(&mut tx, "one", 0).await;
    tx.commit().await.unwrap();
    let taken = race(&database.store, 8, |mut tx| async move {
        let taken = logouts::take(&mut tx, NOW.plus(60), NOW).await.unwrap();
        (tx, taken)
    });
    let taken: Vec<_> = taken.await.into_iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].id.as_str(), taken[0].app_id.as_str(), taken[0].attempts), ("one", "shop", 1));
    assert_eq!((taken[0].user_id.0.as_str(), taken[0].session_id.as_str()), ("ada", "s"));
    assert_eq!(taken[0].expires_at, NOW.plus(3600));
}

#[tokio::test]
async fn the_longest_waiting_comes_first_and_nobody_before_their_turn() {
    let (_database, mut tx) = begin().await;
    for (id, after) in [("b", 10), ("a", 20)] {
        write(&mut tx, id, after).await;
    }
    assert!(!logouts::has_turn(&mut tx, NOW.plus(9)).await.unwrap());
    assert!(logouts::take(&mut tx, NOW.plus(99), NOW.plus(9)).await.unwrap().is_none());
    let now = NOW.plus(20);
    assert!(logouts::has_turn(&mut tx, now).await.unwrap());
    for id in ["b", "a"] {
        assert_eq!(logouts::take(&mut tx, NOW.plus(99), now).await.unwrap().unwrap().id, id);
    }
    assert!(!logouts::has_turn(&mut tx, now).await.unwrap(), "both are claimed");
}

#[tokio::test]
async fn what_was_not_heard_comes_again_until_it_ends() {
    let (_database, mut tx) = begin().await;
    write(&mut tx, "one", 0).await;
    logouts::take(&mut tx, NOW.plus(60), NOW).await.unwrap().unwrap();
    logouts::mark_later(&mut tx, "one", NOW.plus(5)).await.unwrap();
    assert!(logouts::take(&mut tx, NOW.plus(60), NOW.plus(4)).await.unwrap().is_none());
    assert_eq!(logouts::take(&mut tx, NOW.plus(60), NOW.plus(5)).await.unwrap().unwrap().attempts, 2);
    let lost = logouts::take(&mut tx, NOW.plus(99), NOW.plus(60)).await.unwrap().unwrap();
    assert_eq!(lost.attempts, 3, "a teller that went away loses its claim");
    logouts::end(&mut tx, "one").await.unwrap();
    assert!(!logouts::has_turn(&mut tx, NOW.plus(3600)).await.unwrap());
}
