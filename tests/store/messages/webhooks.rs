//! Webhooks and their deliveries.

use rekey_core::args;
use rekey_core::db::Store;
use rekey_core::db::sql::{Rows, Tx};
use rekey_core::types::ids::UserId;
use rekey_core::types::time::Timestamp;
use rekey_core::webhooks::attempts_store::AttemptOutcome;
use rekey_core::webhooks::deliveries_store::{DeliveryRow, NewDelivery, Search};
use rekey_core::webhooks::store::WebhookRow;
use rekey_core::webhooks::{self, attempts_store, deliveries_store};

use crate::store::{NOW, begin, insert_user, sweep_slices};

/// Everything that the webhook was told.
const ALL: Search<'static> =
    Search { webhook: "one", event: "", from: NOW, to: Timestamp(NOW.0 + 1000), least_attempts: 0 };

async fn webhook(tx: &mut Tx, id: &str) -> WebhookRow {
    let row = WebhookRow {
        id: id.to_owned(),
        name: "Test".to_owned(),
        events: "[]".to_owned(),
        sealed: "sealed".to_owned(),
        is_enabled: true,
        failures: 0,
        created_at: NOW,
    };
    webhooks::store::insert(tx, &row).await.unwrap();
    row
}

async fn delivery(tx: &mut Tx, id: &str, user_id: Option<&UserId>) {
    let about = match user_id {
        Some(user) => Some((user, deliveries_store::take_next(tx, user, NOW).await.unwrap())),
        None => None,
    };
    let body = "{}".to_owned();
    let new = NewDelivery {
        id: id.to_owned(),
        webhook_id: "one",
        event: "PostSignIn",
        user_and_sequence: about,
        body,
        request_id: Some("request"),
    };
    deliveries_store::insert(tx, &new, NOW).await.unwrap();
}

/// Claims the next of the webhook.
async fn take(tx: &mut Tx) -> Option<DeliveryRow> {
    let id = attempts_store::next_due(tx, "one", NOW).await.unwrap()?;
    attempts_store::take(tx, &id, NOW.plus_seconds(60), NOW).await.unwrap()
}

/// Places count up for each person, and a forgotten one begins behind what was there.
#[tokio::test]
async fn a_sequence_number_increases_and_is_at_least_the_time() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (UserId("ada".to_owned()), UserId("bob".to_owned()));
    let mut places = Vec::new();
    for (user_id, at) in
        [(&ada, NOW), (&ada, NOW), (&bob, NOW), (&ada, NOW.plus_seconds(-1)), (&ada, NOW.plus_seconds(1))]
    {
        places.push(deliveries_store::take_next(&mut tx, user_id, at).await.unwrap() - NOW.0);
    }
    assert_eq!(places, [0, 1, 0, 2, 1000]);
    let week = 7 * 24 * 3600;
    assert_eq!(sweep_slices(&mut tx, NOW, NOW.plus_seconds(week)).await, 0);
    assert_eq!(sweep_slices(&mut tx, NOW, NOW.plus_seconds(week + 1)).await, 1, "Bob's");
}

#[tokio::test]
async fn a_removed_webhook_gets_no_deliveries_and_causes_no_error() {
    let (_database, mut tx) = begin().await;
    delivery(&mut tx, "a", None).await;
    assert!(deliveries_store::by_id(&mut tx, "one", "a").await.unwrap().is_none());
}

fn answered(attempt: i64, status: i64) -> AttemptOutcome {
    AttemptOutcome { attempt, status: Some(status), answer: "…".to_owned() }
}

#[tokio::test]
async fn a_webhook_is_stored_changed_and_removed() {
    let (_database, mut tx) = begin().await;
    let row = webhook(&mut tx, "one").await;
    let changed = WebhookRow { name: "Other".to_owned(), is_enabled: false, ..row };
    webhooks::store::save(&mut tx, &changed).await.unwrap();
    let found = webhooks::store::by_id(&mut tx, "one").await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.is_enabled), ("Other", false));
    assert_eq!(webhooks::store::list(&mut tx).await.unwrap().len(), 1);
    assert!(webhooks::store::delete(&mut tx, "one").await.unwrap());
    assert!(!webhooks::store::delete(&mut tx, "one").await.unwrap());
}

#[tokio::test]
async fn the_deliveries_of_a_webhook_are_deleted_with_it() {
    let (_database, mut tx) = begin().await;
    webhook(&mut tx, "one").await;
    delivery(&mut tx, "first", None).await;
    assert!(webhooks::store::delete(&mut tx, "one").await.unwrap());
    assert_eq!(deliveries_store::delete_all(&mut tx, "one").await.unwrap(), 1);
    delivery(&mut tx, "second", None).await;
    assert!(deliveries_store::by_id(&mut tx, "one", "second").await.unwrap().is_none());
}

#[tokio::test]
async fn failures_in_a_row_disable_once_and_enabling_clears_them() {
    let (_database, mut tx) = begin().await;
    let row = webhook(&mut tx, "one").await;
    assert!(!webhooks::store::record_failure(&mut tx, "one", 2).await.unwrap());
    webhooks::store::reset_failures(&mut tx, "one").await.unwrap();
    assert!(!webhooks::store::record_failure(&mut tx, "one", 2).await.unwrap());
    assert!(webhooks::store::record_failure(&mut tx, "one", 2).await.unwrap());
    assert!(!webhooks::store::record_failure(&mut tx, "one", 2).await.unwrap(), "it is off already");
    webhooks::store::save(&mut tx, &row).await.unwrap();
    assert_eq!(webhooks::store::by_id(&mut tx, "one").await.unwrap().unwrap().failures, 0);
}

#[tokio::test]
async fn only_the_earliest_pending_delivery_of_a_user_can_be_claimed() {
    let (_database, mut tx) = begin().await;
    webhook(&mut tx, "one").await;
    let (ada, bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    // The ids say nothing about the order: all of a moment begin alike.
    for (id, user_id) in [("z", Some(&ada)), ("a", Some(&ada)), ("m", Some(&bob)), ("n", None), ("o", None)] {
        delivery(&mut tx, id, user_id).await;
    }
    assert!(attempts_store::next_due(&mut tx, "two", NOW).await.unwrap().is_none());
    assert!(
        attempts_store::take(&mut tx, "a", NOW.plus_seconds(60), NOW).await.unwrap().is_none(),
        "not its turn"
    );
    let mut taken = Vec::new();
    while let Some(row) = take(&mut tx).await {
        assert_eq!(row.request_id.as_deref(), Some("request"));
        taken.push(row.id);
    }
    assert_eq!(taken, ["n", "o", "m", "z"]);
    attempts_store::mark_for_retry(&mut tx, "z", &answered(1, 500), NOW.plus_seconds(5)).await.unwrap();
    assert!(take(&mut tx).await.is_none());
    attempts_store::mark_failed(&mut tx, "z", &answered(2, 500), NOW).await.unwrap();
    assert!(
        deliveries_store::by_id(&mut tx, "one", "z").await.unwrap().unwrap().done_at.is_none(),
        "it is of another try"
    );
    attempts_store::mark_delivered(&mut tx, "z", &answered(1, 200), NOW).await.unwrap();
    let next = take(&mut tx).await.unwrap();
    assert_eq!((next.id.as_str(), next.attempts), ("a", 1));
}

#[tokio::test]
async fn no_delivery_of_a_disabled_webhook_is_claimed() {
    let (_database, mut tx) = begin().await;
    let row = webhook(&mut tx, "one").await;
    delivery(&mut tx, "a", None).await;
    webhooks::store::save(&mut tx, &WebhookRow { is_enabled: false, ..row }).await.unwrap();
    assert!(take(&mut tx).await.is_none());
    assert!(attempts_store::take(&mut tx, "a", NOW.plus_seconds(60), NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn ended_deliveries_are_listed_counted_and_replayed() {
    let (_database, mut tx) = begin().await;
    webhook(&mut tx, "one").await;
    for id in ["a", "b", "c"] {
        delivery(&mut tx, id, None).await;
    }
    attempts_store::mark_delivered(&mut tx, "a", &answered(0, 200), NOW).await.unwrap();
    attempts_store::mark_failed(&mut tx, "b", &answered(0, 500), NOW).await.unwrap();
    let listed = deliveries_store::list(&mut tx, &ALL, Rows { skip: 1, limit: 5 }).await.unwrap();
    assert_eq!(listed.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(deliveries_store::count(&mut tx, &ALL, 10).await.unwrap(), 3);
    assert_eq!(deliveries_store::count(&mut tx, &ALL, 2).await.unwrap(), 2);
    let of_another = Search { event: "User.Deleted", ..ALL };
    assert_eq!(deliveries_store::count(&mut tx, &of_another, 10).await.unwrap(), 0);
    let tried = Search { least_attempts: 1, ..ALL };
    assert_eq!(deliveries_store::count(&mut tx, &tried, 10).await.unwrap(), 0);
    assert_eq!(deliveries_store::count_by_webhook(&mut tx, NOW).await.unwrap(), [("one".to_owned(), 1, 2)]);
    assert!(deliveries_store::mark_for_redelivery(&mut tx, "one", "a", NOW).await.unwrap());
    assert!(
        !deliveries_store::mark_for_redelivery(&mut tx, "one", "c", NOW).await.unwrap(),
        "it waits already"
    );
    assert_eq!(deliveries_store::mark_all_for_redelivery(&mut tx, "one", NOW, NOW).await.unwrap(), 1);
    let row = deliveries_store::by_id(&mut tx, "one", "b").await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.attempts, row.done_at), ("pending", 0, None));
    assert!(deliveries_store::by_id(&mut tx, "two", "b").await.unwrap().is_none());
}

/// Two transactions about one person that share no other row: the second has no place before the first has
/// ended, however long that takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequence_number_is_never_visible_before_a_lower_one() {
    let (database, mut tx) = begin().await;
    webhook(&mut tx, "one").await;
    let ada = insert_user(&mut tx, "ada").await;
    tx.commit().await.unwrap();
    let other = Store::open(&database.url).await.unwrap();
    let mut first = database.store.write().await.unwrap();
    delivery(&mut first, "z", Some(&ada)).await;
    let second = tokio::spawn(async move {
        let mut tx = other.write().await.unwrap();
        delivery(&mut tx, "a", Some(&ada)).await;
        tx.commit().await.unwrap();
    });
    for _ in 0..200 {
        let mut tx = database.store.read().await.unwrap();
        assert_eq!(deliveries_store::count(&mut tx, &ALL, 9).await.unwrap(), 0);
    }
    first.commit().await.unwrap();
    second.await.unwrap();
    let mut tx = database.store.read().await.unwrap();
    let all: Vec<(String,)> =
        tx.all("select id from hook_deliveries order by place, id", args![]).await.unwrap();
    assert_eq!(all, [("z".to_owned(),), ("a".to_owned(),)]);
}
