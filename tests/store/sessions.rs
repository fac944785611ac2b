//! Sessions, and the links of "this wasn't me".

use rekey_core::credentials::disputes_store::{self, DisputeLink};
use rekey_core::db::error::StoreError;
use rekey_core::db::sql::Tx;
use rekey_core::sessions;
use rekey_core::sessions::Session;
use rekey_core::types::ids::{SessionId, UserId};
use rekey_core::types::time::Timestamp;

use super::{NOW, begin, insert_user, race, user_id};

fn session_id(name: &str) -> SessionId {
    SessionId(name.to_owned())
}

/// A session that was seen now and ends in an hour; its token's digest is its id.
pub(super) async fn start(tx: &mut Tx, user: &UserId, name: &str) -> SessionId {
    start_with(tx, user, name, None).await
}

/// One that is good for nothing but changing a password.
pub(super) async fn start_for_change(tx: &mut Tx, user: &UserId, name: &str) -> SessionId {
    start_with(tx, user, name, Some(NOW)).await
}

async fn start_with(tx: &mut Tx, user: &UserId, name: &str, must_change: Option<Timestamp>) -> SessionId {
    let session = Session {
        id: session_id(name),
        user_id: user.clone(),
        ip: "192.0.2.7".into(),
        user_agent: "a browser".into(),
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: NOW.plus_seconds(3600),
        must_change,
        idle_seconds: 1000,
    };
    sessions::store::insert(tx, &session, name).await.unwrap();
    session.id
}

async fn list_ids(tx: &mut Tx, user: &UserId) -> Vec<String> {
    let found = sessions::store::list(tx, user, NOW).await.unwrap();
    found.into_iter().map(|session| session.id.0).collect()
}

/// Whether the token of `one` opens a session at that moment.
async fn is_valid(tx: &mut Tx, now: Timestamp) -> bool {
    sessions::store::by_token(tx, "one", now).await.unwrap().is_some()
}

#[tokio::test]
async fn a_token_opens_its_session() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    start(&mut tx, &ada, "one").await;
    let found = sessions::store::by_token(&mut tx, "one", NOW).await.unwrap().unwrap();
    assert_eq!((found.id, found.user_id), (session_id("one"), ada));
    assert_eq!((found.ip.as_str(), found.user_agent.as_str()), ("192.0.2.7", "a browser"));
    assert_eq!((found.created_at, found.last_seen_at, found.expires_at), (NOW, NOW, NOW.plus_seconds(3600)));
    assert!(sessions::store::by_token(&mut tx, "two", NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_is_live_until_its_end_while_it_is_seen() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    start(&mut tx, &ada, "one").await;
    let (idle, end) = (NOW.plus_seconds(1000), NOW.plus_seconds(3600));
    assert!(is_valid(&mut tx, Timestamp(idle.0 - 1)).await);
    assert!(!is_valid(&mut tx, idle).await, "idle for too long");
    sessions::store::mark_seen(&mut tx, &session_id("one"), NOW.plus_seconds(3000)).await.unwrap();
    assert!(is_valid(&mut tx, Timestamp(end.0 - 1)).await);
    assert!(!is_valid(&mut tx, end).await, "past its end");
}

#[tokio::test]
async fn an_ordinary_session_is_locked_until_its_end() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let one = start(&mut tx, &ada, "one").await;
    let limited = start_for_change(&mut tx, &ada, "limited").await;
    assert!(sessions::store::lock(&mut tx, &one, NOW.plus_seconds(3599)).await.unwrap());
    assert!(!sessions::store::lock(&mut tx, &one, NOW.plus_seconds(3600)).await.unwrap(), "past its end");
    assert!(
        !sessions::store::lock(&mut tx, &limited, NOW).await.unwrap(),
        "good for nothing but a new password"
    );
    assert!(sessions::store::revoke(&mut tx, &ada, &one).await.unwrap());
    assert!(!sessions::store::lock(&mut tx, &one, NOW).await.unwrap());
}

#[tokio::test]
async fn a_token_belongs_to_one_session() {
    let (database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    start(&mut tx, &ada, "one").await;
    start(&mut tx, &ada, "two").await;
    tx.commit().await.unwrap();
    let mut tx = database.store.write().await.unwrap();
    let taken = sessions::store::save_token(&mut tx, &session_id("two"), "one").await;
    assert!(matches!(taken, Err(StoreError::Conflict)), "{taken:?}");
}

#[tokio::test]
async fn a_new_token_replaces_the_old_one() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let one = start(&mut tx, &ada, "one").await;
    sessions::store::save_token(&mut tx, &one, "fresh").await.unwrap();
    assert!(sessions::store::by_token(&mut tx, "one", NOW).await.unwrap().is_none());
    assert_eq!(sessions::store::by_token(&mut tx, "fresh", NOW).await.unwrap().unwrap().id, one);
}

#[tokio::test]
async fn live_sessions_are_listed_last_seen_first() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    for name in ["a", "b", "c"] {
        start(&mut tx, &ada, name).await;
    }
    start(&mut tx, &bob, "other").await;
    sessions::store::mark_seen(&mut tx, &session_id("b"), NOW.plus_seconds(60)).await.unwrap();
    assert_eq!(list_ids(&mut tx, &ada).await, ["b", "c", "a"]);
    let busy = sessions::store::list(&mut tx, &ada, NOW.plus_seconds(1000)).await.unwrap();
    assert_eq!(busy.len(), 1, "two were idle for too long");
    assert!(sessions::store::list(&mut tx, &ada, NOW.plus_seconds(3600)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_session_that_only_changes_a_password_is_not_listed_until_it_is_released() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let one = start_for_change(&mut tx, &ada, "one").await;
    assert_eq!(list_ids(&mut tx, &ada).await, Vec::<String>::new());
    let read = sessions::store::by_token(&mut tx, "one", NOW).await.unwrap().unwrap();
    assert_eq!(read.must_change, Some(NOW));
    sessions::store::mark_seen(&mut tx, &one, NOW.plus_seconds(3000)).await.unwrap();
    assert!(sessions::store::promote(&mut tx, &one, NOW, NOW.plus_seconds(7200)).await.unwrap());
    let read = sessions::store::by_token(&mut tx, "one", NOW.plus_seconds(3600)).await.unwrap().unwrap();
    assert_eq!((read.must_change, read.expires_at), (None, NOW.plus_seconds(7200)));
    assert_eq!(list_ids(&mut tx, &ada).await, ["one"]);
}

#[tokio::test]
async fn a_session_is_released_once_and_in_time() {
    let (database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let ordinary = start(&mut tx, &ada, "ordinary").await;
    assert!(!sessions::store::promote(&mut tx, &ordinary, NOW, NOW.plus_seconds(7200)).await.unwrap());
    assert!(
        !sessions::store::promote(&mut tx, &session_id("absent"), NOW, NOW.plus_seconds(7200)).await.unwrap()
    );
    let one = start_for_change(&mut tx, &ada, "one").await;
    assert!(
        !sessions::store::promote(&mut tx, &one, NOW.plus_seconds(3600), NOW.plus_seconds(7200))
            .await
            .unwrap(),
        "too late"
    );
    tx.commit().await.unwrap();
    let released = race(&database.store, 8, |mut tx| async move {
        let released =
            sessions::store::promote(&mut tx, &session_id("one"), NOW, NOW.plus_seconds(7200)).await.unwrap();
        (tx, released)
    });
    assert_eq!(released.await.into_iter().filter(|released| *released).count(), 1);
}

#[tokio::test]
async fn people_end_their_own_sessions_only() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    let one = start(&mut tx, &ada, "one").await;
    assert!(!sessions::store::revoke(&mut tx, &bob, &one).await.unwrap());
    assert_eq!(list_ids(&mut tx, &ada).await, ["one"]);
    assert!(sessions::store::revoke(&mut tx, &ada, &one).await.unwrap());
    assert!(!sessions::store::revoke(&mut tx, &ada, &one).await.unwrap());
    assert!(sessions::store::by_token(&mut tx, "one", NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn all_sessions_but_one_end() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    for name in ["a", "b", "c"] {
        start(&mut tx, &ada, name).await;
    }
    start(&mut tx, &bob, "other").await;
    assert_eq!(sessions::store::revoke_all_except(&mut tx, &ada, Some(&session_id("b"))).await.unwrap(), 2);
    assert_eq!(list_ids(&mut tx, &ada).await, ["b"]);
    assert_eq!(sessions::store::revoke_all_except(&mut tx, &ada, None).await.unwrap(), 1);
    assert_eq!(sessions::store::revoke_all_except(&mut tx, &ada, None).await.unwrap(), 0);
    assert_eq!(list_ids(&mut tx, &bob).await, ["other"]);
}

async fn notice(tx: &mut Tx, token: &str) {
    let link = DisputeLink {
        id: format!("link-{token}"),
        user_id: user_id("ada"),
        password_changed_at: NOW,
        proved_by: Some("email:ada@example.org".into()),
        device: "Firefox, Linux".into(),
        address: None,
        created_at: NOW,
        expires_at: NOW.plus_seconds(60),
        used_at: None,
        sent_to: None,
        placed: None,
        ended_at: None,
    };
    disputes_store::insert(tx, &link, token).await.unwrap();
}

#[tokio::test]
async fn a_link_is_read_as_it_was_written() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    notice(&mut tx, "token").await;
    let link = disputes_store::by_token(&mut tx, "token").await.unwrap().unwrap();
    assert_eq!((link.id.as_str(), link.user_id), ("link-token", ada));
    assert_eq!((link.password_changed_at, link.expires_at, link.used_at), (NOW, NOW.plus_seconds(60), None));
    assert_eq!(
        (link.proved_by.as_deref(), link.device.as_str()),
        (Some("email:ada@example.org"), "Firefox, Linux")
    );
    assert!(disputes_store::by_token(&mut tx, "other").await.unwrap().is_none());
}

#[tokio::test]
async fn a_link_is_used_once_and_in_time() {
    let (database, mut tx) = begin().await;
    insert_user(&mut tx, "ada").await;
    notice(&mut tx, "token").await;
    notice(&mut tx, "other").await;
    assert!(
        disputes_store::take(&mut tx, "token", NOW.plus_seconds(60), NOW.plus_seconds(90))
            .await
            .unwrap()
            .is_none(),
        "too late"
    );
    assert!(disputes_store::take(&mut tx, "absent", NOW, NOW).await.unwrap().is_none());
    tx.commit().await.unwrap();
    let taken = race(&database.store, 8, |mut tx| async move {
        let link =
            disputes_store::take(&mut tx, "token", NOW.plus_seconds(59), NOW.plus_seconds(90)).await.unwrap();
        (tx, link)
    });
    let taken: Vec<DisputeLink> = taken.await.into_iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].used_at, Some(NOW.plus_seconds(59)));
    let mut tx = database.store.read().await.unwrap();
    assert_eq!(disputes_store::by_token(&mut tx, "other").await.unwrap().unwrap().used_at, None);
}

#[tokio::test]
async fn a_session_ends_earlier_and_never_later() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    start(&mut tx, &ada, "one").await;
    sessions::store::shorten(&mut tx, "one", NOW.plus_seconds(7200)).await.unwrap();
    assert!(!is_valid(&mut tx, NOW.plus_seconds(3600)).await);
    sessions::store::shorten(&mut tx, "one", NOW.plus_seconds(60)).await.unwrap();
    assert!(is_valid(&mut tx, NOW.plus_seconds(59)).await);
    assert!(!is_valid(&mut tx, NOW.plus_seconds(60)).await);
}
