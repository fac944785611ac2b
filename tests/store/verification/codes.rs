//! Codes and links of recovery requests, as digests.

use rekey::model::ids::{CodeId, RequestId};
use rekey::model::recovery::{InteractionEvent, RecoveryCodeRow, RecoveryRequest};
use rekey::store::error::StoreError;
use rekey::store::recovery::{self, codes};
use rekey::store::sql::Tx;

use crate::store::verification::recovery::open;
use crate::store::{NOW, begin, person, request, request_id};

/// A message's code that is good for ten minutes, its link for an hour.
pub fn code(id: &str, request: &str) -> RecoveryCodeRow {
    RecoveryCodeRow {
        id: CodeId(id.to_owned()),
        request_id: request_id(request),
        code_digest: format!("digest of {id}"),
        code_expires_at: NOW.plus_seconds(600),
        link_expires_at: NOW.plus_seconds(3600),
        delivered_at: None,
        is_used: false,
        is_revoked: false,
    }
}

async fn send(tx: &mut Tx, id: &str, request: &str) -> CodeId {
    codes::insert(tx, &code(id, request), &format!("link {id}")).await.unwrap();
    CodeId(id.to_owned())
}

async fn delivered(tx: &mut Tx, of: &RequestId) -> Vec<String> {
    let request = recovery::by_id(tx, of).await.unwrap().unwrap();
    codes::list_delivered(tx, &request).await.unwrap().into_iter().map(|row| row.id.0).collect()
}

#[tokio::test]
async fn a_code_is_found_by_its_link() {
    let (_database, mut tx) = begin().await;
    let ada = person(&mut tx, "ada").await;
    let one = open(&mut tx, "one", Some(&ada)).await;
    open(&mut tx, "two", Some(&ada)).await;
    for (id, request) in [("a", "one"), ("b", "two"), ("c", "one")] {
        send(&mut tx, id, request).await;
    }
    let newest = codes::by_link(&mut tx, "link c").await.unwrap().unwrap();
    assert_eq!((newest.id.0.as_str(), newest.code_digest.as_str()), ("c", "digest of c"));
    assert_eq!(
        (newest.code_expires_at, newest.link_expires_at),
        (NOW.plus_seconds(600), NOW.plus_seconds(3600))
    );
    let older = codes::by_link(&mut tx, "link a").await.unwrap().unwrap();
    assert_eq!((older.id.0.as_str(), older.request_id), ("a", one));
    assert!(codes::by_link(&mut tx, "a").await.unwrap().is_none());
}

/// Requests of other people, addresses and purposes, and where an app's screens are its own of other apps,
/// have nothing to do with it.
#[tokio::test]
async fn the_delivered_codes_of_an_address_and_purpose_are_listed_newest_first() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (person(&mut tx, "ada").await, person(&mut tx, "bob").await);
    let ours = open(&mut tx, "ours", Some(&ada)).await;
    let app = |name: &str| Some(name.to_owned());
    let others = [
        RecoveryRequest { app_id: app("till"), by_address: true, ..request("shop", Some(&ada)) },
        RecoveryRequest { event: InteractionEvent::SignIn, ..request("event", Some(&ada)) },
        RecoveryRequest { identifier: "phone:1".to_owned(), ..request("phone", Some(&ada)) },
        RecoveryRequest { is_decoy: true, ..request("decoy", Some(&ada)) },
        request("bob", Some(&bob)),
    ];
    for other in &others {
        recovery::insert(&mut tx, other).await.unwrap();
    }
    for (number, of) in ["ours", "shop", "event", "phone", "decoy", "bob", "ours"].iter().enumerate() {
        let id = send(&mut tx, &number.to_string(), of).await;
        codes::mark_delivered(&mut tx, &id, true, NOW).await.unwrap();
    }
    send(&mut tx, "9", "ours").await;
    assert_eq!(
        delivered(&mut tx, &ours).await,
        ["6", "1", "0"],
        "of one moment, in the order of their arrival"
    );
    assert_eq!(delivered(&mut tx, &request_id("shop")).await, ["1"]);
    let request_row = recovery::by_id(&mut tx, &ours).await.unwrap().unwrap();
    let mut waiting = async |now| {
        let rows = codes::list_undelivered(&mut tx, &request_row, now, 2).await.unwrap();
        rows.into_iter().map(|row| row.id.0).collect::<Vec<_>>()
    };
    assert_eq!(waiting(NOW).await, ["9"]);
    assert!(waiting(NOW.plus_seconds(600)).await.is_empty());
}

#[tokio::test]
async fn a_decoy_message_counts_as_delivered_only_for_a_decoy() {
    let (_database, mut tx) = begin().await;
    let ada = person(&mut tx, "ada").await;
    let meant = open(&mut tx, "meant", Some(&ada)).await;
    let decoy = RecoveryRequest { is_decoy: true, ..request("decoy", None) };
    recovery::insert(&mut tx, &decoy).await.unwrap();
    for (id, of) in [("a", "meant"), ("b", "decoy")] {
        let id = send(&mut tx, id, of).await;
        codes::mark_delivered(&mut tx, &id, false, NOW).await.unwrap();
    }
    assert!(delivered(&mut tx, &meant).await.is_empty());
    assert_eq!(delivered(&mut tx, &decoy.id).await, ["b"]);
}

#[tokio::test]
async fn a_code_is_used_once_and_not_after_removal() {
    let (_database, mut tx) = begin().await;
    let ada = person(&mut tx, "ada").await;
    open(&mut tx, "one", Some(&ada)).await;
    let new = RecoveryRequest { event: InteractionEvent::Register, ..request("new", Some(&ada)) };
    recovery::insert(&mut tx, &new).await.unwrap();
    let (used, left) = (send(&mut tx, "a", "one").await, send(&mut tx, "b", "one").await);
    let to_sign_up = send(&mut tx, "c", "new").await;
    assert!(codes::mark_used(&mut tx, &used).await.unwrap());
    assert!(!codes::mark_used(&mut tx, &used).await.unwrap());
    codes::revoke_all(&mut tx, &ada).await.unwrap();
    assert!(!codes::mark_used(&mut tx, &left).await.unwrap());
    assert!(codes::mark_used(&mut tx, &to_sign_up).await.unwrap(), "it is not ada's");
}

#[tokio::test]
async fn a_link_belongs_to_one_code() {
    let (_database, mut tx) = begin().await;
    open(&mut tx, "one", None).await;
    codes::insert(&mut tx, &code("a", "one"), "link").await.unwrap();
    let taken = codes::insert(&mut tx, &code("b", "one"), "link").await;
    assert!(matches!(taken, Err(StoreError::Conflict)), "{taken:?}");
}
