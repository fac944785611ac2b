//! What is kept sealed, row by row, against both engines.

use rekey_core::apps::AppSecret;
use rekey_core::apps::store::DigestReplacement;
use rekey_core::idempotency::store::NewReply;
use rekey_core::maintenance::sealed_store::{self, SealedTable};
use rekey_core::messages::store::NewMessage;
use rekey_core::{apps, idempotency, maintenance, messages, settings};

use super::{NOW, begin};

#[tokio::test]
async fn sealed_rows_are_listed_in_slices_and_replaced_only_as_they_were_read() {
    let (_database, mut tx) = begin().await;
    for id in ["a", "b", "c"] {
        settings::store::save_connector(&mut tx, id, &format!("sealed {id}"), NOW).await.unwrap();
    }
    let first = sealed_store::list_sealed(&mut tx, SealedTable::Connectors, "", 2).await.unwrap();
    assert_eq!(first.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let rest = sealed_store::list_sealed(&mut tx, SealedTable::Connectors, "b", 2).await.unwrap();
    assert_eq!(rest.len(), 1);
    assert!(sealed_store::save_sealed(&mut tx, SealedTable::Connectors, &first[0], "anew").await.unwrap());
    assert!(
        !sealed_store::save_sealed(&mut tx, SealedTable::Connectors, &first[0], "again").await.unwrap(),
        "somebody was faster"
    );
    assert_eq!(settings::store::connector(&mut tx, "a").await.unwrap().as_deref(), Some("anew"));
}

#[tokio::test]
async fn every_place_can_be_read_and_written() {
    let (_database, mut tx) = begin().await;
    let id = rekey_core::types::ids::OutboxId("one".to_owned());
    let expires_at = NOW.plus_seconds(60);
    let message = NewMessage { id: &id, sealed: "sealed", request_id: None, expires_at };
    messages::store::insert(&mut tx, &message, NOW).await.unwrap();
    let new =
        NewReply { id: "one", asked: "asked", now: NOW, stale_before: NOW, expires_at: NOW.plus_seconds(60) };
    idempotency::store::claim(&mut tx, &new).await.unwrap();
    assert!(
        sealed_store::list_sealed(&mut tx, SealedTable::Replies, "", 9).await.unwrap().is_empty(),
        "no answer yet"
    );
    idempotency::store::save(&mut tx, "one", "sealed").await.unwrap();
    maintenance::store::insert_key_check(&mut tx, "one", "sealed", NOW).await.unwrap();
    maintenance::store::insert_key_check(&mut tx, "one", "another", NOW).await.unwrap();
    let check = maintenance::store::key_check(&mut tx, "one").await.unwrap();
    assert_eq!(check.as_deref(), Some("sealed"), "of instances that start together, the first sets it");
    for place in SealedTable::ALL {
        for row in sealed_store::list_sealed(&mut tx, place, "", 9).await.unwrap() {
            assert!(sealed_store::save_sealed(&mut tx, place, &row, "anew").await.unwrap(), "{place:?}");
        }
    }
    for place in [SealedTable::Outbox, SealedTable::Replies, SealedTable::KeyChecks] {
        assert_eq!(
            sealed_store::list_sealed(&mut tx, place, "", 9).await.unwrap()[0].sealed,
            "anew",
            "{place:?}"
        );
    }
    maintenance::store::delete_key_check(&mut tx, "one").await.unwrap();
    assert!(maintenance::store::key_check(&mut tx, "one").await.unwrap().is_none());
}

#[tokio::test]
async fn a_secret_is_renewed_only_as_it_was_proved() {
    let (_database, mut tx) = begin().await;
    let secret = AppSecret {
        app_id: "ops".to_owned(),
        name: "first".to_owned(),
        digest: "old".to_owned(),
        created_at: NOW,
        expires_at: None,
        key_id: None,
    };
    apps::store::insert_secret(&mut tx, "one", &secret).await.unwrap();
    let renewed = |before: &str| DigestReplacement { old: before.to_owned(), new: "new".to_owned() };
    assert!(
        !apps::store::replace_secret_digest(&mut tx, "ops", "first", &renewed("other"), "key").await.unwrap()
    );
    assert!(
        apps::store::replace_secret_digest(&mut tx, "ops", "first", &renewed("old"), "key").await.unwrap()
    );
    let kept = apps::store::list_secrets(&mut tx).await.unwrap().remove(0);
    assert_eq!((kept.digest.as_str(), kept.key_id.as_deref()), ("new", Some("key")));
}
