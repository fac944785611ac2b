//! How a grant ends, and that everything issued under it ends too.

use rekey_core::db::sql::Tx;
use rekey_core::types::ids::UserId;
use rekey_core::{grants, users};

use super::{NOW, begin, granted, insert_user, left, race, session};

const ALL: [&str; 4] = ["first", "second", "third", "bobs"];

/// Two grants of one session of Ada's, one of another, and one of Bob's.
async fn fixture(tx: &mut Tx) -> (UserId, UserId) {
    let (ada, bob) = (insert_user(tx, "ada").await, insert_user(tx, "bob").await);
    for (name, session_id) in [("first", "here"), ("second", "here"), ("third", "there")] {
        granted(tx, &ada, name, session_id).await;
    }
    granted(tx, &bob, "bobs", "bobs").await;
    (ada, bob)
}

#[tokio::test]
async fn a_grant_takes_its_codes_and_tokens_along() {
    let (database, mut tx) = begin().await;
    fixture(&mut tx).await;
    assert_eq!(left(&mut tx, &ALL).await, ALL);
    tx.commit().await.unwrap();
    let ended = race(&database.store, 4, |mut tx| async move {
        let ended = grants::store::revoke(&mut tx, "first").await.unwrap();
        (tx, ended)
    });
    assert_eq!(ended.await.into_iter().filter(|ended| *ended).count(), 1);
    let mut tx = database.store.read().await.unwrap();
    assert_eq!(left(&mut tx, &ALL).await, ["second", "third", "bobs"]);
}

#[tokio::test]
async fn the_grants_of_a_user_or_a_session_are_listed() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = fixture(&mut tx).await;
    let names = async |tx: &mut Tx, user, of: Option<&str>| {
        let of = of.map(session);
        let found = grants::store::list(tx, user, of.as_ref()).await.unwrap();
        found.into_iter().map(|grant| grant.id).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut tx, &ada, None).await, ["first", "second", "third"]);
    assert_eq!(names(&mut tx, &ada, Some("here")).await, ["first", "second"]);
    assert!(names(&mut tx, &bob, Some("here")).await.is_empty());
}

#[tokio::test]
async fn a_session_takes_its_grants_along() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = fixture(&mut tx).await;
    grants::store::revoke_by_session(&mut tx, &bob, &session("here")).await.unwrap();
    assert_eq!(left(&mut tx, &ALL).await, ALL, "it is not Bob's session");
    grants::store::revoke_by_session(&mut tx, &ada, &session("here")).await.unwrap();
    assert_eq!(left(&mut tx, &ALL).await, ["third", "bobs"]);
}

#[tokio::test]
async fn every_grant_ends_but_those_of_one_session() {
    let (_database, mut tx) = begin().await;
    let (ada, _) = fixture(&mut tx).await;
    grants::store::revoke_all_except(&mut tx, &ada, Some(&session("there"))).await.unwrap();
    assert_eq!(left(&mut tx, &ALL).await, ["third", "bobs"]);
    grants::store::revoke_all_except(&mut tx, &ada, None).await.unwrap();
    assert_eq!(left(&mut tx, &ALL).await, ["bobs"]);
}

#[tokio::test]
async fn a_session_hands_its_own_grants_over() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = fixture(&mut tx).await;
    grants::store::reassign_session(&mut tx, &bob, &session("here"), &session("new")).await.unwrap();
    grants::store::reassign_session(&mut tx, &ada, &session("there"), &session("new")).await.unwrap();
    let new = grants::store::list(&mut tx, &ada, Some(&session("new"))).await.unwrap();
    assert_eq!(new.iter().map(|grant| grant.id.as_str()).collect::<Vec<_>>(), ["third"]);
    assert!(grants::store::list(&mut tx, &bob, Some(&session("new"))).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_app_takes_its_grants_along() {
    let (_database, mut tx) = begin().await;
    fixture(&mut tx).await;
    grants::store::revoke_by_app(&mut tx, "blog").await.unwrap();
    assert_eq!(left(&mut tx, &ALL).await, ALL);
    grants::store::revoke_by_app(&mut tx, "shop").await.unwrap();
    assert!(left(&mut tx, &ALL).await.is_empty());
}

#[tokio::test]
async fn a_user_ends_the_grants_of_one_app() {
    let (_database, mut tx) = begin().await;
    let (ada, _) = fixture(&mut tx).await;
    grants::store::revoke_by_user(&mut tx, &ada, "blog").await.unwrap();
    assert_eq!(left(&mut tx, &ALL).await, ALL, "it is another app");
    grants::store::revoke_by_user(&mut tx, &ada, "shop").await.unwrap();
    assert_eq!(left(&mut tx, &ALL).await, ["bobs"]);
}

#[tokio::test]
async fn deleting_a_user_deletes_their_grants() {
    let (_database, mut tx) = begin().await;
    let (ada, _) = fixture(&mut tx).await;
    tx.run("delete from users where id = $1", rekey_core::args![&ada]).await.unwrap();
    assert!(users::store::by_id(&mut tx, &ada).await.unwrap().is_none());
    assert_eq!(left(&mut tx, &ALL).await, ["bobs"]);
    assert!(grants::store::lock(&mut tx, "first", NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn a_deleted_app_takes_its_grants_along() {
    let (_database, mut tx) = begin().await;
    fixture(&mut tx).await;
    grants::store::revoke_by_app(&mut tx, "another").await.unwrap();
    assert_eq!(left(&mut tx, &ALL).await, ALL);
    let app = grants::store::by_id(&mut tx, "first", NOW).await.unwrap().unwrap().app_id;
    grants::store::revoke_by_app(&mut tx, &app).await.unwrap();
    assert!(left(&mut tx, &ALL).await.is_empty());
}
