//! The outbox: a message is claimed by one sender at a time, and claimed again when its sender crashed.

use std::collections::BTreeSet;

use rekey_core::args;
use rekey_core::db::sql::Tx;
use rekey_core::messages;
use rekey_core::messages::store::{NewMessage, OutboxOutcome};
use rekey_core::types::ids::{CodeId, OutboxId};

use crate::store::{NOW, begin, race};

fn message(name: &str) -> OutboxId {
    OutboxId(name.to_owned())
}

async fn put(tx: &mut Tx, name: &str, seconds: i64) -> OutboxId {
    let id = message(name);
    let new = NewMessage {
        id: &id,
        sealed: "sealed",
        request_id: Some("request"),
        expires_at: NOW.plus_seconds(600),
    };
    messages::store::insert(tx, &new, NOW.plus_seconds(seconds)).await.unwrap();
    id
}

async fn claim(tx: &mut Tx, seconds: i64) -> Option<String> {
    let row =
        messages::store::take(tx, NOW.plus_seconds(seconds + 60), NOW.plus_seconds(seconds)).await.unwrap();
    row.map(|row| row.id.0)
}

async fn state(tx: &mut Tx, id: &OutboxId) -> (String, String, Option<i64>) {
    tx.one("select state, sealed, done_at from outbox where id = $1", args![id]).await.unwrap()
}

#[tokio::test]
async fn messages_leave_in_the_order_of_their_turn() {
    let (_database, mut tx) = begin().await;
    put(&mut tx, "late", 10).await;
    put(&mut tx, "b", 0).await;
    put(&mut tx, "a", 0).await;
    assert_eq!(claim(&mut tx, 0).await.as_deref(), Some("a"));
    assert_eq!(claim(&mut tx, 0).await.as_deref(), Some("b"));
    assert_eq!(claim(&mut tx, 0).await, None, "it is not its turn yet");
    assert!(!messages::store::has_due(&mut tx, NOW).await.unwrap());
    assert!(messages::store::has_due(&mut tx, NOW.plus_seconds(10)).await.unwrap());
    assert_eq!(claim(&mut tx, 10).await.as_deref(), Some("late"));
}

#[tokio::test]
async fn a_claim_lasts_until_its_lease_ends() {
    let (_database, mut tx) = begin().await;
    put(&mut tx, "one", 0).await;
    let first = messages::store::take(&mut tx, NOW.plus_seconds(60), NOW).await.unwrap().unwrap();
    assert_eq!((first.sealed.as_str(), first.attempts), ("sealed", 1));
    assert_eq!((first.expires_at, first.created_at), (NOW.plus_seconds(600), NOW));
    assert_eq!(claim(&mut tx, 59).await, None);
    let again =
        messages::store::take(&mut tx, NOW.plus_seconds(120), NOW.plus_seconds(60)).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempts), (message("one"), 2));
    assert_eq!(again.request_id.as_deref(), Some("request"), "on every attempt");
}

#[tokio::test]
async fn a_message_knows_the_code_in_it() {
    let (_database, mut tx) = begin().await;
    let (with, _) = (put(&mut tx, "with", 0).await, put(&mut tx, "without", 1).await);
    messages::store::save_code_id(&mut tx, &with, &CodeId("code".to_owned())).await.unwrap();
    for expected in [Some(CodeId("code".to_owned())), None] {
        let row =
            messages::store::take(&mut tx, NOW.plus_seconds(60), NOW.plus_seconds(1)).await.unwrap().unwrap();
        assert_eq!(row.code_id, expected);
    }
}

#[tokio::test]
async fn no_message_is_handed_out_twice() {
    let (database, mut tx) = begin().await;
    for number in 0..20 {
        put(&mut tx, &format!("{number:02}"), 0).await;
    }
    tx.commit().await.unwrap();
    let claimed = race(&database.store, 40, |mut tx| async move {
        let id = claim(&mut tx, 0).await;
        (tx, id)
    });
    let mut claimed: Vec<String> = claimed.await.into_iter().flatten().collect();
    let mut tx = database.store.write().await.unwrap();
    // On PostgreSQL a sender that lost a race goes away empty-handed; what it left is there for the next one.
    while let Some(id) = claim(&mut tx, 0).await {
        claimed.push(id);
    }
    assert_eq!(claimed.len(), 20);
    assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), 20);
}

#[tokio::test]
async fn a_message_can_be_put_off() {
    let (_database, mut tx) = begin().await;
    let one = put(&mut tx, "one", 0).await;
    claim(&mut tx, 0).await.unwrap();
    messages::store::mark_for_retry(&mut tx, &one, NOW.plus_seconds(5)).await.unwrap();
    assert_eq!(claim(&mut tx, 4).await, None);
    assert_eq!(claim(&mut tx, 5).await.as_deref(), Some("one"));
}

#[tokio::test]
async fn a_done_message_is_empty_and_stays_done() {
    let (_database, mut tx) = begin().await;
    for ending in [OutboxOutcome::Sent, OutboxOutcome::Dropped, OutboxOutcome::Expired, OutboxOutcome::Failed]
    {
        let id = put(&mut tx, ending.name(), 0).await;
        messages::store::mark_done(&mut tx, &id, ending, NOW.plus_seconds(1)).await.unwrap();
        messages::store::mark_done(&mut tx, &id, OutboxOutcome::Sent, NOW.plus_seconds(2)).await.unwrap();
        messages::store::mark_for_retry(&mut tx, &id, NOW).await.unwrap();
        let expected = (ending.name().to_owned(), String::new(), Some(NOW.plus_seconds(1).0));
        assert_eq!(state(&mut tx, &id).await, expected);
    }
    assert_eq!(claim(&mut tx, 500).await, None);
}

#[tokio::test]
async fn what_waits_is_counted_since_the_oldest() {
    let (_database, mut tx) = begin().await;
    assert_eq!(messages::store::queue_depth(&mut tx).await.unwrap(), (0, None));
    let old = put(&mut tx, "old", 0).await;
    put(&mut tx, "new", 30).await;
    assert_eq!(messages::store::queue_depth(&mut tx).await.unwrap(), (2, Some(NOW.0)));
    messages::store::mark_done(&mut tx, &old, OutboxOutcome::Sent, NOW).await.unwrap();
    assert_eq!(messages::store::queue_depth(&mut tx).await.unwrap(), (1, Some(NOW.plus_seconds(30).0)));
}

#[tokio::test]
async fn a_claim_that_is_put_back_leaves_the_message_as_it_was() {
    let (_database, mut tx) = begin().await;
    let id = put(&mut tx, "one", 0).await;
    let first = messages::store::take(&mut tx, NOW.plus_seconds(60), NOW).await.unwrap().unwrap();
    messages::store::put_back(&mut tx, &first, NOW.plus_seconds(10)).await.unwrap();
    assert_eq!(state(&mut tx, &id).await, ("pending".to_owned(), "sealed".to_owned(), None));
    assert_eq!(claim(&mut tx, 9).await, None);
    let again =
        messages::store::take(&mut tx, NOW.plus_seconds(70), NOW.plus_seconds(10)).await.unwrap().unwrap();
    assert_eq!(again.attempts, 1, "the attempt did not count");
    messages::store::mark_for_retry(&mut tx, &id, NOW.plus_seconds(10)).await.unwrap();
    let third =
        messages::store::take(&mut tx, NOW.plus_seconds(70), NOW.plus_seconds(10)).await.unwrap().unwrap();
    messages::store::put_back(&mut tx, &again, NOW).await.unwrap();
    assert_eq!((third.attempts, claim(&mut tx, 20).await), (2, None), "another sender claimed it meanwhile");
}
