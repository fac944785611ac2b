//! What is kept sealed, row by row, against both engines.

use rekey::model::app::AppSecret;
use rekey::store::apps::DigestReplacement;
use rekey::store::idempotent_replies::{self, NewReply};
use rekey::store::outbox::NewMessage;
use rekey::store::sealed::{self, SealedTable};
use rekey::store::{apps, outbox, settings};

use super::{NOW, begin};

#[tokio::test]
async fn sealed_rows_are_listed_in_slices_and_replaced_only_as_they_were_read() {
    let (_database, mut tx) = begin().await;
    for id in ["a", "b", "c"] {
        settings::save_connector(&mut tx, id, &format!("sealed {id}"), NOW).await.unwrap();
    }
    let first = sealed::list_sealed(&mut tx, SealedTable::Connectors, "", 2).await.unwrap();
    assert_eq!(first.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let rest = sealed::list_sealed(&mut tx, SealedTable::Connectors, "b", 2).await.unwrap();
    assert_eq!(rest.len(), 1);
    assert!(sealed::save_sealed(&mut tx, SealedTable::Connectors, &first[0], "anew").await.unwrap());
    assert!(
        !sealed::save_sealed(&mut tx, SealedTable::Connectors, &first[0], "again").await.unwrap(),
        "somebody was faster"
    );
    assert_eq!(settings::connector(&mut tx, "a").await.unwrap().as_deref(), Some("anew"));
}

#[tokio::test]
async fn every_place_can_be_read_and_written() {
    let (_database, mut tx) = begin().await;
    let id = rekey::model::ids::OutboxId("one".to_owned());
    let expires_at = NOW.plus_seconds(60);
    let message = NewMessage { id: &id, sealed: "sealed", request_id: None, expires_at };
    outbox::insert(&mut tx, &message, NOW).await.unwrap();
    let new =
        NewReply { id: "one", asked: "asked", now: NOW, stale_before: NOW, expires_at: NOW.plus_seconds(60) };
    idempotent_replies::claim(&mut tx, &new).await.unwrap();
    assert!(
        sealed::list_sealed(&mut tx, SealedTable::Replies, "", 9).await.unwrap().is_empty(),
        "no answer yet"
    );
    idempotent_replies::save(&mut tx, "one", "sealed").await.unwrap();
    for place in SealedTable::ALL {
        for row in sealed::list_sealed(&mut tx, place, "", 9).await.unwrap() {
            assert!(sealed::save_sealed(&mut tx, place, &row, "anew").await.unwrap(), "{place:?}");
        }
    }
    for place in [SealedTable::Outbox, SealedTable::Replies] {
        assert_eq!(sealed::list_sealed(&mut tx, place, "", 9).await.unwrap()[0].sealed, "anew", "{place:?}");
    }
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
    apps::insert_secret(&mut tx, "one", &secret).await.unwrap();
    let renewed = |before: &str| DigestReplacement { old: before.to_owned(), new: "new".to_owned() };
    assert!(!apps::replace_secret_digest(&mut tx, "ops", "first", &renewed("other"), "key").await.unwrap());
    assert!(apps::replace_secret_digest(&mut tx, "ops", "first", &renewed("old"), "key").await.unwrap());
    let kept = apps::list_secrets(&mut tx).await.unwrap().remove(0);
    assert_eq!((kept.digest.as_str(), kept.key_id.as_deref()), ("new", Some("key")));
}
