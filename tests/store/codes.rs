//! Codes and links of recovery requests, as digests.

use rekey::model::ids::CodeId;
use rekey::model::recovery::RecoveryCodeRow;
use rekey::store::error::StoreError;
use rekey::store::recovery;

use super::recovery::open;
use super::{NOW, begin, person, request_id};

/// A message's code that is good for ten minutes, its link for an hour.
pub fn code(id: &str, request: &str) -> RecoveryCodeRow {
    RecoveryCodeRow {
        id: CodeId(id.to_owned()),
        request_id: request_id(request),
        code_digest: format!("digest of {id}"),
        code_expires_at: NOW.plus(600),
        link_expires_at: NOW.plus(3600),
        is_current: true,
    }
}

#[tokio::test]
async fn the_newest_code_of_a_request_is_the_current_one() {
    let (_database, mut tx) = begin().await;
    let ada = person(&mut tx, "ada").await;
    let (one, two) = (open(&mut tx, "one", Some(&ada)).await, open(&mut tx, "two", Some(&ada)).await);
    for (id, request) in [("a", "one"), ("b", "two"), ("c", "one")] {
        recovery::insert_code(&mut tx, &code(id, request), &format!("link {id}")).await.unwrap();
    }
    let current = recovery::current_code(&mut tx, &one).await.unwrap().unwrap();
    assert_eq!((current.id.0.as_str(), current.code_digest.as_str()), ("c", "digest of c"));
    assert_eq!((current.code_expires_at, current.link_expires_at), (NOW.plus(600), NOW.plus(3600)));
    assert_eq!(recovery::current_code(&mut tx, &two).await.unwrap().unwrap().id.0, "b");
    assert!(recovery::current_code(&mut tx, &request_id("three")).await.unwrap().is_none());
    let older = recovery::by_link(&mut tx, "link a").await.unwrap().unwrap();
    assert_eq!((older.id.0.as_str(), older.request_id, older.is_current), ("a", one, false));
    assert!(recovery::by_link(&mut tx, "a").await.unwrap().is_none());
}

#[tokio::test]
async fn the_codes_of_a_subject_are_listed_newest_first() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (person(&mut tx, "ada").await, person(&mut tx, "bob").await);
    open(&mut tx, "one", Some(&ada)).await;
    open(&mut tx, "two", Some(&ada)).await;
    open(&mut tx, "other", Some(&bob)).await;
    recovery::insert_code(&mut tx, &code("99", "other"), "link of bob").await.unwrap();
    for number in 0..42 {
        let (id, request) = (format!("{number:02}"), if number % 2 == 0 { "one" } else { "two" });
        recovery::insert_code(&mut tx, &code(&id, request), &format!("link {id}")).await.unwrap();
    }
    let listed: Vec<String> =
        recovery::list_codes(&mut tx, "ada").await.unwrap().into_iter().map(|c| c.id.0).collect();
    let newest: Vec<String> = (2..42).rev().map(|number| format!("{number:02}")).collect();
    assert_eq!(listed, newest, "of both requests, at most forty");
}

#[tokio::test]
async fn a_link_belongs_to_one_code() {
    let (_database, mut tx) = begin().await;
    open(&mut tx, "one", None).await;
    recovery::insert_code(&mut tx, &code("a", "one"), "link").await.unwrap();
    let taken = recovery::insert_code(&mut tx, &code("b", "one"), "link").await;
    assert!(matches!(taken, Err(StoreError::Conflict)), "{taken:?}");
}
