//! Recovery requests and codes: every step that decides is tried where it must be refused, and raced against
//! itself.

use rekey_core::db::sql::Tx;
use rekey_core::types::ids::{RequestId, UserId};
use rekey_core::types::purpose::Purpose;
use rekey_core::verification;
use rekey_core::verification::store::verified_grants;
use rekey_core::verification::verification_request::{RequestState, VerificationRequest, VerifiedBy};

use crate::store::{NOW, begin, insert_user, race, request, request_id};

/// What most requests here are for.
pub const FORGOT: Purpose = Purpose::Reset;

pub async fn open(tx: &mut Tx, id: &str, user: Option<&UserId>) -> RequestId {
    let request = request(id, user);
    verification::store::insert(tx, &request).await.unwrap();
    request.id
}

pub async fn read(tx: &mut Tx, id: &RequestId) -> VerificationRequest {
    verification::store::by_id(tx, id).await.unwrap().unwrap()
}

pub async fn state(tx: &mut Tx, id: &RequestId) -> RequestState {
    read(tx, id).await.state
}

/// Verified by code, with the grant `grant` for ten minutes.
pub async fn verified(tx: &mut Tx, id: &str, user: &UserId) -> RequestId {
    let id = open(tx, id, Some(user)).await;
    assert!(
        verified_grants::mark_verified(tx, &id, VerifiedBy::Code, Some("grant"), NOW.plus_seconds(600))
            .await
            .unwrap()
    );
    id
}

#[tokio::test]
async fn a_request_is_read_as_it_was_written() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let id = open(&mut tx, "one", Some(&ada)).await;
    let read = read(&mut tx, &id).await;
    assert_eq!((read.user_id, read.subject.as_str()), (Some(ada), "ada"));
    assert_eq!((read.identifier.as_str(), read.app_id.as_deref()), ("email:ada@example.org", Some("shop")));
    assert_eq!((read.state, read.tries, read.number, read.sends), (RequestState::Requested, 0, 42, 1));
    assert_eq!((read.resend_at, read.created_at), (NOW.plus_seconds(60), NOW));
    assert_eq!((read.verified_by, read.grant_digest, read.grant_expires_at), (None, None, None));
    assert!(verification::store::by_id(&mut tx, &request_id("two")).await.unwrap().is_none());
}

#[tokio::test]
async fn tries_are_counted_exactly() {
    let (database, mut tx) = begin().await;
    let id = open(&mut tx, "one", None).await;
    tx.commit().await.unwrap();
    let counted = race(&database.store, 40, |mut tx| async move {
        let request = verification::store::count_try(&mut tx, &request_id("one"), 5).await.unwrap();
        (tx, request.map(|request| (request.tries, request.state)))
    });
    let mut counted: Vec<_> = counted.await.into_iter().flatten().collect();
    counted.sort_by_key(|(tries, _)| *tries);
    let open = RequestState::Requested;
    assert_eq!(counted, [(1, open), (2, open), (3, open), (4, open), (5, RequestState::Exhausted)]);
    let mut tx = database.store.read().await.unwrap();
    assert_eq!(read(&mut tx, &id).await.tries, 5);
}

#[tokio::test]
async fn without_a_limit_tries_never_end_a_request() {
    let (_database, mut tx) = begin().await;
    let id = open(&mut tx, "one", None).await;
    for tries in 1..=30 {
        let counted = verification::store::count_try(&mut tx, &id, 0).await.unwrap().unwrap();
        assert_eq!((counted.tries, counted.state), (tries, RequestState::Requested));
    }
    assert!(
        verification::store::count_try(&mut tx, &id, 30).await.unwrap().is_none(),
        "a limit that was lowered holds"
    );
    verification::store::mark_cancelled(&mut tx, &id).await.unwrap();
    assert!(verification::store::count_try(&mut tx, &id, 0).await.unwrap().is_none(), "it has ended");
}

#[tokio::test]
async fn another_message_waits_for_its_time() {
    let (database, mut tx) = begin().await;
    let id = open(&mut tx, "one", None).await;
    assert!(
        verification::store::mark_resent(&mut tx, &id, NOW.plus_seconds(120), NOW.plus_seconds(59))
            .await
            .unwrap()
            .is_none()
    );
    tx.commit().await.unwrap();
    let resent = race(&database.store, 8, |mut tx| async move {
        let request = verification::store::mark_resent(
            &mut tx,
            &request_id("one"),
            NOW.plus_seconds(120),
            NOW.plus_seconds(60),
        )
        .await
        .unwrap();
        (tx, request)
    });
    let resent: Vec<_> = resent.await.into_iter().flatten().collect();
    assert_eq!(resent.len(), 1);
    assert_eq!((resent[0].sends, resent[0].resend_at), (2, NOW.plus_seconds(120)));
    let mut tx = database.store.write().await.unwrap();
    verification::store::mark_cancelled(&mut tx, &id).await.unwrap();
    assert!(
        verification::store::mark_resent(&mut tx, &id, NOW.plus_seconds(900), NOW.plus_seconds(800))
            .await
            .unwrap()
            .is_none(),
        "it has ended"
    );
}

#[tokio::test]
async fn all_requests_of_a_user_end_together() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    let done = verified(&mut tx, "done", &ada).await;
    verified_grants::mark_completed(&mut tx, &done, "grant", FORGOT, NOW).await.unwrap().unwrap();
    let proved = verified(&mut tx, "proved", &ada).await;
    let waiting = open(&mut tx, "asked", Some(&ada)).await;
    let other = verified(&mut tx, "other", &bob).await;
    verification::store::mark_all_superseded(&mut tx, &ada).await.unwrap();
    assert_eq!(state(&mut tx, &done).await, RequestState::Completed);
    assert_eq!(state(&mut tx, &waiting).await, RequestState::Requested, "its window is told nothing");
    assert_eq!(state(&mut tx, &other).await, RequestState::Verified);
    let proved = read(&mut tx, &proved).await;
    assert_eq!((proved.state, proved.grant_digest), (RequestState::Superseded, None));
}

#[tokio::test]
async fn only_an_open_request_is_cancelled() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let waiting = open(&mut tx, "asked", Some(&ada)).await;
    let proved = verified(&mut tx, "proved", &ada).await;
    for id in [&waiting, &proved] {
        verification::store::mark_cancelled(&mut tx, id).await.unwrap();
    }
    assert_eq!(state(&mut tx, &waiting).await, RequestState::Cancelled);
    assert_eq!(state(&mut tx, &proved).await, RequestState::Verified);
}

/// A window must not vanish with the person for whom it waits; what was proved goes with them.
#[tokio::test]
async fn waiting_requests_outlive_their_user() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let waits = open(&mut tx, "waits", Some(&ada)).await;
    let proved = verified(&mut tx, "proved", &ada).await;
    verification::store::mark_orphaned(&mut tx, &ada).await.unwrap();
    let left = read(&mut tx, &waits).await;
    assert_eq!((left.user_id, left.is_decoy, left.state), (None, true, RequestState::Requested));
    assert_eq!(read(&mut tx, &proved).await.user_id, Some(ada));
}

#[tokio::test]
async fn a_number_is_shared_with_open_windows_for_the_same_address_and_purpose() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let waiting = request("one", Some(&ada));
    let others = [
        VerificationRequest { number: 43, ..request("number", Some(&ada)) },
        VerificationRequest { purpose: Purpose::SignIn, ..request("event", Some(&ada)) },
        VerificationRequest { identifier: "phone:1".to_owned(), ..request("phone", Some(&ada)) },
    ];
    for row in others.iter().chain([&waiting]) {
        verification::store::insert(&mut tx, row).await.unwrap();
    }
    assert!(!verified_grants::shares_number(&mut tx, &waiting).await.unwrap());
    let same = open(&mut tx, "same", None).await;
    assert!(
        verified_grants::shares_number(&mut tx, &waiting).await.unwrap(),
        "the number is shared, whichever user it belongs to"
    );
    verification::store::mark_cancelled(&mut tx, &same).await.unwrap();
    assert!(!verified_grants::shares_number(&mut tx, &waiting).await.unwrap());
}
