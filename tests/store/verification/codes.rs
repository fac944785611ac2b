//! Codes and links of recovery requests, as digests.

use rekey_core::db::error::StoreError;
use rekey_core::db::sql::Tx;
use rekey_core::types::ids::{CodeId, RequestId};
use rekey_core::types::purpose::Purpose;
use rekey_core::verification;
use rekey_core::verification::store::codes;
use rekey_core::verification::verification_request::{VerificationCodeRow, VerificationRequest};

use crate::store::verification::requests::open;
use crate::store::{NOW, begin, insert_user, request, request_id};

/// A message's code that is good for ten minutes, its link for an hour.
pub fn code(id: &str, request: &str) -> VerificationCodeRow {
    VerificationCodeRow {
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

/// A delivery at the moment when it would have been given up.
pub fn delivery(was_sent: bool) -> codes::Delivery {
    codes::Delivery { was_sent, at: NOW, until: NOW }
}

async fn send(tx: &mut Tx, id: &str, request: &str) -> CodeId {
    codes::insert(tx, &code(id, request), Some(&format!("link {id}"))).await.unwrap();
    CodeId(id.to_owned())
}

async fn delivered(tx: &mut Tx, of: &RequestId) -> Vec<String> {
    let request = verification::store::by_id(tx, of).await.unwrap().unwrap();
    codes::list_delivered(tx, &request, None).await.unwrap().into_iter().map(|row| row.id.0).collect()
}

#[tokio::test]
async fn a_code_is_found_by_its_link() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
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
    let (ada, bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    let ours = open(&mut tx, "ours", Some(&ada)).await;
    let app = |name: &str| Some(name.to_owned());
    let others = [
        VerificationRequest { app_id: app("till"), by_address: true, ..request("shop", Some(&ada)) },
        VerificationRequest { purpose: Purpose::SignIn, ..request("event", Some(&ada)) },
        VerificationRequest { identifier: "phone:1".to_owned(), ..request("phone", Some(&ada)) },
        VerificationRequest { is_decoy: true, ..request("decoy", Some(&ada)) },
        request("bob", Some(&bob)),
    ];
    for other in &others {
        verification::store::insert(&mut tx, other).await.unwrap();
    }
    for (number, of) in ["ours", "shop", "event", "phone", "decoy", "bob", "ours"].iter().enumerate() {
        let id = send(&mut tx, &number.to_string(), of).await;
        codes::mark_delivered(&mut tx, &id, delivery(true)).await.unwrap();
    }
    send(&mut tx, "9", "ours").await;
    assert_eq!(
        delivered(&mut tx, &ours).await,
        ["6", "1", "0"],
        "of one moment, in the order of their arrival"
    );
    assert_eq!(delivered(&mut tx, &request_id("shop")).await, ["1"]);
    let request_row = verification::store::by_id(&mut tx, &ours).await.unwrap().unwrap();
    let mut waiting = async |now| {
        let rows = codes::list_undelivered(&mut tx, &request_row, None, now, 2).await.unwrap();
        rows.into_iter().map(|row| row.id.0).collect::<Vec<_>>()
    };
    assert_eq!(waiting(NOW).await, ["9"]);
    assert!(waiting(NOW.plus_seconds(600)).await.is_empty());
}

#[tokio::test]
async fn a_decoy_message_counts_as_delivered_only_for_a_decoy() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let meant = open(&mut tx, "meant", Some(&ada)).await;
    let decoy = VerificationRequest { is_decoy: true, ..request("decoy", None) };
    verification::store::insert(&mut tx, &decoy).await.unwrap();
    for (id, of) in [("a", "meant"), ("b", "decoy")] {
        let id = send(&mut tx, id, of).await;
        codes::mark_delivered(&mut tx, &id, delivery(false)).await.unwrap();
    }
    assert!(delivered(&mut tx, &meant).await.is_empty());
    assert_eq!(delivered(&mut tx, &decoy.id).await, ["b"]);
}

#[tokio::test]
async fn a_code_is_used_once_and_not_after_removal() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    open(&mut tx, "one", Some(&ada)).await;
    let new = VerificationRequest { purpose: Purpose::SignUp, ..request("new", Some(&ada)) };
    verification::store::insert(&mut tx, &new).await.unwrap();
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
    codes::insert(&mut tx, &code("a", "one"), Some("link")).await.unwrap();
    let taken = codes::insert(&mut tx, &code("b", "one"), Some("link")).await;
    assert!(matches!(taken, Err(StoreError::Conflict)), "{taken:?}");
}
